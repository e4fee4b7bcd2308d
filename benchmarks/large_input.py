"""How large a table may be: 200 million rows under a cap of 1 GB, and what 5,000 geos need.

    python -m benchmarks.large_input

Tables are made by DuckDB in a temporary folder (about 3 GB, removed afterwards) and read in a process of its own whose
memory is capped by the system (RLIMIT_DATA), as `mixproof check` would read them. Peak is the largest resident memory.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.version import code_version

RESULTS = Path(__file__).parent / "results"
CAP = 2**30
WEEKS, REGIONS, CHANNELS = 156, 16, 8

READ = """
import json, resource, sys, time
cap = int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_DATA, (cap, cap))
from pathlib import Path
from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.sources import read_panel
from mixproof.errors import MixproofError
from mmm.config import MmmConfig
from workflow.preflight import estimate, refuse_if_short, Limits
try:
    panel = read_panel(DataConfig.model_validate(json.loads(sys.argv[1])), Path(sys.argv[2]))
    need = estimate(panel, MmmConfig())
    said, code = f"panel of {dict(panel.data.sizes)}; a fit {need.sentence()}", 0
    refuse_if_short(need, Path(sys.argv[2]), Limits())
except MixproofError as error:
    said, code = f"refused: {error.faults[0].code}. {error.faults[0].what}", error.exit_code
print(json.dumps([code, said]))
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A table, how it is made, and how it is read."""

    name: str
    rows: int
    sql: str
    kind: str
    table: dict[str, object]
    channels: list[dict[str, str]]
    national_outcome: bool = True


def cases(rows: int) -> Iterator[Case]:
    """Yield the cases, the largest first."""
    week = f"DATE '2021-01-04' + 7 * ((range // 8) % {WEEKS})::INTEGER AS week"
    region = f"'region ' || (hash(range) % {REGIONS}) AS region"
    channel = f"'channel ' || (range % {CHANNELS}) AS channel"
    campaign = "'campaign ' || (hash(range + 7) % 20000) AS campaign"
    spend = "round((hash(range + 1) % 100000) / 1000, 2) AS spend"
    clicks = "(hash(range + 2) % 50)::INTEGER AS clicks"
    long = f"SELECT {week}, {region}, {channel}, {campaign}, {spend}, {clicks} FROM range({{rows}})"
    table = {"date": "week", "geo": "region", "layout": "long", "channel": "channel", "duplicates": "sum"}
    named = [{"name": f"channel {i}", "spend": "spend", "exposure": "clicks"} for i in range(CHANNELS)]
    yield Case("rows of campaigns", rows, long.format(rows=rows), "parquet", table, named)
    yield Case("rows of campaigns", rows // 10, long.format(rows=rows // 10), "csv", table, named)
    wide = ", ".join(f"10 + hash(range + {i}) % 90 AS s{i}" for i in range(6))
    geos = (
        "SELECT DATE '2020-01-06' + 7 * (range % 260)::INTEGER AS week, 'geo ' || (range // 260) AS region, "
        f"100 + hash(range) % 89 AS revenue, {wide} FROM range(1300000)"
    )
    six = [{"name": f"s{i}", "spend": f"s{i}"} for i in range(6)]
    yield Case(
        "5,000 geos x 260 weeks", 1_300_000, geos, "parquet", {"date": "week", "geo": "region"}, six, False
    )
    regions = max(REGIONS, rows // 50 // WEEKS // CHANNELS)
    many = long.format(rows=rows // 10).replace(f"% {REGIONS})", f"% {regions})")
    yield Case(f"{regions:,} regions", rows // 10, many, "parquet", table, named)


def measure(case: Case, folder: Path) -> list[str]:
    """Return a row of the results."""
    file = folder / f"table.{case.kind}"
    options = "FORMAT parquet" if case.kind == "parquet" else "FORMAT csv, HEADER"
    duckdb.sql(f"COPY ({case.sql}) TO '{file}' ({options})")
    tables = [{"file": file.name, **case.table}]
    if case.national_outcome:
        outcome = (
            f"SELECT DATE '2021-01-04' + 7 * (range % {WEEKS})::INTEGER AS week, 'region ' || (range // {WEEKS}) "
            f"AS region, 1000 + hash(range) % 300 AS revenue FROM range({WEEKS * REGIONS})"
        )
        duckdb.sql(f"COPY ({outcome}) TO '{folder / 'outcome.csv'}' (FORMAT csv, HEADER)")
        tables.append({"file": "outcome.csv", "date": "week", "geo": "region"})
    section = {
        "frequency": "weekly",
        "currency": "EUR",
        "tables": tables,
        "outcome": {"column": "revenue", "kind": "revenue"},
        "channels": case.channels,
    }
    command = [sys.executable, "-c", READ, json.dumps(section), str(folder), str(CAP)]
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        out = process.stdout.read() if process.stdout else ""
        _, status, used = _wait(process)
    wall = time.monotonic() - began
    code, said = json.loads(out) if out else (status, "KILLED")
    size = file.stat().st_size / 1e6
    file.unlink()
    cpu = used.ru_utime + used.ru_stime
    return [
        case.name, case.kind, f"{case.rows:,}", f"{size:,.0f}", f"{cpu:.1f}", f"{wall:.0f}",
        f"{used.ru_maxrss / 1024:,.0f}", str(code), said,
    ]  # fmt: skip


def _wait(process: subprocess.Popen[str]) -> tuple[int, int, resource.struct_rusage]:
    """Return what the process used: wait4 tells it of this child alone."""
    found = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(found[1])
    return found


def main() -> None:
    """Measure every case and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=200_000_000)
    parser.add_argument("--results", type=Path, default=RESULTS / "large_input.md")
    asked = parser.parse_args()
    head = ["table", "kind", "rows", "MB", "CPU s", "wall s", "peak MB", "exit", "what it says"]
    lines = [
        "# Large tables under a cap of 1 GB",
        "",
        f"Made by `python -m benchmarks.large_input --rows {asked.rows}` at {code_version()}, on two cores that other work "
        "shared (trust CPU seconds, not wall seconds). Each table is read in a process of its own whose private memory the "
        "system caps at 1 GB (RLIMIT_DATA); the peak is its resident memory.",
        "",
        "| " + " | ".join(head) + " |",
        "|" + " --- |" * len(head),
    ]
    with tempfile.TemporaryDirectory(prefix="large-input-") as folder:
        for case in cases(asked.rows):
            row = measure(case, Path(folder))
            print(row, flush=True)
            lines.append("| " + " | ".join(row) + " |")
    asked.results.parent.mkdir(parents=True, exist_ok=True)
    asked.results.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
