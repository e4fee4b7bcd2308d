"""Budgets for a window after the panel: what a path of money brings, the best one, and how far it is to be believed.

1. `config` is the ``plan:`` section; `window` the future it is about: periods, current plan, prices, what acts from before.
2. `outcome` says, draw by draw, what a path of money brings, and the derivative by each amount.
3. `constraints` turns totals, bounds, groups and commitments into linear limits, and names those that contradict each other.
4. `curves` reads outcome at levels of each channel's money in each geo; ``search/`` finds the best plan.
5. `certificate` says how good it is and whether anything should change; `results` writes the tables.
6. `analyse` does all of it from a posterior; `grid` has what a planner's page computes with.
"""
