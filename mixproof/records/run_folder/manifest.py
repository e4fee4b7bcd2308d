"""The manifest of a run: what went in, what came out, each with its hash, in a text that guards itself."""

import hashlib
import json
import math
import platform as machine
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from mixproof.errors import Fault, IntegrityError
from mixproof.records.faults import FAULTS
from mixproof.records.run_folder.files import is_safe_name

FILE_NAME = "manifest.json"
FORMAT = 1
_OWN_HASH = "manifest_sha256"
_REQUIRED: Mapping[str, type] = {
    "format": int,
    "name": str,
    "run_id": str,
    "config_hash": str,
    "inputs": dict,
    "artefacts": dict,
    "tables": dict,
    "verdict": dict,
}
# The packages whose version can change a number; the complete environment is pinned in requirements.lock.
NUMERICAL_PACKAGES = (
    "mixproof",
    "pymc",
    "pytensor",
    "nutpie",
    "numba",
    "numpy",
    "scipy",
    "statsmodels",
    "arviz",
    "xarray",
    "pandas",
    "duckdb",
)


def serialise(manifest: Mapping[str, Any]) -> str:
    """Return the manifest as JSON text that carries the SHA-256 of itself.

    Numbers that are not finite become null: JSON has none, and the sentence beside them says what they were.
    """
    content = {key: _plain(value) for key, value in manifest.items() if key != _OWN_HASH}
    content[_OWN_HASH] = hashlib.sha256(_text(content).encode()).hexdigest()
    return _text(content)


def parse(raw: bytes, where: str) -> dict[str, Any]:
    """Return the manifest that `serialise` wrote.

    Parameters
    ----------
    raw : bytes
    where : str
        Name of the file in messages.

    Returns
    -------
    dict

    Raises
    ------
    IntegrityError
        Any byte of it differs from what was written, or it names files outside its folder.
    """
    try:
        text = raw.decode("utf-8")
        content = json.loads(text, parse_constant=_refuse)
        stated = content.pop(_OWN_HASH)
        actual = hashlib.sha256(_text(content).encode()).hexdigest()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _broken(where, "It is not JSON as mixproof writes it.") from None
    if stated != actual:
        raise _broken(where, f"Expected SHA-256 {stated}, got {actual}.")
    if serialise(content) != text:
        raise _broken(where, "Its text is not the one that was written.")
    _check_shape(content, where)
    return content


def platform() -> str:
    """Return the platform in one line: numbers are the same only on the same kind of machine."""
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    return f"{machine.system()} {machine.release()} {machine.machine()}, {python}"


def versions(packages: Iterable[str] = NUMERICAL_PACKAGES) -> dict[str, str]:
    """Return the installed version of each package that can change a number; absent ones are left out."""
    found = {package: _version(package) for package in packages}
    return {package: version for package, version in found.items() if version is not None}


@cache
def _version(package: str) -> str | None:
    """Return the version of a package, None where it is not installed; what runs stays what it was when it began."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def source_hash(folders: Iterable[Path]) -> str:
    """Return one SHA-256 over the Python files in some folders: a version number misses an edited file."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.relative_to(folder.parent).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _check_shape(content: Mapping[str, Any], where: str) -> None:
    for key, kind in _REQUIRED.items():
        if not isinstance(content.get(key), kind):
            raise _broken(where, f"`{key}` is missing or of another kind.")
    if content["format"] != FORMAT:
        raise _broken(where, f"It has format {content['format']}, this version reads format {FORMAT}.")
    unsafe = [name for name in (*content["artefacts"], *content["tables"]) if not is_safe_name(name)]
    if unsafe:
        raise _broken(where, f"{len(unsafe)} of the names it lists lead out of the run folder.")


def _broken(where: str, what: str) -> IntegrityError:
    _, meaning, remedy = FAULTS["manifest-broken"]
    return IntegrityError(Fault("manifest-broken", where, f"{meaning} {what}", remedy))


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    """Return `value` as JSON can say it: NumPy numbers become Python's, non-finite ones null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _refuse(constant: str) -> float:
    raise ValueError(f"JSON has no {constant}")
