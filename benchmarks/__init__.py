"""Studies of the tool on worlds of known truth, and of its peers on the same worlds; never part of a test run."""
