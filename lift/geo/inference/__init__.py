"""How sure the answer is: p-value and interval from one inversion, so that they always agree.

1. `placebo`: among sets of geos that might have been treated; drawn or chosen, the arithmetic is the same.
2. `conformal`: among stretches of time, where there are too few sets.
3. `pairs`: by flipping signs within pairs of geos, for trimmed match.
"""
