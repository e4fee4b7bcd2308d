"""The search for the best amounts of money.

1. `polytope` keeps amounts within linear limits.
2. `separable` finds the best amounts exactly where gains of items add up, and bounds them.
3. `ascent` climbs where they do not; `majorant` gives the concave function that bounds what can be reached.
4. `optimise` chooses between them; `target` finds the budget that reaches what is asked for.
"""
