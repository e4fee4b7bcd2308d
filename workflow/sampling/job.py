"""Fitting the model in a run: taken up where an interrupted run has left it, kept where the next one finds it.

1. A posterior that an earlier, interrupted run has finished is taken as it is.
2. Otherwise it is sampled in a process of its own, which keeps finished chains under the checkpoint and leaves the
   posterior beside them.
"""

import dataclasses
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mixproof.aggregates.panel import Panel
from mixproof.errors import MixproofError
from mixproof.records.run_folder.files import (
    disk_faults,
    list_files,
    make_private_folder,
    replace_private,
    sha256,
    sync_folder,
)
from mixproof.records.run_folder.posterior import FOLDER_NAME, load_posterior, save_posterior
from mmm.config import MmmConfig
from workflow.lazy import import_early, imported
from workflow.sampling.process import SamplingProcess as SamplingProcess
from workflow.sampling.process import Send

_CHAINS = "chains"
_SEAL = "posterior.json"
_REPORT_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A run whose posterior sampling can begin from.

    Parameters
    ----------
    run_id : str
    posterior : pathlib.Path
        Its folder.
    digest : str
        SHA-256 of the names and hashes of its files.
    """

    run_id: str
    posterior: Path
    digest: str

    @property
    def facts(self) -> dict[str, str]:
        """Return what the manifest says of it."""
        return {"earlier_run": self.run_id, "earlier_posterior": self.digest}


@dataclass(frozen=True, slots=True)
class FitJob:
    """What a fit reads, and where it keeps what it has; `earlier` is the folder of a posterior to begin from, and
    `calibration` the experiments that the model must agree with."""

    panel: Panel
    config: MmmConfig
    seed: int
    checkpoint: Path
    earlier: Path | None = None
    calibration: Any = None


@dataclass(frozen=True, slots=True)
class Fitted:
    """A finished fit.

    Parameters
    ----------
    posterior : xarray.DataTree
        As it is kept: draws in single precision.
    kept : callable
        Returns its folder once it is whole on disk, and raises what kept it from getting there.
    """

    posterior: Any
    kept: Callable[[], Path]


def sample(job: FitJob, process: SamplingProcess | None, watch: Send, memory: int | None = None) -> Fitted:
    """Return the finished posterior.

    Parameters
    ----------
    job : FitJob
    process : SamplingProcess or None
        Where to sample; None for this process.
    watch : callable
        Gets what the sampler's ``Progress`` holds, a few times a second.
    memory : int, optional
        Bytes that the sampling process may hold.

    Returns
    -------
    Fitted
        The posterior, and where it is kept once that is done.

    Raises
    ------
    MixproofError
        Whatever the fit raises.
    ResourceError
        Memory or disk ran out; finished chains are kept.
    SamplerError
        A fault of the tool in the sampling process.
    """
    folder = job.checkpoint / FOLDER_NAME
    if _is_sealed(job.checkpoint):
        return Fitted(load_posterior(folder), lambda: folder)
    make_private_folder(job.checkpoint)
    answers: list[Any] = []
    if process is None:
        fit_and_keep(job, lambda message: _take(message, answers, watch))
        return Fitted(answers[0], lambda: folder)
    process.begin(job, memory)
    imports = import_early("analyse", "write_summary")
    answer = process.answer(watch)
    imports.join()
    if answer is None:
        raise RuntimeError("the sampling process ended without a posterior")

    def kept() -> Path:
        process.answer(watch)
        return folder

    return Fitted(answer["posterior"], kept)


def _take(message: Any, answers: list[Any], watch: Send) -> None:
    if "progress" in message:
        watch(message["progress"])
    else:
        answers.append(message["posterior"])


def fit_and_keep(job: FitJob, send: Send) -> None:
    """Fit, send the posterior, and leave it sealed in the checkpoint.

    Parameters
    ----------
    job : FitJob
        Panel, config, checkpoint, and where an earlier run ended.
    send : Send
        Gets the progress, a few times a second, and the posterior.
    """
    last = -_REPORT_SECONDS

    def report(progress: Any) -> None:
        nonlocal last
        if time.monotonic() - last >= _REPORT_SECONDS:
            last = time.monotonic()
            send({"progress": dataclasses.asdict(progress)})

    with disk_faults(str(job.checkpoint.parent.parent)):
        chains = job.checkpoint / _CHAINS
        begun: dict[str, Any] = (
            {} if job.earlier is None else {"earlier": load_posterior(job.earlier)["posterior"].to_dataset()}
        )
        if job.calibration is not None:
            begun["calibration"] = job.calibration
        tree = compact(
            imported("fit")(job.panel, job.config, job.seed, checkpoint=chains, progress=report, **begun)
        )
        send({"posterior": tree})
        draft = job.checkpoint / f".{FOLDER_NAME}.part"
        for stale in (draft, job.checkpoint / FOLDER_NAME):
            shutil.rmtree(stale, ignore_errors=True)
        save_posterior(tree, draft)
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
    except (OSError, ValueError, MixproofError):
        return False
