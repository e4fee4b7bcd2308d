"""Sampling in a process of its own: if it runs out of memory or crashes, the run survives to say so.

1. A posterior that an earlier, interrupted run has finished is taken as it is.
2. Otherwise a child is forked. It imports the sampler, keeps finished chains under the checkpoint, reports
   where it stands through a pipe, and leaves the posterior beside the chains.
3. The parent watches the child's memory and passes progress on. Whatever ends the parent ends the child.
"""

import dataclasses
import json
import os
import select
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from mixlift import errors
from mixlift.aggregates.panel import Panel
from mixlift.beside import die_with, fork
from mixlift.errors import Fault, MixliftError, ResourceError
from mixlift.records.faults import FAULTS
from mixlift.records.files import (
    disk_faults,
    list_files,
    make_private_folder,
    replace_private,
    sha256,
    sync_folder,
)
from mixlift.records.posterior import FOLDER_NAME, save_posterior
from mmm.config import MmmConfig
from workflow.preflight import megabytes
from workflow.rooms import prepare, room

Watch = Callable[[Mapping[str, Any]], None]
_CHAINS = "chains"
_SEAL = "posterior.json"
_REPORT_SECONDS = 0.2
_POLL_SECONDS = 0.1
_FAMILIES = {
    kind.family: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, MixliftError)
}


class SamplerError(RuntimeError):
    """The sampling process failed by a fault of the tool; the message holds its traceback."""


@dataclass(frozen=True, slots=True)
class FitJob:
    """What a fit reads, and where it keeps what it has."""

    panel: Panel
    config: MmmConfig
    seed: int
    checkpoint: Path


def sample(job: FitJob, watch: Watch, memory: int | None = None) -> Path:
    """Return the folder of the finished posterior, inside the checkpoint.

    Parameters
    ----------
    job : FitJob
    watch : callable
        Gets what the sampler's ``Progress`` holds, a few times a second.
    memory : int, optional
        Bytes that the sampling process may hold.

    Raises
    ------
    MixliftError
        Whatever the fit raises.
    ResourceError
        Memory or disk ran out; finished chains are kept.
    SamplerError
        A fault of the tool in the sampling process.
    """
    if _is_sealed(job.checkpoint):
        return job.checkpoint / FOLDER_NAME
    make_private_folder(job.checkpoint)
    if sys.platform == "linux":
        _in_child(job, watch, memory)
    else:  # forking is not safe with the system libraries of other platforms
        _fit(job, lambda message: watch(message["progress"]))
    return job.checkpoint / FOLDER_NAME


def _fit(job: FitJob, send: Callable[[dict[str, Any]], None]) -> None:
    """Fit, and leave the posterior sealed in the checkpoint."""
    last = -_REPORT_SECONDS

    def report(progress: Any) -> None:
        nonlocal last
        if time.monotonic() - last >= _REPORT_SECONDS:
            last = time.monotonic()
            send({"progress": dataclasses.asdict(progress)})

    prepare("posterior_store")  # its library is imported while chains run without the interpreter
    with disk_faults(str(job.checkpoint.parent.parent)):
        chains = job.checkpoint / _CHAINS
        tree = room("fit")(job.panel, job.config, job.seed, checkpoint=chains, progress=report)
        draft = job.checkpoint / f".{FOLDER_NAME}.part"
        for stale in (draft, job.checkpoint / FOLDER_NAME):
            shutil.rmtree(stale, ignore_errors=True)
        save_posterior(compact(tree), draft)
        seal = {name: sha256(draft / name) for name in list_files(draft)}
        draft.rename(job.checkpoint / FOLDER_NAME)
        sync_folder(job.checkpoint)
        replace_private(job.checkpoint / _SEAL, json.dumps(seal, sort_keys=True))


def compact(tree: Any) -> Any:
    """Return the posterior with draws in single precision: rounding by 6e-8 of a value is far below Monte-Carlo error.

    Data and sampler statistics stay as they are.
    """
    drawn = tree["posterior"].to_dataset()
    small = {
        name: values.astype("float32")
        for name, values in drawn.data_vars.items()
        if values.dtype == "float64"
    }
    groups = {path: tree[path].to_dataset() for path in tree.groups}
    return type(tree).from_dict(groups | {"/posterior": drawn.assign(small)})


def _is_sealed(checkpoint: Path) -> bool:
    """Return whether a finished posterior is there, whole: anything else is made again from its chains."""
    try:
        seal = json.loads((checkpoint / _SEAL).read_bytes())
        folder = checkpoint / FOLDER_NAME
        return list_files(folder) == sorted(seal) and all(
            sha256(folder / name) == seal[name] for name in seal
        )
    except (OSError, ValueError, MixliftError):
        return False


def _in_child(job: FitJob, watch: Watch, memory: int | None) -> None:
    parent = os.getpid()
    reader, writer = os.pipe()
    child = fork()  # threads of linear algebra look after themselves, and no other has begun by now
    if child == 0:
        os.close(reader)
        _child(job, writer, parent)
    os.close(writer)
    imports = prepare("analyse", "write_summary")  # after a fork: what holds a lock must not be copied
    status = None
    try:
        messages, used = _listen(child, reader, watch, memory)
        status = os.waitpid(child, 0)[1]
        imports.join()
    finally:
        os.close(reader)
        if (
            status is None
        ):  # something stopped the parent: an unfinished chain is lost, finished ones are kept
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    _raise_for(messages, os.waitstatus_to_exitcode(status), used, memory)


def _child(job: FitJob, writer: int, parent: int) -> NoReturn:
    """Do the work of the child process, and end it without running anything of the parent's."""
    code = 1
    try:
        die_with(parent)  # two fits must not share chains
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the parent decides
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _fit(job, lambda message: _send(writer, message))
        code = 0
    except MixliftError as error:
        _send(writer, {"family": error.family, "faults": [fault.as_dict() for fault in error.faults]})
    except MemoryError:
        _send(writer, {"memory": True})
    except BaseException:
        _send(writer, {"crash": traceback.format_exc()})
    finally:
        os._exit(code)


def _send(writer: int, message: dict[str, Any]) -> None:
    raw = (json.dumps(message, default=_number) + "\n").encode()
    while raw:
        raw = raw[os.write(writer, raw) :]


def _number(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


def _listen(child: int, reader: int, watch: Watch, memory: int | None) -> tuple[list[dict[str, Any]], int]:
    """Return the child's messages other than progress, and the most memory it held, when it has ended."""
    messages: list[dict[str, Any]] = []
    pending, used = b"", 0
    while True:
        if select.select([reader], [], [], _POLL_SECONDS)[0]:
            raw = os.read(reader, 65536)
            if not raw:
                return messages, used
            *lines, pending = (pending + raw).split(b"\n")
            for message in map(json.loads, lines):
                if "progress" in message:
                    watch(message["progress"])
                else:
                    messages.append(message)
        used = max(used, _resident(child))
        if memory is not None and used > memory:
            os.kill(child, signal.SIGKILL)
            return [{"memory": True}], used


def _resident(child: int) -> int:
    """Return the bytes of memory that a process holds, 0 where the system does not say."""
    try:
        pages = Path(f"/proc/{child}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _raise_for(messages: list[dict[str, Any]], code: int, used: int, memory: int | None) -> None:
    """Raise what the child could not raise here itself."""
    for message in messages:
        if "family" in message:
            raise _FAMILIES[message["family"]](Fault(**fault) for fault in message["faults"])
        if "memory" in message:
            allowed = f", {megabytes(memory)} allowed" if memory is not None else ""
            raise ResourceError(_fault("memory-spent", f"It held {megabytes(used)}{allowed}."))
        raise SamplerError(f"the sampling process failed:\n{message['crash']}")
    if code == -signal.SIGKILL:
        raise ResourceError(_fault("sampler-killed", f"It held {megabytes(used)}."))
    if code:
        raise SamplerError(f"the sampling process ended with code {code}")


def _fault(code: str, more: str) -> Fault:
    _, meaning, remedy = FAULTS[code]
    return Fault(code, "fit", f"{meaning} {more}", remedy)
