"""What holds for all tests: products of small matrices take one thread, as the command has it, and code is compiled once.

The processes that run tests are started with this environment; threads that wait for each other on busy processors make a
fit of a second take twenty. Where Python is told to keep no bytecode, each of a hundred processes would compile every
library anew, which took a sixth of the suite. `--hypothesis-profile=thousand` gives properties a thousand random inputs
(`tests.random_inputs`). Where registries of releases end is kept in a folder of its own, not in the user's.
"""

import os
import sys
import tempfile

from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="mixproof-state-")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
settings.register_profile("thousand", max_examples=1000)
