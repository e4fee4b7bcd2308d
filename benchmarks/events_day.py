"""What a restated day of events costs beside working out everything: CPU seconds and rows, each in a process of its own.

    python -m benchmarks.events_day --touches 4000000

A market of people is made in a temporary folder, its touches in a file a day. With a state everything is worked out once; then a
day is restated: every fiftieth touch is gone, every seventh came from another channel. That day is worked out with the state, and
everything without one; the tables must be equal, byte by byte.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from benchmarks.version import code_version
from mixproof.aggregates.events.world import write_events

RESULTS = Path(__file__).parent / "results"
DAY = "2025-09-10"
EVENT = 'dict(event="event_id", time="ts", ingest="ingested", person="person", consent="consent")'
MEASURED = f"""
import hashlib, json, resource, sys, time
from pathlib import Path
from mixproof.aggregates.events.aggregate import aggregate
from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.state.folder import commit
from mixproof.aggregates.events.state.update import update
from mixproof.records.csv import to_csv
folder, state = Path(sys.argv[1]), sys.argv[2] == "state"
touch = dict({EVENT}, channel="channel", bot="bot_score")
config = EventsConfig.model_validate(dict(
    currency="EUR", time_zone="Europe/Berlin", start="2025-01-06", end="2026-01-04", state={{}} if state else None,
    touches=[dict(name=name, file=f"{{kind}}/*.parquet", columns=touch) for name, kind in (("web", "touches"), ("app", "app"))],
    conversions=[dict(name=name, file=f"events_{{kind}}.parquet", columns=dict({EVENT}, value="value"))
                 for name, kind in (("shop", "orders"), ("till", "till"))],
    links=dict(name="links", file="events_links.parquet", columns=dict(device="device", person="person"))))
began = time.perf_counter()
if state:
    done = update(config, folder, {{}}, threads=2)
    commit(done.place, done.manifest)
    found, rows = done.aggregates, (done.rows_read, done.rows_worked)
else:
    found, rows = aggregate(config, folder, threads=2), (0, 0)
used = resource.getrusage(resource.RUSAGE_SELF)
text = "".join(to_csv(found.tables[name]) for name in sorted(found.tables)) + to_csv(found.ingestion)
print(json.dumps({{"tables": hashlib.sha256(text.encode()).hexdigest(), "rows_read": rows[0], "rows_worked": rows[1],
                  "cpu": used.ru_utime + used.ru_stime, "wall": time.perf_counter() - began, "peak": used.ru_maxrss // 1024}}))
"""


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--touches", type=int, default=4_000_000)
    touches = parser.parse_args().touches
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_events(folder, touches)
        for kind in ("touches", "app"):
            _a_file_a_day(folder, kind)
        found = {"everything, with a state": _measure(folder, "state")}
        rows = found["everything, with a state"]["rows_read"]
        _restate(folder / "touches" / f"{DAY}.parquet")
        found["the restated day, with a state"] = _measure(folder, "state")
        found["everything, without a state"] = _measure(folder, "none")
    if found["the restated day, with a state"]["tables"] != found["everything, without a state"]["tables"]:
        raise SystemExit(f"the tables differ: {found}")
    lines = [
        "# A restated day of events\n",
        f"Made by `python -m benchmarks.events_day --touches {touches}` at {code_version()}, on two threads of one core that other "
        f"work shared: trust CPU seconds. Start-up and imports are in them. {int(rows):,} rows in all; tables of the last two are equal.\n",
        "| what | CPU s | wall s | peak MB | rows parsed | rows worked out |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {what} | {each['cpu']:.1f} | {each['wall']:.0f} | {each['peak']:,.0f} | {each['rows_read'] or rows:,.0f} | {each['rows_worked'] or rows:,.0f} |"
        for what, each in found.items()
    ]
    (RESULTS / "events_day.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _a_file_a_day(folder: Path, kind: str) -> None:
    """Cut a table into a file a day (UTC)."""
    (folder / kind).mkdir()
    source = f"read_parquet('{folder}/events_{kind}.parquet')"
    days = duckdb.execute(
        f"SELECT DISTINCT (ts AT TIME ZONE 'UTC')::DATE FROM {source} ORDER BY 1"
    ).fetchall()
    duckdb.execute(
        f"CREATE OR REPLACE TEMP TABLE cut AS SELECT *, (ts AT TIME ZONE 'UTC')::DATE AS d FROM {source}"
    )
    for (day,) in days:
        duckdb.execute(
            f"COPY (SELECT * EXCLUDE (d) FROM cut WHERE d = DATE '{day}') TO '{folder}/{kind}/{day}.parquet'"
        )
    duckdb.execute("DROP TABLE cut")


def _restate(path: Path) -> None:
    changed = (
        "SELECT * REPLACE (CASE WHEN event_id % 7 = 0 THEN 'search' ELSE channel END AS channel) "
        f"FROM read_parquet('{path}') WHERE event_id % 50 <> 0"
    )
    duckdb.execute(f"CREATE OR REPLACE TEMP TABLE restated AS {changed}")
    duckdb.execute(f"COPY restated TO '{path}'")


def _measure(folder: Path, way: str) -> dict[str, float]:
    """Return tables and cost of one way, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(folder), way],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MIXPROOF_EVENTS_KEY": "a key for this benchmark alone, of enough letters"},
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
