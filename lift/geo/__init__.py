"""Geo experiments: one estimator a file, their table in `estimators.py`, and one shared inference."""
