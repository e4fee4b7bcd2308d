"""The shipped history of runs: six weeks of one market, each run as it would have been, with what went wrong meanwhile.

    python -m benchmarks.health_world

Run from the project's root; it writes configs/data/history/market. Every run is a real one of the events of a simulated market
up to its week, started on that week's Tuesday. The app's keys are made anew on 2025-11-24; the file of costs is missing in
the week before Christmas, so that a first attempt fails; one invoice of December is booked twice. Of each run folder only
manifest, configuration and the tables that `mixproof health` reads are kept.
"""

import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from mixproof.aggregates.events.world import write_events
from mixproof.aggregates.finance.fiscal import fiscal_calendar
from mixproof.errors import MixproofError
from mixproof.records.run import Run
from mixproof.records.run_folder import attempts
from mixproof.records.run_folder import manifest as manifests
from workflow import run as stages
from workflow.compare.release import promote
from workflow.config import load_config
from workflow.health import observe
from workflow.health.history import OF_THE_NEWEST, READ
from workflow.stages import state
from workflow.stages.aggregate import hash_events, make_aggregates

FOLDER = Path("configs/data/history/market")
TOUCHES, SEED = 60_000, 3
START, FIRST, LAST = date(2025, 5, 19), date(2025, 11, 30), date(2026, 1, 4)
BROKEN = date(2025, 12, 21)
CENT = Decimal("0.01")
PAID = ("search", "social", "video", "display")
CALENDAR = "{kind: 4-4-5, year_ends: {month: 12, weekday: sunday, rule: nearest}}"
YAML = """
name: market
seed: 1
events:
  currency: EUR
  time_zone: Europe/Berlin
  start: %(start)s
  end: %(end)s
  folder: aggregates
  people_at_least: 10
  touches:
    - name: web
      file: events_touches.parquet
      columns: {event: event_id, time: ts, ingest: ingested, person: person, channel: channel, consent: consent, bot: bot_score}
    - name: app
      file: events_app.parquet
      columns: {event: event_id, time: ts, ingest: ingested, person: person, channel: channel, consent: consent, bot: bot_score}
  conversions:
    - name: shop
      file: events_orders.parquet
      columns: {event: event_id, time: ts, ingest: ingested, person: person, consent: consent, value: value, currency: currency}
  costs:
    - {name: ads, file: events_costs.csv, columns: {day: day, cost: cost, channel: channel, currency: currency}}
  links: {name: links, file: events_links.parquet, columns: {device: device, person: person}}
  rates: {name: rates, file: events_rates.csv, columns: {day: day, currency: currency, rate: rate}}
  experiments:
    - name: social_holdout
      file: events_assignment.parquet
      columns: {person: person, arm: arm}
      start: 2025-08-04
      end: 2025-10-26
      covariate_days: 28
data:
  frequency: weekly
  currency: EUR
  tables:
    - {file: aggregates/media.csv, date: date, layout: long, channel: channel, ignore: ["(withheld)", direct]}
    - {file: aggregates/outcome.csv, date: date}
  outcome: {column: value, kind: revenue}
  channels:
    - {name: search, spend: cost}
    - {name: social, spend: cost}
    - {name: video, spend: cost}
    - {name: display, spend: cost}
  accept_restatement: {up_to: 1}
mmm:
  margin: 0.5
  fit: {chains: 2, draws: 300, max_draws: 300}
lift:
  currency: EUR
  experiments:
    - name: social holdout
      kind: holdout
      channels: [social]
      start: 2025-08-04
      end: 2025-10-26
      table: aggregates/arms_social_holdout.csv
      outcome: orders
      columns: {arm: arm, users: users, converters: converters, revenue: revenue, revenue_squared: revenue_squared}
      control: {name: held out, share: 0.5}
      arms: [{name: as usual, share: 0.5, spend: %(spend).2f}]
      population: 5000
calibrate: {experiments: [social holdout]}
attribution:
  currency: EUR
  systems:
    - name: last touch
      file: aggregates/credit_30.csv
      columns: {channel: channel, start: date, attributed: last, value: last_value}
      period: weekly
      outcome: orders
  stability: {share_shift: 0.5, divergence: 1.0, lost: 0.5}
finance:
  calendar: %(calendar)s
  ledger: {file: ledger.csv, document: document}
  accounts: [{account: "4000"}, %(accounts)s]
health:
  completeness: {ticket: 0.5, page: 0.3, persistence: 3}     # campaigns come and go by the week
  match_rate: {ticket: 0.6, page: 0.3}
  unattributed: {ticket: 0.4, page: 0.6}
  divergence: {ticket: 0.5, page: 1.0}
  late: {ticket: 0.1, page: 0.3}
"""


def main(to: Path = FOLDER) -> None:
    """Write the history."""
    with tempfile.TemporaryDirectory() as scratch:
        whole, now = Path(scratch) / "whole", Path(scratch) / "now"
        write_events(whole, TOUCHES, SEED)
        now.mkdir()
        week = FIRST
        while week <= LAST:
            _known(whole, now, week)
            started = datetime(week.year, week.month, week.day, 6, tzinfo=UTC) + timedelta(days=2)
            _clock(started)
            config = now / "market.yaml"
            config.write_text(_yaml(week, whole), encoding="utf-8")
            if week == BROKEN:
                _ledger(config, week, twice=False)
                costs = (now / "events_costs.csv").rename(now / "costs.away")
                _attempt(config, Path(scratch) / "runs")
                costs.rename(now / "events_costs.csv")
                _clock(started + timedelta(hours=3))
            _ledger(config, week, twice=week >= LAST)
            outcome = stages.run(config, output=Path(scratch) / "runs")
            print(week, outcome.run_dir.name, outcome.verdict.grade, flush=True)
            week += timedelta(days=7)
        promote(outcome.run_dir.parent / outcome.run_dir.name, accept="the newest one is in use")
        _keep(outcome.run_dir.parent, to)


def _clock(moment: datetime) -> None:
    """Let runs and attempts believe that it is this moment."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return moment

    for module in (state, observe):
        module.datetime = Clock  # type: ignore[attr-defined]
    attempts._now = lambda: moment.isoformat(timespec="seconds")


def _known(whole: Path, now: Path, week: date) -> None:
    """Write what has come in until the night after a week, events that came late among it."""
    with duckdb.connect(":memory:") as connection:
        for file in whole.iterdir():
            target = now / file.name
            if file.suffix == ".parquet" and "ingested" in _columns(connection, file):
                query = f"SELECT * FROM '{file}' WHERE ingested < TIMESTAMPTZ '{week + timedelta(days=2)} 00:00:00+00'"
                connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)")
            else:
                shutil.copy(file, target)
    costs = pd.read_csv(now / "events_costs.csv")
    costs[costs["day"] <= f"{week}"].to_csv(now / "events_costs.csv", index=False)


def _columns(connection: duckdb.DuckDBPyConnection, file: Path) -> list[str]:
    return [str(row[0]) for row in connection.execute(f"DESCRIBE SELECT * FROM '{file}'").fetchall()]


def _yaml(week: date, whole: Path) -> str:
    accounts = ", ".join(
        f'{{account: "61{place}0", channels: [{name}]}}' for place, name in enumerate(PAID, 1)
    )
    costs = pd.read_csv(whole / "events_costs.csv")
    tested = costs[(costs["channel"] == "social") & costs["day"].between("2025-08-04", "2025-10-26")]
    return YAML % {
        "spend": tested["cost"].sum(),
        "start": START,
        "end": week,
        "calendar": CALENDAR,
        "accounts": accounts,
    }


def _attempt(config: Path, output: Path) -> None:
    try:
        stages.run(config, output=output)
    except MixproofError as error:
        print("failed:", ", ".join(fault.code for fault in error.faults), flush=True)


def _ledger(config: Path, week: date, twice: bool) -> None:
    """Write the ledger of all whole fiscal periods so far: what the panel says, one line of it booked twice in the end."""
    parsed, folder = load_config(config), config.parent
    assert parsed.events is not None and parsed.finance is not None
    make_aggregates(parsed.events, folder, hash_events(parsed.events, folder), lambda _: None)
    media = pd.read_csv(folder / "aggregates" / "media.csv", dtype=str)
    outcome = pd.read_csv(folder / "aggregates" / "outcome.csv", dtype=str)
    calendar = fiscal_calendar(parsed.finance.calendar, START, week, folder)
    cells = [("4000", row["date"], row["value"]) for row in outcome.to_dict("records")]
    accounts = {name: f"61{place}0" for place, name in enumerate(PAID, 1)}
    cells += [
        (accounts[row["channel"]], row["date"], row["cost"])
        for row in media.to_dict("records")
        if row["channel"] in accounts
    ]
    sums: dict[tuple[str, str], Decimal] = {}
    for account, day, text in cells:
        period = calendar.at(date.fromisoformat(day))
        if period.start >= START and period.end <= week:
            key = (account, period.name)
            sums[key] = sums.get(key, Decimal(0)) + Decimal(text)
    rows = [
        (account, period, amount.quantize(CENT), f"{account}-{period}")
        for (account, period), amount in sums.items()
    ]
    rows += rows[-1:] if twice else []
    table = pd.DataFrame(rows, columns=["account", "period", "amount", "document"])
    table.to_csv(folder / "ledger.csv", index=False)


def _keep(runs: Path, to: Path) -> None:
    """Copy what `mixproof health` reads."""
    shutil.rmtree(to, ignore_errors=True)
    folders = sorted(
        each for each in runs.iterdir() if (each / "manifest.json").is_file() and not each.is_symlink()
    )
    for folder in folders:
        run = Run.glance(folder)
        wanted = [name for name in READ if folder == folders[-1] or name not in OF_THE_NEWEST]
        (to / folder.name / "tables").mkdir(parents=True)
        for name in ("manifest.json", "config.yaml", *(f"tables/{n}.csv" for n in wanted if n in run.tables)):
            shutil.copyfile(folder / name, to / folder.name / name)
        _describe(to / folder.name)
    for name in (attempts.ATTEMPTS, "releases.json"):
        shutil.copyfile(runs / name, to / name)


def _describe(folder: Path) -> None:
    """Let a manifest name what is kept, and nothing else, the machine among it."""
    file = folder / manifests.FILE_NAME
    manifest = manifests.parse(file.read_bytes(), file.name)
    artefacts = {name: value for name, value in manifest["artefacts"].items() if (folder / name).is_file()}
    tables = {
        name: list(map(list, dict(kinds).items()))
        for name, kinds in manifest["tables"].items()
        if f"tables/{name}.csv" in artefacts
    }
    file.write_text(
        manifests.serialise({**manifest, "platform": "Linux", "artefacts": artefacts, "tables": tables}),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
