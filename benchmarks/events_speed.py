"""What aggregating events costs: the program of `mixproof.aggregates.events` beside SQL written by hand and pandas.

    python -m benchmarks.events_speed --touches 1000000

A market of people is made in a temporary folder. Each way works in a process of its own on two threads, and does what it
can of the same: touches once, consent, bots, one key a person, panel by week and channel with distinct people, 30-day pairs,
credit by four rules, paths. Ours also counts ingestion, checks every statement and screens every label. Totals must be equal.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.version import code_version
from mixproof.aggregates.events.world import write_events

RESULTS = Path(__file__).parent / "results"
MEASURED = """
import json, resource, sys, time
from pathlib import Path
folder, began = Path(sys.argv[1]), time.perf_counter()
{body}
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({{"touches": int(touches), "pairs": int(pairs), "linear": int(linear), "cpu": used.ru_utime + used.ru_stime,
                  "wall": time.perf_counter() - began, "peak": used.ru_maxrss // 1024}}))
"""
EVENT = 'dict(event="event_id", time="ts", ingest="ingested", person="person", consent="consent")'
OURS = f"""
from mixproof.aggregates.events.aggregate import given_to
from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.statements.program import statements
touch = dict({EVENT}, channel="channel", bot="bot_score")
config = EventsConfig.model_validate(dict(
    currency="EUR", time_zone="Europe/Berlin", start="2025-01-06", end="2026-01-04",
    touches=[dict(name=name, file=f"events_{{kind}}.parquet", columns=touch) for name, kind in (("web", "touches"), ("app", "app"))],
    conversions=[dict(name=name, file=f"events_{{kind}}.parquet", columns=dict({EVENT}, value="value"))
                 for name, kind in (("shop", "orders"), ("till", "till"))],
    links=dict(name="links", file="events_links.parquet", columns=dict(device="device", person="person")),
    credit=dict(windows=[30], rules=["first", "last", "linear", "position"], nulls=False)))
with Engine(folder, "2500MB", threads=2) as engine:
    given_to(engine, config, folder)
    for statement in statements(config):
        engine.make(statement)
        if statement.made in ("cells", "counts"):
            engine.leave(statement.name)
    asked = "(SELECT sum(touches) FROM media_cells), (SELECT count(*) FROM pairs), (SELECT sum(linear) FROM credit_30_cells)"
    touches, pairs, linear = engine.connection.execute(f"SELECT {{asked}}").fetchone()
"""
HAND = """
import duckdb
engine = duckdb.connect()
engine.execute("SET threads = 2; SET memory_limit = '2500MB'; SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
for text in [
    "create view t0 as select event_id, ts, ingested, person, channel, consent, bot_score from read_parquet('{0}/events_touches.parquet') union all "
    "select event_id, ts, ingested, person, channel, consent, bot_score from read_parquet('{0}/events_app.parquet')",
    "create view c0 as select event_id, ts, ingested, person, consent, value from read_parquet('{0}/events_orders.parquet') union all "
    "select event_id, ts, ingested, person, consent, value from read_parquet('{0}/events_till.parquet')",
    "create temp table link as select device, min(person) as owner from read_parquet('{0}/events_links.parquet') group by device",
    "create temp table twin as select hash(event_id) as h from t0 group by h having count(*) > 1",
    "create temp table firsts as from t0 where hash(event_id) in (from twin) qualify row_number() over (partition by event_id order by ingested) = 1",
    "create temp view kept as select event_id, ts, coalesce(owner, person) as person, channel from (select * from t0 anti join twin on "
    "hash(t0.event_id) = twin.h union all from firsts) left join link on device = person where consent and bot_score < 0.5",
    "create temp table conv as select event_id as cid, ts as cts, coalesce(owner, person) as person, consent, (round(value * 100))::bigint as cents, "
    "(ts at time zone 'Europe/Berlin')::date as day from (from c0 qualify row_number() over (partition by event_id order by ingested) = 1) "
    "left join link on device = person",
    "create temp table panel as select week, channel, sum(n) as n, count(person) as people from (select date_trunc('week', day) as week, channel, "
    "person, count(*) as n from (select (ts at time zone 'Europe/Berlin')::date as day, channel, person from kept) where day between '2025-01-06' "
    "and '2026-01-04' group by all) group by all",
    "create temp table pairs as select cid, day, cents, conv.person, channel, ts, event_id from kept join conv on kept.person = conv.person and ts <= cts "
    "and ts > cts - interval 30 day where conv.consent and day between '2025-01-06' and '2026-01-04'",
    "create temp table placed as select *, row_number() over (partition by cid order by ts, event_id) as i, count(*) over (partition by cid) as n from pairs",
    "create temp table paths as select path, count(*), count(distinct person) from (select cid, person, string_agg(channel, '>' order by i) as path "
    "from placed group by all) group by path",
    "create temp table credit as select date_trunc('week', day) as week, channel, count(distinct person) as people, sum((i = 1)::int) as f, "
    "sum((i = n)::int) as l, sum(case when i < n then 1000000 // n else 1000000 - (n - 1) * (1000000 // n) end) as linear, sum(case when n = 1 then "
    "1000000 when n = 2 then 500000 when i = 1 then 400000 when i < n then 200000 // (n - 2) else 600000 - (n - 2) * (200000 // (n - 2)) end) as p "
    "from placed group by all",
]:
    engine.execute(text.replace("{0}", str(folder)))
asked = ("(select sum(n) from panel), (select count(*) from pairs), (select sum(linear) from credit) + 1000000 * (select count(*) from conv "
         "where day between '2025-01-06' and '2026-01-04' and (not consent or cid not in (select cid from pairs)))")
touches, pairs, linear = engine.execute(f"select {asked}").fetchone()
"""
PANDAS = """
import pandas as pd
def read(*names):
    rows = pd.concat([pd.read_parquet(folder / f"events_{name}.parquet") for name in names])
    rows = rows.sort_values("ingested", kind="stable").drop_duplicates("event_id")
    links = pd.read_parquet(folder / "events_links.parquet").sort_values("person").drop_duplicates("device").set_index("device")["person"]
    rows["person"] = rows["person"].map(links).fillna(rows["person"])
    rows["day"] = rows["ts"].dt.tz_convert("Europe/Berlin").dt.tz_localize(None).dt.floor("D")
    rows["week"] = rows["day"] - pd.to_timedelta(rows["day"].dt.day_of_week, unit="D")
    return rows
kept = read("touches", "app")
kept = kept[kept["consent"] & (kept["bot_score"].astype(float) < 0.5)]
conv = read("orders", "till")
conv = conv[conv["day"].between("2025-01-06", "2026-01-04")]
inside = kept[kept["day"].between("2025-01-06", "2026-01-04")]
panel = inside.groupby(["week", "channel"]).agg(n=("event_id", "size"), people=("person", "nunique"))
both = conv[conv["consent"]].merge(kept, on="person", suffixes=("", "_t"))
age = both["ts"] - both["ts_t"]
both = both[(age >= pd.Timedelta(0)) & (age < pd.Timedelta(days=30))].sort_values(["event_id", "ts_t", "event_id_t"])
grouped = both.groupby("event_id")
both["i"], both["n"] = grouped.cumcount() + 1, grouped["channel"].transform("size")
both["linear"] = (1_000_000 // both["n"]).where(both["i"] < both["n"], 1_000_000 - (both["n"] - 1) * (1_000_000 // both["n"]))
both["first"], both["last"] = both["i"] == 1, both["i"] == both["n"]
credit = both.groupby(["week", "channel"]).agg(linear=("linear", "sum"), f=("first", "sum"), l=("last", "sum"), people=("person", "nunique"))
paths = grouped["channel"].agg(">".join).value_counts()
without = len(conv) - both["event_id"].nunique()
touches, pairs, linear = panel["n"].sum(), len(both), credit["linear"].sum() + 1_000_000 * without
"""
WAYS = {"mixproof": OURS, "SQL by hand": HAND, "pandas": PANDAS}


def main() -> None:
    """Measure every way and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--touches", type=int, default=1_000_000)
    touches = parser.parse_args().touches
    with tempfile.TemporaryDirectory() as place:
        write_events(Path(place), touches)
        found = {way: _measure(body, place) for way, body in WAYS.items()}
    totals = {tuple(each[name] for name in ("touches", "pairs", "linear")) for each in found.values()}
    if len(totals) != 1:
        raise SystemExit(f"the ways disagree: {found}")
    lines = [
        "# Aggregating events\n",
        f"Made by `python -m benchmarks.events_speed --touches {touches}` at {code_version()}, on two threads of one core that other "
        "work shared: trust CPU seconds, not wall seconds. Start-up and imports are in them. Totals of all ways are equal.\n",
        "| way | CPU s | wall s | peak MB |",
        "|---|---|---|---|",
        *(
            f"| {way} | {each['cpu']:.1f} | {each['wall']:.0f} | {each['peak']:,.0f} |"
            for way, each in found.items()
        ),
    ]
    (RESULTS / "events_speed.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _measure(body: str, place: str) -> dict[str, float]:
    """Return the totals and the cost of one way, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED.format(body=body), place], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
