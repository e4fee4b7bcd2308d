"""Leave-future-out validation: what the model would have forecast, had it known the past alone."""
