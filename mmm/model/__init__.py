"""The model in PyMC, the single definition of it: `build`, from the media `response` to the `likelihoods`.

`half_normal_transform` is how sizes are sampled. The kernel computes the same log-density, and tests hold the two equal.
"""
