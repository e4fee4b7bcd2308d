"""What every timed script writes when its posterior is there: stdlib and NumPy only, for any tool's environment."""

import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

MARK, DRAWS, SAVED = "posterior.json", "roi.npy", "saved.nc"


def posterior_is_there(folder: Path, **found: Any) -> None:
    """Write how long the process has lived and what it has used of the processor until now, and `found`."""
    job = json.loads((folder / "job.json").read_text())
    lived = {"seconds": time.time() - job["began"], "cpu": sum(os.times()[:4])}
    (folder / MARK).write_text(json.dumps(lived | found))


def keep_returns(folder: Path, roi: np.ndarray) -> None:
    """Write the draws of each channel's ROI, shape (channel, chain, draw)."""
    np.save(folder / DRAWS, np.ascontiguousarray(roi, dtype=float), allow_pickle=False)
