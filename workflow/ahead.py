"""Before the data are read: the machine's first run compiles the kernel, later ones get a sampler ready, beside the rest."""

import os
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from mixlift.beside import forked
from mixlift.errors import MixliftError
from workflow.config import Part, RunConfig, load_config
from workflow.rooms import room
from workflow.sampling import Ahead, start_process


def compile_ahead(config: RunConfig, part: Part | None, stack: ExitStack) -> Ahead:
    """Begin to compile what a run needs and the machine lacks; compilers that nobody waits for end with `stack`."""
    if config.mmm is None or part not in (None, "backtest") or _alone():
        return Ahead()
    parts = room("missing_parts")()
    return Ahead([stack.enter_context(forked(partial(room("compile_part"), each))) for each in parts])


def compile_ahead_for(config_path: Path, part: Part | None, stack: ExitStack) -> Ahead:
    """Do `compile_ahead` for a YAML that nobody has looked at yet; for one with faults, which the run will name, nothing."""
    try:
        return compile_ahead(load_config(config_path), part, stack)
    except MixliftError:
        return Ahead()


def sampler_ahead(ahead: Ahead, config: RunConfig, part: Part | None, stack: ExitStack) -> Ahead:
    """Add a process that imports the sampler, to be called when what both need is imported; it ends with `stack`.

    Where the kernel is being compiled there is none: by its import it would compile the same once more.
    """
    if ahead.compiling or config.mmm is None or part is not None or _alone():
        return ahead
    return Ahead(sampler=start_process(stack))


def _alone() -> bool:
    return (os.cpu_count() or 1) < 2
