"""Can experiments and model be believed together: the model against a test, and tests of one channel against each other."""
