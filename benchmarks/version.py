"""Which code a study was made with. Nothing else is imported, so that every study can say it."""

import subprocess
from pathlib import Path


def code_version() -> str:
    """Return the commit of the code, with a mark where files have changed since."""
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=10", "--exclude=*"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent,
    )
    return said.stdout.strip() or "unknown"
