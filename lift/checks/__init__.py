"""Checks of experiments' data before any effect is looked at: each states a number, what it was held against, and words.

1. `possible`: can any people have these sums?
2. `arrivals`: was everybody counted once, and on every day?
3. `sample_ratio`: did people end up in the arms as intended, and were the arms alike before?
4. `overlap`: did two tests of one channel meet?
"""
