"""Where runs are kept: folders that are ours, run ids that never repeat, a pointer to the newest."""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mixproof.errors import ConfigError, Fault, ResourceError
from mixproof.records.faults import FAULTS
from mixproof.records.run_folder.attempts import ATTEMPTS, LOCK
from mixproof.records.run_folder.files import make_private_folder, replace_private, sync_folder, write_private

LATEST = "latest"
LATEST_PLAN = "latest-plan"
POINTERS = (LATEST, LATEST_PLAN)
"""What names the newest run with a model or experiments, and the newest plan."""
RELEASES = "releases.json"
"""Which run of a name is its champion, and how it came to be: written by `mixproof promote` and `rollback`."""
MARKER = ".mixproof-runs"
_MARKER_TEXT = "This folder holds runs of mixproof; each run's manifest.json says what is in it.\n"
_CHECKPOINTS = ".checkpoints"
_SPILL = ".spill"
_BUILDING = ".building-"
_RUN_ID = re.compile(r"\d{8}T\d{6}Z-(\d{4,})")
_NAME = re.compile(r"[^\W_][\w .-]{0,79}")
_HARMLESS = frozenset({MARKER, ".gitignore", ".gitkeep", ".DS_Store"})
_OURS = frozenset({*POINTERS, RELEASES, ATTEMPTS, LOCK, _CHECKPOINTS, _SPILL, ".DS_Store"})


@dataclass(frozen=True, slots=True)
class Output:
    """The folder ``<root>/<name>`` that holds all runs of one name."""

    root: Path
    name: str

    @property
    def folder(self) -> Path:
        """Folder of all runs of this name."""
        return self.root / self.name

    @property
    def lock(self) -> Path:
        """File that the run in progress locks."""
        return self.folder / LOCK

    @property
    def spill(self) -> Path:
        """Folder for what does not fit into memory while large tables are read; there only meanwhile."""
        return self.folder / _SPILL

    def checkpoint(self, key: str) -> Path:
        """Return the folder that keeps finished chains of the fit with hash `key` until it is published."""
        return self.folder / _CHECKPOINTS / key[:32]

    def run_ids(self) -> list[str]:
        """Return the ids of all complete runs, in the order in which they were started."""
        names = [
            path.name for path in self.folder.iterdir() if _RUN_ID.fullmatch(path.name) and path.is_dir()
        ]
        return sorted(names, key=_sequence)

    def next_run_id(self, started: datetime) -> str:
        """Return an id that no run of this name has: its start (in UTC), then a running number.

        The number keeps ids apart and in order when two runs start in one second or the clock is set back.
        To be called by the holder of the lock.
        """
        taken = [*self.run_ids(), *(_pointed(self.folder / name) for name in POINTERS)]
        number = max((_sequence(run_id) for run_id in taken), default=0) + 1
        return f"{started.astimezone(UTC):%Y%m%dT%H%M%SZ}-{number:04d}"

    def building(self, run_id: str) -> Path:
        """Return the temporary folder in which a run is built."""
        return self.folder / f"{_BUILDING}{run_id}"

    def publish(self, run_id: str, pointer: str = LATEST) -> Path:
        """Return the run's folder after giving the finished temporary folder its name, in one step.

        Parameters
        ----------
        run_id : str
        pointer : str
            Which of `POINTERS` names it then.

        Returns
        -------
        pathlib.Path
        """
        target = self.folder / run_id
        self.building(run_id).rename(target)
        sync_folder(self.folder)
        self.point_latest(run_id, pointer)
        return target

    def point_latest(self, run_id: str, name: str = LATEST) -> None:
        """Make a pointer name a run, in one step: a link, or a text file where there are no links.

        Parameters
        ----------
        run_id : str
        name : str
            One of `POINTERS`.
        """
        pointer, draft = self.folder / name, self.folder / f"{_BUILDING}{name}"
        draft.unlink(missing_ok=True)
        try:
            draft.symlink_to(run_id)
        except OSError:
            write_private(draft, run_id + "\n")
        draft.replace(pointer)
        sync_folder(self.folder)

    def sweep(self) -> list[str]:
        """Return the ids of unfinished runs after removing them; mend ``latest`` if a run died publishing.

        Only the holder of the lock may call this: then whoever was building is dead.
        """
        shutil.rmtree(self.spill, ignore_errors=True)
        stale = sorted(path for path in self.folder.iterdir() if path.name.startswith(_BUILDING))
        for path in stale:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        runs = self.run_ids()
        pointer = self.folder / LATEST
        if not runs and pointer.is_symlink() and not _pointed(pointer):
            pointer.unlink()
        known = max(_sequence(_pointed(self.folder / name)) for name in POINTERS)
        for run_id in runs:
            if _sequence(run_id) > known:
                self.point_latest(run_id, _pointer_of(self.folder / run_id))
        names = [path.name.removeprefix(_BUILDING) for path in stale]
        return [name for name in names if name not in POINTERS]


def check_output(root: Path, name: str, inputs: Iterable[Path]) -> Output:
    """Return the output after making sure that writing there harms nothing; nothing is made or deleted.

    Parameters
    ----------
    root : pathlib.Path
        Folder of all runs.
    name : str
        Name of the run.
    inputs : iterable of pathlib.Path
        Folders that the run reads from.

    Returns
    -------
    Output

    Raises
    ------
    ConfigError
        The folder is, or holds, an input; or it holds things that no run has made.
    """
    faults = []
    with usable(str(root)):
        resolved = root.resolve()
    if not _NAME.fullmatch(name) or name.endswith((".", " ")) or name in POINTERS:
        faults.append(_fault("output-name", f"name {name[:80]!r}"))
    if any(resolved in (folder, *folder.parents) for folder in (path.resolve() for path in inputs)):
        faults.append(_fault("output-is-input", str(root)))
    with usable(str(root)):
        odd = _foreign(resolved) if not faults else []
        odd += [f"{name}/{entry}" for entry in _foreign_runs(resolved / name)] if not faults else []
    latest = resolved / name / LATEST
    if not faults and latest.is_dir() and not latest.is_symlink():
        faults.append(_fault("output-latest", str(latest)))
    if odd:
        listed = ", ".join(odd[:3]) + (", ..." if len(odd) > 3 else "")
        faults.append(_fault("output-not-ours", str(root), f"Found: {listed}."))
    if faults:
        raise ConfigError(faults)
    return Output(resolved, name)


def open_output(root: Path, name: str, inputs: Iterable[Path]) -> Output:
    """Return the output as `check_output` does, with its folders made and marked as ours.

    Parameters
    ----------
    root : pathlib.Path
        Folder of all runs.
    name : str
        Of the run; its folder below `root`.
    inputs : iterable of pathlib.Path
        Folders that are read from: never written to.

    Returns
    -------
    Output

    Raises
    ------
    ConfigError
        See `check_output`.
    ResourceError
        The folder cannot be made or written to.
    """
    output = check_output(root, name, inputs)
    with usable(str(root)):
        make_private_folder(output.root)
        if not (output.root / MARKER).is_file():
            replace_private(output.root / MARKER, _MARKER_TEXT)
        make_private_folder(output.folder)
    return output


@contextlib.contextmanager
def usable(where: str) -> Iterator[None]:
    """Turn an output that cannot be made, or opened for writing, into a `ResourceError`.

    Raises
    ------
    ResourceError
        The system refuses, in its own words.
    """
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "the system refuses"
        raise ResourceError(_fault("output-unusable", where, f"{reason}.")) from error


def is_run_id(name: str) -> bool:
    """Return whether a folder of this name is a run's."""
    return _RUN_ID.fullmatch(name) is not None


def resolve_run(path: Path) -> Path:
    """Return the run folder that `path` names, following a pointer in either of its forms."""
    if path.is_file() and path.name in POINTERS:
        return path.parent / _pointed(path)
    return path.resolve() if path.is_symlink() else path


def _foreign(folder: Path) -> list[str]:
    """Return what in the folder of all runs is not ours: all in an unmarked one, files in a marked one.

    Another run may be making the folder at this moment: it marks it before it makes anything else, so what is found is
    looked at before the mark is.
    """
    if not folder.exists():
        return []
    if not folder.is_dir():
        return [folder.name]
    entries = [
        entry
        for entry in sorted(folder.iterdir())
        if entry.name not in _HARMLESS and not entry.name.startswith(f".{MARKER}.")
    ]
    marked = (folder / MARKER).is_file()
    return [e.name for e in entries if not (marked and e.is_dir() and not e.is_symlink())]


def _foreign_runs(folder: Path) -> list[str]:
    """Return what in the folder of one name is neither a run nor ours."""
    if not folder.is_dir():
        return []
    return [entry.name for entry in sorted(folder.iterdir()) if not _is_ours(entry)]


def _is_ours(entry: Path) -> bool:
    if _RUN_ID.fullmatch(entry.name):
        return entry.is_dir() and not entry.is_symlink()
    return entry.name in _OURS or entry.name.startswith(
        (_BUILDING, *(f".{name}." for name in (*POINTERS, RELEASES, ATTEMPTS)))
    )


def _pointer_of(folder: Path) -> str:
    """Return the pointer that a published run belongs to, as its manifest says."""
    try:
        said = json.loads((folder / "manifest.json").read_text(encoding="utf-8")).get("pointer")
    except (OSError, ValueError, AttributeError):
        return LATEST
    return said if said in POINTERS else LATEST


def _pointed(pointer: Path) -> str:
    """Return the run id that ``latest`` names, or an empty text."""
    if pointer.is_symlink():
        target = os.fspath(pointer.readlink())
        return target if _RUN_ID.fullmatch(target) else ""  # a link that leads elsewhere names no run of ours
    if not pointer.is_file():
        return ""
    run_id = pointer.read_text(encoding="utf-8")[:80].strip()
    return run_id if _RUN_ID.fullmatch(run_id) else ""


def _sequence(run_id: str) -> int:
    match = _RUN_ID.fullmatch(run_id)
    return int(match[1]) if match else 0


def _fault(code: str, where: str, more: str = "") -> Fault:
    _, meaning, remedy = FAULTS[code]
    return Fault(code, where, f"{meaning} {more}".rstrip(), remedy)
