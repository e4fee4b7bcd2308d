"""Contracts of sources: the columns and types that were agreed, as a file with named versions."""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.faults import error, fault
from mixproof.aggregates.events.sources import Files, open_files
from mixproof.aggregates.reading.paths import safe_path
from mixproof.errors import ConfigError, Fault

SCHEMA = "mixproof.events_contract/1"
"""Name of the form of a contract's file."""


def contract_faults(files: Files, folder: Path) -> list[Fault]:
    """Return everything in which the files of a source are not what its contract says: missing, renamed, retyped columns.

    Columns that the contract does not know are no fault: nothing reads them.

    Parameters
    ----------
    files : Files
        What was found.
    folder : pathlib.Path
        The data folder, which has the contract.

    Returns
    -------
    list of Fault
        Empty where there is no contract.
    """
    name = files.source.contract
    if name is None:
        return []
    where = f"events, {files.source.name}, contract"
    agreed = newest(read_contract(safe_path(folder, name, where), where), where)
    found = []
    spare = [column for column in files.columns if column not in agreed]
    for column, kind in agreed.items():
        if column not in files.columns:
            near = get_close_matches(column, spare, 1, cutoff=0.5)
            hint = f" It may now be called {near[0]!r}." if near else ""
            found.append(fault("events-contract", f"{where}, {column}", f"The column is missing.{hint}"))
        elif files.columns[column] != kind:
            what = f"The column is {files.columns[column]}, and {kind} was agreed."
            found.append(fault("events-contract", f"{where}, {column}", what))
    return found


def read_contract(path: Path, where: str) -> dict[str, Any]:
    """Return a contract's file as plain values.

    Parameters
    ----------
    path : pathlib.Path
    where : str
        What messages call it.

    Returns
    -------
    dict

    Raises
    ------
    DataError
        ``events-contract-file``.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        versions = found["versions"]
        sound = found["schema"] == SCHEMA and bool(versions) and all(_sound(each) for each in versions)
    except (OSError, ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        raise error("events-contract-file", where, "This is no contract, or a broken one.")
    return found


def _sound(version: Mapping[str, Any]) -> bool:
    columns = version["columns"]
    return isinstance(version["name"], str) and all(
        isinstance(text, str) for pair in columns.items() for text in pair
    )


def newest(contract: Mapping[str, Any], where: str) -> dict[str, str]:
    """Return columns and types of the version that a contract accepts.

    Parameters
    ----------
    contract : mapping
        As `read_contract` returns it.
    where : str
        What messages call it.

    Returns
    -------
    dict of str to str
        Type by column.
    """
    accepted = contract.get("accepted")
    found = [each for each in contract["versions"] if each["name"] == accepted]
    if not found:
        raise error("events-contract-file", where, "It has no version of the name that it accepts.")
    return dict(found[-1]["columns"])


def contract_text(files: Files, version: str, before: Mapping[str, Any] | None = None) -> str:
    """Return the file of a contract that accepts what the files of a source are now.

    Parameters
    ----------
    files : Files
        What was found.
    version : str
        Name of the version.
    before : mapping, optional
        The contract so far; its other versions are kept.

    Returns
    -------
    str
        JSON.
    """
    kept = [each for each in (before or {}).get("versions", []) if each["name"] != version]
    versions = [*kept, {"name": version, "columns": dict(files.columns)}]
    record = {"schema": SCHEMA, "source": files.source.name, "accepted": version, "versions": versions}
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def write_contract(config: EventsConfig, source: str, version: str, folder: Path) -> tuple[Path, str, bool]:
    """Return where a source's contract is kept, its text with what the files are now, and whether the YAML names it.

    Parameters
    ----------
    config : EventsConfig
    source : str
        Name of a source.
    version : str
        Name of the version.
    folder : pathlib.Path
        The data folder.

    Returns
    -------
    tuple of pathlib.Path, str and bool

    Raises
    ------
    ConfigError
        There is no such source.
    """
    known = {each.name: each for each in config.sources()}
    if source not in known:
        near = get_close_matches(source, list(known), 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        remedy = f"Take one of {', '.join(known)}."
        raise ConfigError(Fault("usage", "SOURCE", f"The events section has no such source.{hint}", remedy))
    with Engine(folder, config.memory) as engine:
        files = open_files(known[source], folder, engine.connection)
    name = known[source].contract
    path = folder.resolve() / (name or f"contracts/{source}.json")
    where = f"events, {source}, contract"
    before = read_contract(path, where) if path.is_file() else None
    if name is not None and path.is_file():
        path = safe_path(folder, name, where)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path, contract_text(files, version, before), name is not None
