"""What a run begins before its data are read: a machine's first one compiles the kernel beside the rest."""

import os
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from mixproof.errors import MixproofError
from mixproof.forked import forked
from workflow.config import Part, RunConfig, load_config
from workflow.lazy import imported
from workflow.sampling.job import HeadStart
from workflow.sampling.process import SamplingProcess


def begin(
    config: RunConfig, part: Part | None, stack: ExitStack, sampler: SamplingProcess | None = None
) -> HeadStart:
    """Begin to compile what a run needs and the machine lacks; compilers that nobody waits for end with `stack`.

    A `sampler` that gets ready already is stopped where the run has no use for it.
    """
    if config.mmm is None or part not in (None, "backtest"):
        if sampler is not None:
            sampler.stop()
        return HeadStart()
    parts = imported("missing_parts")() if (os.cpu_count() or 1) > 1 else []
    return HeadStart(
        [stack.enter_context(forked(partial(imported("compile_part"), each))) for each in parts], sampler
    )


def begin_unread(
    config_path: Path, part: Part | None, stack: ExitStack, sampler: SamplingProcess | None = None
) -> HeadStart:
    """Do `begin` for a YAML that nobody has looked at yet; for one with faults, which the run will name, nothing."""
    try:
        return begin(load_config(config_path), part, stack, sampler)
    except MixproofError:
        return HeadStart()
