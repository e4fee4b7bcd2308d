"""Earlier runs: the newest posterior of a name, from which a warm run begins, and the run that a report is held against."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from mixproof.errors import ConfigError, Fault
from mixproof.records.run import Run
from mixproof.records.run_folder.output import Output
from mixproof.records.run_folder.posterior import FOLDER_NAME
from mmm.config import DRAFT
from workflow.faults import FAULTS
from workflow.sampling.job import EarlierRun


def newest_posterior(output: Output) -> EarlierRun | None:
    """Return the newest posterior among the runs of `output`, held against its manifest; None where there is none.

    Raises
    ------
    IntegrityError
        That run is not what its manifest says: its posterior was changed or is gone, or the manifest cannot be read.
    ConfigError
        A run's folder has no manifest.
    """
    for run_id in reversed(output.run_ids()):
        folder = output.folder / run_id
        listed = Run.glance(folder).manifest["artefacts"]
        if not any(name.startswith(f"{FOLDER_NAME}/") for name in listed):
            continue
        manifest = Run.open(folder).manifest
        if manifest.get("sampling", {}).get("method") != DRAFT:  # a draft's draws are not the posterior's
            return EarlierRun(run_id, folder / FOLDER_NAME, _digest(manifest["artefacts"]))
    return None


def run_before(root: Path, named: str | None) -> Run | None:
    """Return the run that `named` names, held against its manifest; None where nothing is named.

    Parameters
    ----------
    root : pathlib.Path
        Folder of all runs.
    named : str or None
        ``NAME`` for the newest run of that name with a media-mix model, or ``NAME/RUN_ID``.

    Returns
    -------
    Run or None

    Raises
    ------
    ConfigError
        There is no such run.
    IntegrityError
        The run is not what its manifest says.
    """
    if named is None:
        return None
    name, _, run_id = named.partition("/")
    output = Output(root, name)
    there = output.run_ids() if output.folder.is_dir() else []
    for each in reversed(there):
        if run_id in ("", each) and "channels" in Run.glance(output.folder / each).tables:
            return Run.open(output.folder / each)
    _, meaning, remedy = FAULTS["report-before"]
    listed = ", ".join(there[-3:]) or "none"
    raise ConfigError(
        Fault("report-before", f"report.before: {named}", f"{meaning} Runs of the name: {listed}.", remedy)
    )


def _digest(artefacts: Mapping[str, str]) -> str:
    """Return the SHA-256 of names and hashes of a posterior's files."""
    files = sorted(item for item in artefacts.items() if item[0].startswith(f"{FOLDER_NAME}/"))
    return hashlib.sha256("\n".join(f"{name} {digest}" for name, digest in files).encode()).hexdigest()
