"""The folder of aggregates: CSV tables that other sections read, and a record of what they were made of."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from mixproof.aggregates.events.aggregate import Aggregates
from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.faults import error
from mixproof.aggregates.events.sources import find_files
from mixproof.aggregates.events.tables import DEAD_LETTERS, INGESTION
from mixproof.aggregates.reading.paths import own_folder
from mixproof.records.csv import to_csv
from mixproof.records.run_folder.files import make_private_folder, replace_private, sha256
from mixproof.records.run_folder.manifest import source_hash

RECORD = "events.json"
"""File of the folder that says what its tables were made of."""
SCHEMA = "mixproof.aggregates/1"


def input_files(config: EventsConfig, folder: Path) -> list[str]:
    """Return the files that a section reads, relative to the data folder.

    Parameters
    ----------
    config : EventsConfig
    folder : pathlib.Path
        The data folder.

    Returns
    -------
    list of str
        Contracts among them.

    Raises
    ------
    ConfigError, DataError
        A path is unsafe or names no file.
    """
    if config.stream is not None:  # its tables come from messages, and other sections read them alone
        return [f"{config.folder}/{RECORD}"] if (folder / config.folder / RECORD).is_file() else []
    root, found = folder.resolve(), []
    for source in config.sources():
        found += [path.relative_to(root).as_posix() for path in find_files(source, folder)]
        found += [source.contract] if source.contract else []
    return list(dict.fromkeys(found))


def key_of(config: EventsConfig, hashes: Mapping[str, str]) -> str:
    """Return what decides the tables: the section, the files and this program.

    Parameters
    ----------
    config : EventsConfig
    hashes : mapping of str to str
        SHA-256 by file.

    Returns
    -------
    str
    """
    parts = [
        config.model_dump_json(),
        source_hash([Path(__file__).parent]),
        # messages have no hash: which of them are in the tables is for the stream to say
        *(f"{k} {v}" for k, v in sorted(hashes.items()) if config.stream is None),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def aggregates_folder(config: EventsConfig, folder: Path) -> Path:
    """Return the folder of the aggregates, inside the data folder.

    Parameters
    ----------
    config : EventsConfig
    folder : pathlib.Path
        The data folder.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ConfigError
        ``unsafe-path``, or ``output-exists`` where something else stands there.
    """
    return own_folder(folder, config.folder, "events, folder", RECORD)


def published(place: Path) -> dict[str, str]:
    """Return the CSV texts of a folder of aggregates, by table; none where they are not those that were written there."""
    record = _record(place)
    if record is None or not _as_written(place, record):
        return {}
    return {
        name.removesuffix(".csv"): (place / name).read_text(encoding="utf-8") for name in record["tables"]
    }


def keep(found: Aggregates, place: Path, key: str) -> list[Path]:
    """Return the files written to the folder of aggregates; the record comes last, so that a broken write is seen.

    Parameters
    ----------
    found : Aggregates
    place : pathlib.Path
        From `aggregates_folder`.
    key : str
        From `key_of`.

    Returns
    -------
    list of pathlib.Path
    """
    frames = {**found.tables, INGESTION.name: found.ingestion, DEAD_LETTERS.name: found.dead_letters}
    return keep_texts({name: to_csv(frame) for name, frame in frames.items()}, place, key)


def keep_texts(texts: Mapping[str, str], place: Path, key: str) -> list[Path]:
    """Return the files written to the folder of aggregates, of tables that are CSV text already.

    Parameters
    ----------
    texts : mapping of str to str
        By table.
    place : pathlib.Path
        From `aggregates_folder`.
    key : str
        From `key_of`.

    Returns
    -------
    list of pathlib.Path
    """
    make_private_folder(place)
    # whoever is killed before the end leaves a record of nothing, by which the folder is still known as ours
    replace_private(place / RECORD, json.dumps({"schema": SCHEMA, "key": "", "tables": {}}) + "\n")
    for old in place.glob("*.csv"):
        if old.stem not in texts:
            old.unlink()
    written = []
    for name, text in texts.items():
        written.append(place / f"{name}.csv")
        replace_private(written[-1], text)
    hashes = {path.name: sha256(path) for path in written}
    record = {"schema": SCHEMA, "key": key, "tables": hashes}
    replace_private(place / RECORD, json.dumps(record, indent=1) + "\n")
    return written


def kept(place: Path, key: str) -> bool:
    """Return whether the folder's tables are those of a key, byte by byte.

    Parameters
    ----------
    place : pathlib.Path
    key : str

    Returns
    -------
    bool
    """
    record = _record(place)
    return record is not None and record["key"] == key and _as_written(place, record)


def _record(place: Path) -> dict[str, Any] | None:
    """Return what the folder's tables were made of, None where that is not said."""
    try:
        record: dict[str, Any] = json.loads((place / RECORD).read_text(encoding="utf-8"))
        return record if record["schema"] == SCHEMA and record["key"] and record["tables"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _as_written(place: Path, record: Mapping[str, Any]) -> bool:
    """Return whether every table is the one that was written, byte by byte."""
    try:
        return all(sha256(place / name) == value for name, value in record["tables"].items())
    except (OSError, AttributeError):
        return False


def recall(place: Path, key: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``ingestion`` and ``dead_letters`` of tables that are there already.

    Parameters
    ----------
    place : pathlib.Path
    key : str

    Returns
    -------
    tuple of pandas.DataFrame

    Raises
    ------
    DataError
        ``events-stale``: they are not those of the key.
    """
    if not kept(place, key):
        raise error(
            "events-stale", f"events, folder {place.name}", "Its tables are not those of these events."
        )
    read = [
        pd.read_csv(place / f"{spec.name}.csv", keep_default_na=False, na_values=[""])
        for spec in (INGESTION, DEAD_LETTERS)
    ]
    ingestion, letters = read
    said = ingestion["status"]
    ingestion = ingestion.assign(status=said.astype(object).where(said.notna(), ""))
    return INGESTION.frame(ingestion), DEAD_LETTERS.frame(letters)
