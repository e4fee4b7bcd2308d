"""Numerical methods without a word about marketing; tests hold them to ArviZ, SciPy and published numbers.

`chain_statistics` and `convergence` judge chains, `pareto` and `resampling` judge and use importance weights, `mode` and
`curvature` find where a density is highest and how it bends there, `batch_and_match` fits a normal to it, and `roots` solves
for one number.
"""
