"""Experiments in the model: what they measured, what it says of the same, and whether the two can be believed together."""
