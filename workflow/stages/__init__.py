"""From a config to a published run, one stage a file, in the order of `table.STAGES`.

`stage` says what a stage is, `state` what stages hand on to each other, `perform` does them one after the other:

0. `events` makes aggregates of event tables, which all others read as files.
1. `aggregate` reads the data into a panel and holds it to the last run's.
2. `reconcile` ties it to the ledger, and `lift` analyses experiments.
3. `design` plans tests.
4. `fit` samples the model, in a process of its own.
5. `effects` turns the posterior into tables and a verdict, and `attribution` carries factors to other levels of spend by it.
6. `triangulate` puts experiments, model and attribution side by side, where a run has several of them, and `book` says
   what of it may be booked in which fiscal quarter.
7. `report` writes posterior, tables and pages into the run folder.
8. `publish` gives the folder its name.

A backtest is another run: `aggregate`, `backtest`, `report`, `publish`. So is a plan from a published run: `recall`, `plan`,
`report`, `publish`; with a `plan:` section a run plans too, after its effects.
"""
