"""The first run on a machine compiles the kernel: in processes of their own, while this one reads the data."""

import os
from contextlib import ExitStack
from functools import partial

from mixlift.beside import Work, forked
from workflow.rooms import room


def compile_ahead(stack: ExitStack) -> list[Work]:
    """Begin to compile what the machine does not have yet; return what waits for each part of it.

    Compilers that nobody waits for end with `stack`.
    """
    if (os.cpu_count() or 1) < 2:
        return []
    compile_part = room("compile_part")
    return [stack.enter_context(forked(partial(compile_part, part))) for part in room("missing_parts")()]
