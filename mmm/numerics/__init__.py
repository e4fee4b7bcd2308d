"""Numerical methods without a word about marketing; tests hold them to ArviZ, SciPy and published numbers.

`chain_statistics` and `convergence` judge chains, `importance_weights` judges weights and draws by them, `mode` finds where
a density is highest and how it bends there, and `batch_and_match` fits a normal to it.
"""
