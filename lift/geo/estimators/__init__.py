"""Estimators of what the treated geos would have done: a table of alternatives, and what they have in common.

1. `donors`: the one form that all of them have, weights of donor geos and of periods.
2. One estimator a file, each a row of `table`; `simplex` solves for weights that are shares.
3. `rolling`: the estimators of a method fitted to every set and window, mixed and scored.
"""
