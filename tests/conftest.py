"""What holds for all tests: products of small matrices take one thread, as the command has it.

The processes that run tests are started with this environment; threads that wait for each other on busy processors make a
fit of a second take twenty. `--hypothesis-profile=thousand` gives properties a thousand random inputs (`tests.random_inputs`).
"""

import os

from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
settings.register_profile("thousand", max_examples=1000)
