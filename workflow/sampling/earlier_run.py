"""The run that a warm one begins from: the newest of its name that has a posterior."""

import hashlib
from collections.abc import Mapping

from mixproof.records.run import Run
from mixproof.records.run_folder.output import Output
from mixproof.records.run_folder.posterior import FOLDER_NAME
from mmm.config import DRAFT
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


def _digest(artefacts: Mapping[str, str]) -> str:
    """Return the SHA-256 of names and hashes of a posterior's files."""
    files = sorted(item for item in artefacts.items() if item[0].startswith(f"{FOLDER_NAME}/"))
    return hashlib.sha256("\n".join(f"{name} {digest}" for name, digest in files).encode()).hexdigest()
