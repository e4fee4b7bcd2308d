"""Before the data are read: the sampler gets ready in processes of their own, or is compiled where the machine lacks it."""

import os
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from mixlift.beside import forked
from mixlift.errors import MixliftError
from workflow.config import Part, RunConfig, load_config
from workflow.rooms import room
from workflow.sampling import Ahead, start_process


def get_ready(config: RunConfig, part: Part | None, stack: ExitStack) -> Ahead:
    """Begin what a run with a model needs and no data; what nobody waits for ends with `stack`."""
    if config.mmm is None or part not in (None, "backtest") or (os.cpu_count() or 1) < 2:
        return Ahead()
    parts = room("missing_parts")()
    if parts:  # a sampler that is not compiled yet would be by its import
        return Ahead([stack.enter_context(forked(partial(room("compile_part"), each))) for each in parts])
    return Ahead(sampler=start_process(stack) if part is None else None)


def get_ready_for(config_path: Path, part: Part | None, stack: ExitStack) -> Ahead:
    """Do `get_ready` for a YAML that nobody has looked at yet; for one with faults, which the run will name, nothing."""
    try:
        return get_ready(load_config(config_path), part, stack)
    except MixliftError:
        return Ahead()
