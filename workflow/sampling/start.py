"""Starting the sampling process: imports next to nothing, so that a command can do it before anything else."""

import contextlib
import sys
from typing import Any

from workflow.lazy import imported
from workflow.sampling.process import SamplingProcess, Send

COMPILING = "compiling the model's kernel, once on this machine"


def start_process(stack: contextlib.ExitStack) -> SamplingProcess | None:
    """Return a process that gets ready to sample and ends with `stack`; None where the system cannot have one."""
    if sys.platform != "linux":
        return None
    return stack.enter_context(SamplingProcess(_get_ready, _fit_and_keep))


def _get_ready(send: Send) -> None:
    import workflow.sampling.job  # noqa: F401  # in the new process, while the old one reads the data

    if not imported("kernel_is_kept")():
        send({"progress": {"says": COMPILING}})
    imported("kernel_functions")(meanwhile=lambda: imported("fit"))
    imported("fit")


def _fit_and_keep(job: Any, send: Send) -> None:
    from workflow.sampling.job import fit_and_keep

    fit_and_keep(job, send)
