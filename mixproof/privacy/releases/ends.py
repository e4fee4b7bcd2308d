"""Where registries ended, as the state folder of the user and run folders keep it."""

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class RegistryError(Exception):
    """The registry is not what was written."""


def state_folder() -> Path | None:
    """Return the folder that keeps the ends of this user's registries; None where there is no home."""
    chosen = os.environ.get("XDG_STATE_HOME", "")
    with contextlib.suppress(
        RuntimeError
    ):  # its standard says that a relative one is none: it would move with the command
        return (
            (Path(chosen) if Path(chosen).is_absolute() else Path.home() / ".local" / "state")
            / "mixproof"
            / "releases"
        )
    return None


def heads() -> Sequence[tuple[Path, dict[str, Any]]]:
    """Return the files of the state folder with what they keep of every registry's end."""
    folder = state_folder()
    if folder is None or not folder.is_dir():
        return []
    return [(file, state_of(file)) for file in sorted(folder.glob("[!.]*.json"))]


def state_of(file: Path) -> dict[str, Any]:
    """Return what a file of the state folder keeps: an end, its folder, and by what to recognise its rows."""
    found = end_of(file)
    rows = found.setdefault("rows", {})
    if not (isinstance(rows, dict) and all(isinstance(sketch, list) for sketch in rows.values())):
        raise _unread(file)
    if not isinstance(found.setdefault("folder", ""), str):
        raise _unread(file)
    return found


def end_of(file: Path) -> dict[str, Any]:
    """Return the record of a chain's end.

    Raises
    ------
    RegistryError
        It cannot be read: an end that says nothing would hide a registry that was cut short.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        sound = (
            isinstance(found["registry"], str) and isinstance(found["head"], str) and int(found["length"]) > 0
        )
    except (OSError, ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        raise _unread(file)
    return dict(found)


def _unread(file: Path) -> RegistryError:
    return RegistryError(f"{file}, which says where the registry ended, cannot be read")
