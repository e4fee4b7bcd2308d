"""What a run begins before its data are read: a machine's first one compiles the kernel beside the rest."""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mixproof.errors import MixproofError
from mixproof.forked import forked
from workflow.config import Part, RunConfig, load_config
from workflow.lazy import imported
from workflow.sampling.process import SamplingProcess


@dataclass(frozen=True, slots=True)
class HeadStart:
    """What of a run has begun before its data are read.

    Parameters
    ----------
    compiling : sequence of callables
        Each waits for a part of the kernel that is being compiled.
    sampler : SamplingProcess, optional
        The process that gets ready to sample.
    """

    compiling: Sequence[Callable[[], str]] = ()
    sampler: SamplingProcess | None = None


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
