"""What a run will need, estimated before it starts: better refused now than in an hour."""

import math
import shutil
from dataclasses import dataclass
from pathlib import Path

from mixproof.aggregates.panel import Panel
from mixproof.errors import Fault, ResourceError
from mixproof.records.faults import FAULTS
from mmm.config import MmmConfig
from workflow.progress import megabytes

_FLOAT = 8
_PAGES = 16 * 2**20
"""Bytes for tables, page and workbook beside those that grow with the data."""
_PROGRAM = 600 * 2**20
"""Bytes that the sampler's libraries and compiled code take before the first draw."""
_SHARE = 0.9
"""Share of what is free that a run may plan with."""


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes of disk at most, and bytes of memory at least."""

    disk: int
    memory: int

    def sentence(self) -> str:
        """Return the estimate in words."""
        return f"needs up to {megabytes(self.disk)} of disk and at least {megabytes(self.memory)} of memory"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use; None means what the machine has free.

    Parameters
    ----------
    memory : int, optional
        Bytes that the sampling process may hold.
    disk : int, optional
        Bytes that are free for the run.
    """

    memory: int | None = None
    disk: int | None = None

    def free_memory(self) -> int | None:
        """Return the bytes of memory that may be taken, None where nobody knows."""
        return self.memory if self.memory is not None else free_memory()


def estimate(panel: Panel, config: MmmConfig) -> Need:
    """Return what fitting `config` to `panel` needs.

    Disk is counted with ``max_draws``, as nobody knows when sampling will stop; memory with ``draws``, which
    no fit can do without.

    Parameters
    ----------
    panel : Panel
        Its size is read, not its values.
    config : MmmConfig
        Chains and draws of ``fit``.

    Returns
    -------
    Need
        Bytes of disk and memory.
    """
    geos, dates = panel.data.sizes["geo"], panel.data.sizes["date"]
    channels = panel.data.sizes.get("channel", 0)
    others = panel.data.sizes.get("control", 0) + panel.data.sizes.get("treatment", 0)
    # Scalars a draw: media parameters of each channel and geo, baseline and noise of each geo, shared ones.
    shared = 12 * channels + 2 * others + 60
    values = shared + (geos * (3 * channels + others + 20) if geos > 1 else 0)
    draw = config.fit.chains * values * _FLOAT
    cells = geos * dates * (channels + others + 4) * _FLOAT
    disk = _PAGES + math.ceil(1.2 * draw * config.fit.max_draws) + 4 * cells
    return Need(disk=disk, memory=_PROGRAM + 3 * draw * config.fit.draws + 10 * cells)


def refuse_if_short(need: Need, folder: Path, limits: Limits) -> None:
    """Raise if the run cannot end well on this machine.

    Parameters
    ----------
    need : Need
        Bytes of disk and memory.
    folder : pathlib.Path
        Folder on the disk that is written to.
    limits : Limits
        What the machine and its settings allow.

    Raises
    ------
    ResourceError
        Disk or memory would not do; says how much is needed and how much there is.
    """
    disk = limits.disk if limits.disk is not None else free_disk(folder)
    memory = limits.free_memory()
    faults = []
    if need.disk > _SHARE * disk:
        faults.append(_short("disk-too-small", str(folder), need.disk, disk))
    if memory is not None and need.memory > _SHARE * memory:
        faults.append(_short("memory-too-small", "this machine", need.memory, memory))
    if faults:
        raise ResourceError(faults)


def free_disk(folder: Path) -> int:
    """Return the bytes free on the disk of `folder`, or of its first parent that exists."""
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free


def free_memory() -> int | None:
    """Return the bytes of memory that this process may still take, or None where the system does not say.

    The smaller of what the machine has available and what the control group leaves.
    """
    free = []
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free += [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    except OSError:
        pass
    try:
        group = Path("/sys/fs/cgroup")
        limit = (group / "memory.max").read_text(encoding="ascii").strip()
        if limit != "max":
            free.append(int(limit) - int((group / "memory.current").read_text(encoding="ascii")))
    except OSError:
        pass
    return min(free) if free else None


def _short(code: str, where: str, need: int, free: int) -> Fault:
    _, meaning, remedy = FAULTS[code]
    return Fault(code, where, f"{meaning} Estimate: {megabytes(need)}, free: {megabytes(free)}.", remedy)
