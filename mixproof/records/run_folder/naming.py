"""Names of users as names of files: what any file system takes, and still recognised."""

import re
import unicodedata

MAX_LENGTH = 48


def file_stem(name: str) -> str:
    """Return a name as part of a file's name: small letters, digits and hyphens; ``x`` where nothing else is left.

    Different names may give one stem, so whoever writes several files puts a number before it.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_LENGTH].strip("-") or "x"


def numbered_stems(names: list[str]) -> list[str]:
    """Return a stem for each name, told apart by its place in the list: ``01-video-go-dark``."""
    width = max(2, len(str(len(names))))
    return [f"{place:0{width}d}-{file_stem(name)}" for place, name in enumerate(names, 1)]
