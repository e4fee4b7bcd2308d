"""The registry of releases: a chain of lines that each hold the hash of the one before, with the released tables beside it.

A line is on the disk before what it speaks of is handed out. Two copies of the chain's end are kept elsewhere, so that a
registry that was deleted, cut short or begun anew in another folder is noticed: in the state folder of the user, and in every
run folder that holds a release. Only their owner can read any of it.
"""

import contextlib
import errno
import getpass
import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mixproof.privacy.releases.ends import RegistryError, end_of, heads, state_folder, state_of
from mixproof.privacy.releases.release import Release, from_record
from mixproof.records.run_folder.files import make_private_folder, replace_private, sync_folder
from mixproof.records.run_folder.lock import hold

FOLDER, CHAIN, LOCK, KEPT = ".releases", "registry.jsonl", ".lock", "kept"
ANCHOR = "registry.json"
"""File beside the released tables of a run that says where the chain ended then."""
RELEASED, STORED, REFUSED, FORGOTTEN = "released", "stored", "refused", "forgotten"
"""What came of a request; `STORED`: an earlier answer was given again; `FORGOTTEN`: rows were deleted as they were old."""
DEBITED, NOISED = "debited", "noised"
"""A charge to the budget, before any noise is drawn, and the noised release that it was for."""
ALIKE = 0.5
"""Share of rows in common from which on two releases are taken to be of the same people."""
PATIENCE = 600.0
"""Seconds to wait for another run that is releasing."""
_NOT_ALLOWED = {
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ELOOP
}  # fmt: skip


class UnwritableError(Exception):
    """A file of the registry, or a folder that it needs, may not be written or read by this user."""


@contextlib.contextmanager
def _on_disk() -> Iterator[None]:
    """Turn what this user may not write or read into an `UnwritableError` that names it."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NOT_ALLOWED:
            raise
        what = f"{error.filename} cannot be written or read ({error.strerror})"
        raise UnwritableError(what) from None


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """A line of the registry.

    Parameters
    ----------
    number : int
        From 1 on.
    at : str
        ISO, UTC.
    by : str
        Who ran the command.
    outcome : str
        What came of it: `RELEASED`, `STORED`, `REFUSED`, `FORGOTTEN`, `DEBITED` or `NOISED`.
    name, population : str
        Of the release.
    request, fingerprint : str
        Hashes of the request and of its rows.
    query : mapping
        Tables, filter, levels and fewest people.
    kept : str
        SHA-256 of the file that holds rows, pattern and released tables; empty where there is none.
    digest : str
        Of the line.
    """

    number: int
    at: str
    by: str
    outcome: str
    name: str
    population: str
    request: str
    fingerprint: str
    query: Mapping[str, Any]
    kept: str
    digest: str


NOT_KEPT = Entry(0, "", "", RELEASED, "", "", "", "", {}, "", "")
"""What stands for a release that was worked out and not made."""


class Registry:
    """An open registry, held by this process alone.

    Parameters
    ----------
    root : pathlib.Path
        Folder of all runs.
    """

    @_on_disk()
    def __init__(self, root: Path) -> None:
        self.folder = root.resolve() / FOLDER
        self.identity, self.entries = _read(self.folder / CHAIN)
        _compare_with_anchors(self)

    def head(self) -> dict[str, Any]:
        """Return where the chain ends, as run folders and the state folder keep it."""
        last = self.entries[-1].digest if self.entries else ""
        return {"registry": self.identity, "length": len(self.entries), "head": last}

    def releases(self, population: str) -> list[tuple[Entry, Release | None]]:
        """Return what was released of a population, the oldest first; None where its rows are deleted by now.

        Parameters
        ----------
        population : str

        Returns
        -------
        list of (Entry, Release or None)

        Raises
        ------
        RegistryError
            A kept file is missing or changed.
        """
        forgotten = {entry.kept for entry in self.entries if entry.outcome == FORGOTTEN}
        return [
            (entry, None if entry.kept in forgotten else from_record(self.kept(entry)))
            for entry in self.entries
            if entry.outcome == RELEASED and entry.population == population
        ]

    def kept(self, entry: Entry) -> dict[str, Any]:
        """Return what the file of a line holds.

        Raises
        ------
        RegistryError
            It is missing or changed.
        """
        file = self.folder / KEPT / f"{entry.kept}.json"
        try:
            content = file.read_bytes()
        except OSError:
            raise RegistryError(f"{KEPT}/{file.name} is missing") from None
        if hashlib.sha256(content).hexdigest() != entry.kept:
            raise RegistryError(f"{KEPT}/{file.name} is not as it was written")
        found: dict[str, Any] = json.loads(content)
        return found

    def append(
        self, outcome: str, name: str, population: str, release: Release | None, kept: str = ""
    ) -> Entry:
        """Return a line after it is on the disk, with the rows and the pattern of what is released.

        Parameters
        ----------
        outcome, name, population : str
            As in `Entry`.
        release : Release or None
            None for what is no request.
        kept : str
            The file that a line is about without writing it.

        Returns
        -------
        Entry
        """
        if release is None:
            return self.write(outcome, name, population, record=kept)
        query = {
            "tables": [list(table) for table in release.tables], "fewest_people": release.fewest,
            "where": {dim: list(levels) for dim, levels in release.where.items()},
            "levels": {dim: list(release.kept(dim)) for dim in release.dims},
        }  # fmt: skip
        new = outcome == RELEASED
        return self.write(
            outcome, name, population, request=release.request(), fingerprint=release.fingerprint(), query=query,
            record=release.as_record() if new else kept, rows=release.sketch() if new else (),
        )  # fmt: skip

    @_on_disk()
    def write(
        self, outcome: str, name: str, population: str, *, request: str = "", fingerprint: str = "",
        query: Mapping[str, Any] | None = None, record: Mapping[str, Any] | str = "", rows: Sequence[str] = (),
    ) -> Entry:  # fmt: skip
        """Return a line after it, and before it the file that it speaks of, are on the disk.

        Parameters
        ----------
        outcome, name, population, request, fingerprint, query : str or mapping
            As in `Entry`.
        record : mapping or str
            What the line's file is to hold, or the SHA-256 of one that is there.
        rows : sequence of str
            Hashes of some rows, by which other registries of this user recognise them.

        Returns
        -------
        Entry
        """
        make_private_folder(self.folder / KEPT)
        kept = record if isinstance(record, str) else self._keep(record)
        line: dict[str, Any] = {
            "number": len(self.entries) + 1, "at": datetime.now(UTC).isoformat(timespec="seconds"), "by": _user(),
            "outcome": outcome, "name": name, "population": population, "request": request,
            "fingerprint": fingerprint, "query": dict(query or {}), "kept": kept, "registry": self.identity,
            "before": self.entries[-1].digest if self.entries else "",
        }  # fmt: skip
        line["digest"] = _digest(line)
        _append(self.folder / CHAIN, json.dumps(line, ensure_ascii=False) + "\n")
        self.entries.append(_entry(line))
        _keep_head(self, rows)
        return self.entries[-1]

    def _keep(self, record: Mapping[str, Any]) -> str:
        text = json.dumps(record, ensure_ascii=False, sort_keys=True)
        kept = hashlib.sha256(text.encode()).hexdigest()
        replace_private(self.folder / KEPT / f"{kept}.json", text)
        return kept

    def forget(self, days: int) -> int:
        """Return how many releases lost their rows, which are older than a number of days; what was asked stays known."""
        oldest = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        forgotten = {entry.kept for entry in self.entries if entry.outcome == FORGOTTEN}
        old = [
            entry for entry in self.entries
            if entry.outcome == RELEASED and entry.at < oldest and entry.kept not in forgotten
        ]  # fmt: skip
        for entry in old:
            self.append(FORGOTTEN, entry.name, entry.population, None, kept=entry.kept)
        for kept in {
            *forgotten,
            *(entry.kept for entry in old),
        }:  # a deletion that was cut short is made up for
            (self.folder / KEPT / f"{kept}.json").unlink(missing_ok=True)
        return len(old)


@contextlib.contextmanager
def opened(root: Path) -> Iterator[Registry]:
    """Hold the registry of a folder of runs for this process alone.

    Parameters
    ----------
    root : pathlib.Path

    Raises
    ------
    RegistryError
        It is missing, cut short or changed.
    UnwritableError
        It, or the state folder, may not be written: found before anything is written into the registry.
    """
    with contextlib.ExitStack() as held:
        with _on_disk():
            folder = make_private_folder(root.resolve() / FOLDER)
            ends = state_folder()
            if ends is not None:
                make_private_folder(ends)
            held.enter_context(hold(folder / LOCK, PATIENCE))
            _mend(folder / CHAIN)
        yield Registry(root)


def known_elsewhere(registry: Registry, rows: Sequence[str]) -> str:
    """Return the folder of another registry that has released much the same rows.

    Parameters
    ----------
    registry : Registry
    rows : sequence of str
        Hashes of some rows, as releases and requests have them.

    Returns
    -------
    str
        Empty where there is none.
    """
    ours = set(rows)
    for _, record in heads():
        if record["registry"] == registry.identity:
            continue
        for theirs in record["rows"].values():
            if len(ours & set(theirs)) >= ALIKE * max(min(len(ours), len(theirs)), 1):
                return str(record["folder"])
    return ""


def _read(chain: Path) -> tuple[str, list[Entry]]:
    """Return the registry's name and its lines."""
    if not chain.is_file():
        return uuid.uuid4().hex, []
    lines = chain.read_bytes().split(b"\n")
    entries: list[Entry] = []
    identity, before = "", ""
    for number, raw in enumerate(lines[:-1], start=1):
        try:
            line = json.loads(raw)
            whole = {key: value for key, value in line.items() if key != "digest"}
            sound = line["digest"] == _digest(whole) and line["before"] == before and line["number"] == number
            identity = identity or line["registry"]
            entries.append(_entry(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            sound = False
        if not sound or line["registry"] != identity:
            raise RegistryError(f"line {number} of {CHAIN} is not as it was written")
        before = line["digest"]
    return identity or uuid.uuid4().hex, entries


def _mend(chain: Path) -> None:
    """Take away a last line that was cut off while it was written: nothing was handed out for it."""
    if chain.is_file():
        content = chain.read_bytes()
        if not content.endswith(b"\n"):
            os.truncate(chain, content.rfind(b"\n") + 1)


def _compare_with_anchors(registry: Registry) -> None:
    """Raise where the chain lacks what it had when a run was published, or when it was last written to."""
    here = str(registry.folder)
    known = [
        (file, record)
        for file, record in heads()
        if record.get("folder") == here or record["registry"] == registry.identity
    ]
    anchors = [(file, end_of(file)) for file in registry.folder.parent.glob(f"*/*/released/{ANCHOR}")]
    for file, record in (*known, *anchors):
        length = int(record["length"])
        if length > len(registry.entries):
            what = "is missing" if not registry.entries else "has lost lines"
            raise RegistryError(f"{CHAIN} {what}: it had {length}, as {file} keeps it")
        if (
            record.get("registry") != registry.identity
            or registry.entries[length - 1].digest != record["head"]
        ):
            raise RegistryError(f"{CHAIN} is another one than that of earlier releases, as {file} keeps it")


def _keep_head(registry: Registry, sketch: Sequence[str]) -> None:
    """Keep the chain's end in the state folder, and by what to recognise rows that are not deleted yet."""
    folder = state_folder()
    if folder is None:
        return
    file = make_private_folder(folder) / f"{registry.identity}.json"
    forgotten = {entry.kept for entry in registry.entries if entry.outcome == FORGOTTEN}
    rows = state_of(file)["rows"] if file.is_file() else {}
    last = registry.entries[-1]
    if sketch:
        rows[last.kept or last.digest] = list(sketch)
    rows = {kept: sketch for kept, sketch in rows.items() if kept not in forgotten}
    replace_private(
        file, json.dumps({**registry.head(), "folder": str(registry.folder), "rows": rows}) + "\n"
    )


def _append(chain: Path, text: str) -> None:
    descriptor = os.open(chain, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
        data = text.encode()
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(chain.parent)


def _entry(line: Mapping[str, Any]) -> Entry:
    names = Entry.__dataclass_fields__
    return Entry(**{name: line[name] for name in names})


def _digest(line: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(line, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _user() -> str:
    with contextlib.suppress(KeyError, OSError, ImportError):
        return getpass.getuser()
    return str(os.getuid())
