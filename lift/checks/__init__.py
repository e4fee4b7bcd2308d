"""Health of an experiment's data, looked at before any result: one check a file."""
