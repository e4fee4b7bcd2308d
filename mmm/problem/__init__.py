"""Panel and config worked out once: what the model is about, before any draw.

1. `scaling` makes geos, channels and outcomes comparable; `model_outcome` is the outcome in the unit of the likelihood.
2. `priors` turns what was stated into distributions, `pathways` chooses each channel's carryover and saturation, and
   `media` has the exposures and what turns a prior into a coefficient.
3. `vector` lays all parameters out in one unconstrained vector; `half_normal` has the scores that sizes are sampled by.
4. `problem` holds all of it: the `Problem` that model, kernel, effects, checks and backtest take.
5. `variables` goes from vectors to posterior variables and back; `draws` are posterior draws as plain arrays.
"""
