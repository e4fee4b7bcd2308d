"""The program on a real PostgreSQL, whose texts sort by ICU and whose session has another zone, gives the tables of DuckDB.

    MIXPROOF_ALL_FIXTURES=1 pytest -n 0 tests/mixproof/aggregates/events/statements/test_postgres.py

holds all sixty fixtures, as a step of .ci/run does.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mixproof.aggregates.events.statements.inputs import inputs
from mixproof.aggregates.events.statements.program import checked, script
from tests.mixproof.aggregates.events.statements.nasty import nasty_rows, nasty_section, tables

TYPES = {
    "key": "text", "instant": "timestamptz", "day": "date", "flag": "boolean", "score": "double precision",
    "money": "numeric(14,4)", "rate": "numeric(12,6)", "label": "text", "code": "text",
}  # fmt: skip
ZONES = ("UTC", "America/New_York")
NOTHING, BETWEEN = "\\N", "\x1f"
SEEDS = range(60)
pytestmark = pytest.mark.skipif(
    "MIXPROOF_ALL_FIXTURES" not in os.environ, reason="a step of .ci/run of its own"
)


def _programs() -> Path | None:
    """Return the folder of the server's programs, the newest where there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    near = shutil.which("initdb")
    return found[-1].parent if found else Path(near).parent if near else None


def _as_server(*words: str | Path) -> None:
    """Run a program of the server: never as root, which it refuses."""
    before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    quiet = subprocess.DEVNULL
    subprocess.run([*before, *map(str, words)], stdin=quiet, stdout=quiet, stderr=quiet, check=True)


@pytest.fixture(scope="module")
def server() -> Iterator[list[str]]:
    """Yield the words that run SQL on a server of its own, which sorts texts by ICU and listens on no port."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL is installed here; .ci/run installs it")
    place = Path(tempfile.mkdtemp(prefix="mixproof-postgres-", dir="/tmp"))  # a socket's path must be short
    if os.geteuid() == 0:
        shutil.chown(place, "postgres", "postgres")
    try:
        locale = ["--locale-provider=icu", "--icu-locale=en"]
        _as_server(
            programs / "initdb",
            "-D",
            place / "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            *locale,
        )
        options = f"-k {place} -c listen_addresses='' -c fsync=off"
        _as_server(
            programs / "pg_ctl", "-D", place / "data", "-w", "-l", place / "log", "-o", options, "start"
        )
        words = ["-X", "-q", "-A", "-t", "-F", BETWEEN, "-P", f"null={NOTHING}", "-v", "ON_ERROR_STOP=1"]
        yield [str(programs / "psql"), "-h", str(place), "-U", "postgres", *words]
        _as_server(programs / "pg_ctl", "-D", place / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(place)


def _written(cell: Any) -> str:
    if cell is None or isinstance(cell, bool):
        return {None: "NULL", True: "true", False: "false"}[cell]
    return "'" + str(cell).replace("'", "''") + "'"


@cache
def _program(byte_order: bool = True) -> tuple[str, ...]:
    """Return the statements for PostgreSQL, and queries of what leaves and of all cells, each under a line with its name."""
    config = nasty_section()
    texts = [
        text if text.startswith("CREATE") else "\\echo @" + text.removeprefix("-- ")
        for text in script(config, "postgres").split("\n\n")
    ]
    if not byte_order:
        texts = [text.replace(' COLLATE "C"', "") for text in texts]
    cells = [statement.name for statement, _ in checked(config) if statement.name.endswith("_cells")]
    return (*texts, *(f"\\echo @{name}\nSELECT * FROM {name};" for name in cells))


def _sql(seed: int, zone: str, byte_order: bool) -> str:
    texts, rows = [f"BEGIN; SET LOCAL TimeZone = '{zone}';"], nasty_rows(seed)
    for given in inputs(nasty_section()):
        columns = ", ".join(f"{role} {TYPES[kind]}" for role, kind in given.roles.items())
        texts.append(f"CREATE TEMPORARY TABLE {given.relation} (source text, {columns}, fault text);")
        values = [
            [row.get(role, "(none)" if kind == "label" else None) for role, kind in given.roles.items()]
            for row in rows[given.source.name]
        ]
        listed = [f"({', '.join(map(_written, [given.source.name, *cells, None]))})" for cells in values]
        texts += [f"INSERT INTO {given.relation} VALUES {', '.join(listed)};"] if listed else []
    return "\n".join([*texts, *_program(byte_order), "ROLLBACK;"])


def _tables(
    server: list[str], seed: int, zone: str, byte_order: bool = True
) -> dict[str, list[tuple[str, ...]]]:
    done = subprocess.run(
        server, input=_sql(seed, zone, byte_order), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-600:]
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in done.stdout.splitlines():
        if line.startswith("@"):
            rows = found.setdefault(line[1:], [])
        elif line:
            rows.append(tuple(line.split(BETWEEN)))
    return {name: sorted(rows) for name, rows in found.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_tables_of_a_real_server_are_those_of_the_embedded_engine(server: list[str], seed: int) -> None:
    wanted = {
        name: sorted(tuple(NOTHING if cell is None else str(cell) for cell in row) for row in rows)
        for name, rows in tables(nasty_section(), nasty_rows(seed)).items()
    }
    assert len(wanted) > 20
    for zone in ZONES:
        assert _tables(server, seed, zone) == wanted


def test_without_the_order_of_bytes_a_server_that_sorts_by_language_differs(server: list[str]) -> None:
    with_it, without = (_tables(server, 34, "UTC", byte_order) for byte_order in (True, False))
    assert with_it.keys() == without.keys()
    assert with_it != without
