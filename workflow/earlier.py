"""The run that a warm one begins from: the newest of its name that has a posterior."""

import hashlib

from mixlift.records.output import Output
from mixlift.records.posterior import FOLDER_NAME
from mixlift.records.run import Run
from mmm.config import DRAFT
from workflow.sampling import Earlier


def newest_posterior(output: Output) -> Earlier | None:
    """Return the newest posterior among the runs of `output`, held against its manifest; None where there is none.

    Raises
    ------
    IntegrityError
        That run is not what its manifest says.
    """
    for run_id in reversed(output.run_ids()):
        folder = output.folder / run_id
        if (folder / FOLDER_NAME).is_dir():
            manifest = Run.open(folder).manifest
            if manifest.get("sampling", {}).get("method") == DRAFT:
                continue  # a draft's draws are not the posterior's
            artefacts = manifest["artefacts"]
            files = [
                f"{name} {digest}"
                for name, digest in sorted(artefacts.items())
                if name.startswith(f"{FOLDER_NAME}/")
            ]
            return Earlier(
                run_id, folder / FOLDER_NAME, hashlib.sha256("\n".join(files).encode()).hexdigest()
            )
    return None
