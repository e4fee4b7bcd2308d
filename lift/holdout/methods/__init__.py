"""Statistics of holdouts on plain sums: each answer is one test, from which both interval and p-value come.

1. `interval`: what an answer is, and how interval and p-value are kept in agreement.
2. `counts`, `revenue`: differences and lifts of conversion and of revenue.
3. `adjustment`: less variance from what was known before; `exposure`: the effect on those who saw the ad.
4. `several`, `sequential`: several arms at once, looks before the end.
5. `bayes`: what a sceptic believes.
"""
