"""The half about experiments and attribution: what was caused, and how far what is claimed may be believed.

- `holdout/`, `geo/`, `imports/`: finished tests, each from its section of the YAML to rows, findings and evidence.
- `analyse`: all of them, pooled over channels (`pooling`, `pool_tests`), judged, and put into `tables`.
- `attribution/`: what systems claim, and how far it may be believed.
- `design/`: tests that might be run.
- `checks/`, `moments`, `money`: what several of them share.

Nothing is imported here, so that reading a YAML loads no table.
"""
