"""The first run on a machine compiles the kernel: in processes of their own, while this one reads the data."""

import os
from functools import partial

from mixlift.beside import forked
from workflow.rooms import room
from workflow.work import Work


def compile_ahead(work: Work) -> None:
    """Begin to compile what the machine lacks, if the run has a model; compilers that nobody waits for end with the run."""
    if work.config.mmm is None or (os.cpu_count() or 1) < 2:
        return
    parts = room("missing_parts")()
    work.compiling = [work.stack.enter_context(forked(partial(room("compile_part"), part))) for part in parts]


def wait_for_kernel(work: Work) -> None:
    """Return when all parts are compiled; say so where that has to be waited for."""
    if work.compiling:
        work.display.say("          compiling the model's kernel, once on this machine")
    for wait in work.compiling:
        wait()
