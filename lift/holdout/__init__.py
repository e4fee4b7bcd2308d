"""Holdouts: people in arms, one arm without the treatment, given as sums; no row is a person.

The way of the data, file by file:

1. `config`: the section of the YAML.
2. `columns`: the table's cells as numbers, days and names, with every fault in them.
3. `table`: moments by arm, stratum and entry day, each person counted once.
4. `spend`: money by arm, channel and period.
5. `primary`: the question of each arm about one outcome, and the method that answers it at any level (`methods/`).
6. `rows`, `comparisons`: the answers in rows; the same questions by other methods.
7. `evidence`: increments by week of exposure, for calibration.
8. `description`, `health`: what happened in each arm, and whether the arms may be compared at all.

`analyse.analyse_holdout` goes through them.
"""
