"""Is the pipeline healthy: ten measures of the runs of a name, each held against its limits, and alerts of one cause each.

1. `config` says what is asked of each measure, and for how long it must fail before somebody is told.
2. `history` reads what runs and attempts left behind; `measures` turns that into series, or says why it cannot.
3. `grades` holds series against limits and groups what fails by cause; `tables` describes what comes of it.
4. `openmetrics` writes it as text that a monitoring system scrapes.
"""
