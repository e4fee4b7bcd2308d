"""Geo experiments: some regions are treated, the others say what would have happened without.

The way of the data, folder by folder:

1. `config`: the section of the YAML; its methods are the rows of `estimators.table`.
2. `data/`: the table as matrices, the design file, and both held against the section (`experiment_data.read_test`); then
   what is asked about one cell, on plain arrays (`setting.Setting`).
3. `estimators/`: donor weights, one estimator a file; `rolling` fits them to every set of geos that might have been
   treated, at the test and at windows like it before.
4. `inference/`: p-value and interval from one inversion, by sets of geos, by stretches of time, or by pairs.
5. `trust/`: the coverage certificate on pseudo-tests, the findings, and what time-series models say beside.
6. `answers/`: everything one cell proves, in rows of the tables and as evidence.

`cell.analyse_cell` goes through steps 3 to 5 for one cell, `analyse.analyse_geo` through all of them.
"""
