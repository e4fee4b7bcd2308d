"""Before the data are read: the sampler gets ready in processes of their own, or is compiled where the machine lacks it."""

import os
from functools import partial

from mixlift.beside import forked
from workflow.rooms import room
from workflow.sampling import start_process
from workflow.work import Work


def get_ready(work: Work, samples: bool) -> None:
    """Begin what a run with a model needs and no data: compilers that nobody waits for end with the run.

    Parameters
    ----------
    work : Work
    samples : bool
        Whether the run samples in a process of its own, which then imports the sampler meanwhile.
    """
    if work.config.mmm is None or (os.cpu_count() or 1) < 2:
        return
    parts = room("missing_parts")()
    work.compiling = [work.stack.enter_context(forked(partial(room("compile_part"), part))) for part in parts]
    if samples and not parts:  # a sampler that is not compiled yet would be by its import
        work.sampler = start_process(work.stack)


def wait_for_kernel(work: Work) -> None:
    """Return when all parts are compiled; say so where that has to be waited for."""
    if work.compiling:
        work.display.say("          compiling the model's kernel, once on this machine")
    for wait in work.compiling:
        wait()
