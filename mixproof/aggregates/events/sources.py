"""Files of events as relations of the engine: columns under their roles, cells typed, and why a row breaks its contract.

Nothing here reads a row: names and types come from headers, everything else is text that the engine carries out.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import duckdb

from mixproof.aggregates.events.config import Source
from mixproof.aggregates.events.faults import error, fault
from mixproof.aggregates.events.statements.inputs import Input
from mixproof.aggregates.reading.paths import safe_path
from mixproof.errors import DataError, Fault

_SAMPLE = 2_000
"""Lines of JSON whose names are looked at."""
_ALIKE = 0.8
"""Likeness of names from which on an optional name that lines of JSON lack has probably been renamed."""
MOST_HEADER = 1_000_000
"""Bytes of a header at most."""
PSEUDONYM_KEY = "pseudonym_key"
"""Variable of the engine that holds the key of pseudonyms: it stands in no statement's text."""
NONE = "(none)"
"""Label of a row that has none."""
_TYPED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "instant": ("TIMESTAMPTZ", ("VARCHAR", "TIMESTAMP")),
    "day": ("DATE", ("VARCHAR", "DATE", "TIMESTAMP")),
    "flag": ("BOOLEAN", ("VARCHAR", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT")),
    "score": (
        "DOUBLE",
        ("VARCHAR", "FLOAT", "DOUBLE", "DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"),
    ),
    "money": (
        "DECIMAL(14,4)",
        ("VARCHAR", "FLOAT", "DOUBLE", "DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"),
    ),
    "rate": (
        "DECIMAL(12,6)",
        ("VARCHAR", "FLOAT", "DOUBLE", "DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"),
    ),
    "key": ("", ("VARCHAR", "UUID", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UBIGINT", "HUGEINT")),
    "label": ("VARCHAR", ("VARCHAR", "ENUM", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "BOOLEAN")),
    "code": ("VARCHAR", ("VARCHAR", "ENUM")),
}
"""Kind of role -> the type it is read as, and how the names of the types begin that it may come in."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a source, and how the engine reads them.

    Parameters
    ----------
    source : Source
    paths : tuple of pathlib.Path
        In the order of their names.
    columns : mapping of str to str
        Engine's type by column name.
    scan : str
        What stands behind FROM; its columns are called by `at`.
    at : mapping of str to str
        Quoted name in the scan by column name.
    kept : bool
        Whether the rows are copied into the engine at once: text is parsed one time only.
    """

    source: Source
    paths: tuple[Path, ...]
    columns: Mapping[str, str]
    scan: str
    at: Mapping[str, str]
    kept: bool


def find_files(source: Source, folder: Path) -> tuple[Path, ...]:
    """Return the files of a source in the order of their names.

    Parameters
    ----------
    source : Source
        `*` in its file stands for any part of a name.
    folder : pathlib.Path
        The data folder.

    Returns
    -------
    tuple of pathlib.Path

    Raises
    ------
    ConfigError, DataError
        A path is unsafe or names no file.
    """
    key = f"events, {source.name}, file"
    if "*" not in source.file:
        return (safe_path(folder, source.file, key),)
    inside = not source.file.startswith(("/", "~")) and ".." not in source.file.split("/")
    names = sorted(path.relative_to(folder).as_posix() for path in folder.glob(source.file)) if inside else []
    # a pattern that names nothing is no path either: the reader of paths says what is wrong with it
    return tuple(safe_path(folder, name, key) for name in names or [source.file])


def open_files(
    source: Source,
    folder: Path,
    connection: duckdb.DuckDBPyConnection,
    paths: tuple[Path, ...] | None = None,
) -> Files:
    """Return how the engine reads the files of a source; only headers are read.

    Parameters
    ----------
    source : Source
    folder : pathlib.Path
        The data folder.
    connection : duckdb.DuckDBPyConnection
        That can read it.
    paths : tuple of pathlib.Path, optional
        Some of its files; default all.

    Returns
    -------
    Files

    Raises
    ------
    ConfigError, DataError
        ``file-missing``, ``file-format``, ``events-broken`` and what `safe_path` raises.
    """
    paths = find_files(source, folder) if paths is None else paths
    kinds = {path.suffix.lower() for path in paths}
    readers = {".parquet": _parquet, ".csv": _csv, ".jsonl": _json, ".ndjson": _json}
    if len(kinds) != 1 or not kinds <= set(readers):
        what = f"Its files end in {', '.join(sorted(kinds))[:60]}."
        remedy = "All files of one source are .csv, .parquet or .jsonl."
        raise DataError(Fault("file-format", f"events, {source.name}", what, remedy))
    return readers[kinds.pop()](source, paths, connection)


def _parquet(source: Source, paths: tuple[Path, ...], connection: duckdb.DuckDBPyConnection) -> Files:
    scan = f"read_parquet({listed(paths)}, binary_as_string = true, hive_partitioning = false, union_by_name = false)"
    try:
        found = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    except duckdb.Error:
        raise error("events-broken", f"events, {source.name}", "A file is no whole Parquet file.") from None
    columns = {str(row[0]): str(row[1]) for row in found}
    return Files(source, paths, columns, scan, {name: _quoted(name) for name in columns}, False)


def _csv(source: Source, paths: tuple[Path, ...], connection: duckdb.DuckDBPyConnection) -> Files:
    headers = {_header(path, source) for path in paths}
    if len(headers) != 1:
        raise error("events-broken", f"events, {source.name}", "Its files have different headers.")
    names, delimiter = headers.pop()
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(names)))
    scan = (
        f"read_csv({listed(paths)}, columns = {{{columns}}}, header = false, skip = 1, delim = '{delimiter}', "
        "quote = '\"', escape = '\"', auto_detect = false, strict_mode = true, null_padding = false, nullstr = '', "
        f"store_rejects = true, rejects_table = 'rejects_{source.name}', rejects_scan = 'scans_{source.name}')"
    )
    at = {name: f"c{i}" for i, name in enumerate(names)}
    return Files(source, paths, dict.fromkeys(names, "VARCHAR"), scan, at, True)


def _header(path: Path, source: Source) -> tuple[tuple[str, ...], str]:
    """Return the column names and the delimiter of a CSV file."""
    with path.open("rb") as stream:
        first = stream.readline(MOST_HEADER)
    try:
        text = first.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise error("events-broken", f"events, {source.name}", "A header is not UTF-8.") from None
    unquoted = re.sub('"[^"]*"', "", text)  # what stands in a quoted name parts no columns
    delimiter = max((",", ";", "\t", "|"), key=unquoted.count)
    names = tuple(next(csv.reader([text], delimiter=delimiter), []))
    if not names or len(set(names)) < len(names) or not all(name.strip() for name in names):
        raise error("events-broken", f"events, {source.name}", "A header lacks names, or has one twice.")
    return names, delimiter


def _json(source: Source, paths: tuple[Path, ...], connection: duckdb.DuckDBPyConnection) -> Files:
    """Return JSON lines; the engine is told the names that have roles, so that one that a line lacks is empty there."""
    names = list(source.roles().values())
    objects = f"SELECT json FROM read_ndjson_objects({listed(paths)}, ignore_errors = true, hive_partitioning = false)"
    keys = f"SELECT unnest(json_keys(json)) AS key FROM ({objects} LIMIT {_SAMPLE}) WHERE json_type(json) = 'OBJECT'"
    # a name that few lines have may be somebody's, not a column's: only those with roles are asked for then
    common = f"count(*) >= (SELECT count(*) / 2 FROM ({objects} LIMIT {_SAMPLE}))"
    roles = ", ".join(literal(name) for name in names)
    try:
        rows = connection.execute(
            f"SELECT key FROM ({keys}) AS k GROUP BY key HAVING {common} OR key IN ({roles}) ORDER BY key"
        ).fetchall()
    except duckdb.Error:
        raise error("events-broken", f"events, {source.name}", "A file is no JSON lines.") from None
    found = [str(row[0]) for row in rows]
    return replace(json_lines(source, paths), columns=dict.fromkeys(found, "VARCHAR"))


def json_lines(source: Source, paths: tuple[Path, ...]) -> Files:
    """Return JSON lines whose names are taken to be those of the roles: nothing is read.

    Parameters
    ----------
    source : Source
    paths : tuple of pathlib.Path

    Returns
    -------
    Files
    """
    names = list(dict.fromkeys(source.roles().values()))
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    scan = (
        f"read_json({listed(paths)}, format = 'newline_delimited', columns = {{{columns}}}, ignore_errors = true, "
        "hive_partitioning = false)"
    )
    return Files(
        source, paths, dict.fromkeys(names, "VARCHAR"), scan, {name: _quoted(name) for name in names}, True
    )


def listed(paths: Sequence[Path]) -> str:
    """Return paths as SQL writes them; a name is never a pattern."""
    exact = (re.sub(r"([*?\[])", r"[\1]", str(path)) for path in paths)
    return f"[{', '.join(literal(path) for path in exact)}]"


def literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def role_faults(given: Input, files: Files) -> list[Fault]:
    """Return a fault for each role whose column is missing or has a type that the role cannot have.

    Parameters
    ----------
    given : Input
        The source as statements read it.
    files : Files
        What was found.

    Returns
    -------
    list of Fault
    """
    found = []
    for role, column in files.source.roles().items():
        where = f"events, {files.source.name}, {role}"
        if column not in files.columns:
            spare = [name for name in files.columns if name not in files.source.roles().values()]
            near = get_close_matches(column, spare, 1) or get_close_matches(column, list(files.columns), 1)
            # lines of JSON may leave out what is empty: an optional name is missed only where another is like it
            sparse = files.scan.startswith("read_json") and role not in given.required
            if sparse and not get_close_matches(column, spare, 1, cutoff=_ALIKE):
                continue
            hint = f" Did you mean {near[0]!r}?" if near else ""
            found.append(fault("events-column", where, f"The table has no column {column!r}.{hint}"))
        elif role in given.roles:
            kind = files.columns[column]
            if not kind.startswith(_TYPED[given.roles[role]][1]):
                found.append(fault("events-type", where, f"The column {column!r} is {kind[:40]}."))
    return found


def key_types(inputs: Sequence[tuple[Input, Files]]) -> dict[str, str]:
    """Return the type of identifiers of events and of persons: the engine's own where every table has it, else text."""
    found: dict[str, set[str]] = {"event": set(), "person": set()}
    for given, files in inputs:
        for role, column in files.source.roles().items():
            if given.roles.get(role) == "key":
                found["event" if role == "event" else "person"].add(files.columns.get(column, "VARCHAR"))
    return {
        family: kinds.pop() if len(kinds) == 1 and kinds & {"UUID", "BIGINT"} else "VARCHAR"
        for family, kinds in found.items()
    }


def select(given: Input, files: Files, keys: Mapping[str, str], keyed: bool = False) -> str:
    """Return the query that gives a source its roles: typed cells, labels that are never empty, and `fault`.

    Parameters
    ----------
    given : Input
        The source as statements read it.
    files : Files
        How the engine reads it.
    keys : mapping of str to str
        As `key_types` returns it.
    keyed : bool, default False
        Whether identifiers become keyed pseudonyms; the engine holds the key.

    Returns
    -------
    str
    """
    named = files.source.roles()
    typed, faults = {}, []
    if files.kept:
        empty = " AND ".join(f"{files.at[column]} IS NULL" for column in named.values())
        faults.append((empty, "broken line"))
    for role, kind in given.roles.items():
        raw = files.at[named[role]] if role in named else None
        family = "event" if role == "event" else "person"
        cell = _cell(kind, raw, files.columns.get(named[role], "VARCHAR") if raw else "", keys[family])
        typed[role] = cell = _pseudonym(cell, family) if keyed and kind == "key" else cell
        if raw is None:
            continue
        if role in given.required:
            faults.append((f"{raw} IS NULL", f"no {role}"))
        if (
            kind in ("instant", "day", "flag", "score", "money", "rate")
            and files.columns.get(named[role]) != _TYPED[kind][0]
        ):
            faults.append((f"{raw} IS NOT NULL AND {cell} IS NULL", f"unreadable {role}"))
        if kind == "instant":
            faults.append(
                (
                    f"{cell} < TIMESTAMPTZ '2000-01-01 00:00:00+00' OR {cell} > now() + INTERVAL 2 DAY",
                    f"impossible {role}",
                )
            )
        if kind == "label":
            faults.append((f"contains({cell}, '>') OR length({cell}) > 200", f"{role} with > or too long"))
    cases = " ".join(f"WHEN {condition} THEN {literal(reason)}" for condition, reason in faults)
    listed = ", ".join(f"{cell} AS {role}" for role, cell in typed.items())
    return f"SELECT '{files.source.name}' AS source, {listed}, CASE {cases} ELSE NULL END AS fault FROM {files.scan}"


def _pseudonym(cell: str, family: str) -> str:
    """Return the expression of an identifier's keyed pseudonym, 128 bits of SHA-256; an empty one stays empty."""
    plain = f"nullif(CAST({cell} AS VARCHAR), '')"
    return f"CAST(substr(sha256(getvariable('{PSEUDONYM_KEY}') || '{family}' || {plain}), 1, 32) AS UUID)"


def _cell(kind: str, raw: str | None, found: str, key: str) -> str:
    """Return the expression of a cell of a role; `raw` is None where the YAML does not give it."""
    into = _TYPED[kind][0]
    if kind == "key":
        plain = f"CAST({raw} AS VARCHAR)" if raw and found != "VARCHAR" else raw
        return (
            f"CAST(NULL AS {key})"
            if raw is None
            else raw
            if key == found != "VARCHAR"
            else f"nullif({plain}, '')"
        )
    if raw is None:
        return f"'{NONE}'" if kind == "label" else f"CAST(NULL AS {into})" if kind != "flag" else "true"
    if kind == "label":
        return f"coalesce(nullif(trim(CAST({raw} AS VARCHAR)), ''), '{NONE}')"
    if kind == "code":
        return f"nullif(upper(trim(CAST({raw} AS VARCHAR))), '')"
    if kind == "instant" and found.startswith("TIMESTAMP") and "TIME ZONE" not in found:
        return f"({raw} AT TIME ZONE 'UTC')"
    # the engine's own name of the type is longer than the word for it
    return (
        raw if found == into or (kind == "instant" and "TIME ZONE" in found) else f"TRY_CAST({raw} AS {into})"
    )
