"""Where a data file may stand: inside the data folder, an ordinary file, nothing else."""

import re
import stat
from pathlib import Path

from mixproof.aggregates.faults import FAULTS
from mixproof.errors import ConfigError, DataError, Fault

_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")


def safe_path(folder: Path, file: str, key: str = "data.tables, file") -> Path:
    """Return the resolved path of `file` in `folder`; nothing is opened.

    Parameters
    ----------
    folder : pathlib.Path
        The data folder.
    file : str
        Path as the YAML states it.
    key : str, default "data.tables, file"
        Key of the YAML that states it, for messages.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ConfigError
        ``unsafe-path`` for absolute paths, ``..``, ``~``, backslashes, URLs and links that leave the folder;
        ``not-a-file`` for pipes, devices and folders.
    DataError
        ``file-missing``.
    """
    trouble = unsafe_text(file)
    if trouble:
        raise ConfigError(_fault("unsafe-path", key, file, trouble))
    root = folder.resolve()
    path = root / file
    try:
        resolved = path.resolve()
        mode = path.stat().st_mode
    except (OSError, RuntimeError):
        raise DataError(
            _fault("file-missing", key, file, "There is no such file in the data folder.")
        ) from None
    if not resolved.is_relative_to(root):
        raise ConfigError(
            _fault("unsafe-path", key, file, "The path leads out of the data folder through a link.")
        )
    if not stat.S_ISREG(mode):
        raise ConfigError(_fault("not-a-file", key, file, "This is a folder, a pipe or a device."))
    return resolved


def unsafe_text(file: str) -> str | None:
    """Return what is wrong with the text of a path, None if nothing."""
    if "\x00" in file or any(ord(c) < 32 for c in file):
        return "The path holds control characters."
    if any(0xD800 <= ord(c) <= 0xDFFF for c in file):
        return "The path holds bytes that are no text (UTF-8)."
    if _URL.match(file):
        return "The path is a URL or names a drive; only local files are read."
    if "\\" in file:
        return "The path holds a backslash."
    if file.startswith("/"):
        return "The path is absolute."
    if file.startswith("~"):
        return "The path begins with ~."
    if file.endswith(("/", "/.")):
        return "The path ends like that of a folder."
    if ".." in file.split("/"):
        return "The path climbs with `..`."
    return None


def own_folder(folder: Path, name: str, where: str, mark: str) -> Path:
    """Return a folder inside the data folder that this program writes, which need not be there yet.

    Parameters
    ----------
    folder : pathlib.Path
        The data folder.
    name : str
        Of the folder in it, as the YAML has it.
    where : str
        Its key, for faults.
    mark : str
        What stands in it where this program has made it.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ConfigError
        ``unsafe-path``, or ``output-exists`` where something else stands there.
    """
    base, trouble = folder.resolve(), unsafe_text(name)
    place = base / name
    if trouble is None and place.resolve() == base:
        trouble = "It is the data folder itself."
    if trouble is None and not place.resolve().is_relative_to(base):
        trouble = "It leads out of the data folder through a link."
    remedy = f"Name a folder of its own inside the data folder under `{where.replace(', ', '.')}`."
    if trouble is not None:
        raise ConfigError(Fault("unsafe-path", where, trouble, remedy))
    if place.exists() and (not place.is_dir() or (any(place.iterdir()) and not (place / mark).exists())):
        raise ConfigError(Fault("output-exists", where, "Something else stands there already.", remedy))
    return place


def _fault(code: str, key: str, file: str, what: str) -> Fault:
    shown = "".join(c if c.isprintable() else "?" for c in file[:80])
    return Fault(code, f"{key} {shown}", what, FAULTS[code][2])
