"""What the media did: contributions, returns, response and carryover, as pure functions of problem and draws.

`terms` gives what each term of the model brings in model outcome; `contribution` turns terms into parts of the outcome that
add up, and tells what other media would have brought; `return_on_spend`, `response`, `periods` and `channels` read these;
`predictive` and `fitted` hold the model against the outcome, `accounts` adds everything up to it; `intervals` sums draws up,
`tables` states every table's columns and `results` makes all tables of a run. `labelled` and `inference_groups` give the same
draws to notebooks.
"""
