"""Event tables with one fault, and the section after its remedy."""

import io
import json
from pathlib import Path

import pandas as pd
from pytest import MonkeyPatch

from mixproof.aggregates.events.aggregate import aggregate, given_to
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.state.folder import MANIFEST, commit
from mixproof.aggregates.events.state.update import update
from mixproof.aggregates.events.writing import aggregates_folder, input_files, keep, key_of, recall
from mixproof.aggregates.reading.paths import safe_path
from mixproof.records.run_folder.files import sha256
from tests.end_to_end.remedies.folder import CONFIG, Case, Edit, Files, frame, swap
from workflow.config import load_config

FIRST = "aggregate-first"
"""File whose presence says that aggregates are made before they are recalled."""
TOUCHES, ORDERS, RATES, PEOPLE = "touches.csv", "orders.csv", "rates.csv", "people.csv"
EARLIER, KEY, BROKEN = "earlier.yaml", "key", "broken"
"""The section that made a state, the key of its pseudonyms, and a file whose presence says that the state is damaged then."""
SECTION = """\
name: followed
events:
  currency: EUR
  start: 2025-01-06
  end: 2025-01-12
  people_at_least: 10
  touches:
    - {name: web, file: touches.csv, contract: web.json, columns: {event: id, time: at, person: who, channel: channel}}
  conversions:
    - {name: shop, file: orders.csv, columns: {event: id, time: at, person: who, value: worth, currency: money}}
  rates: {name: rates, file: rates.csv, columns: {day: day, currency: money, rate: rate}}
  experiments:
    - {name: test, file: people.csv, columns: {person: who, arm: arm}, start: 2025-01-06, end: 2025-01-12}
  credit: {windows: [7], rules: [first], nulls: false}
"""
AGREED = {"id": "VARCHAR", "at": "VARCHAR", "who": "VARCHAR", "channel": "VARCHAR"}


def week() -> Files:
    """Return a good folder: a week of forty people, half of them held out."""
    rows = pd.DataFrame({"id": [f"t{i}" for i in range(80)], "who": [f"u{i % 40}" for i in range(80)]})
    touches = rows.assign(at="2025-01-07T10:00:00Z", channel="search")[["id", "at", "who", "channel"]]
    orders = rows[:40].assign(
        id=[f"o{i}" for i in range(40)], at="2025-01-08T10:00:00Z", worth="10.00", money="EUR"
    )
    people = rows[:40].assign(arm=["seen" if i % 2 else "held out" for i in range(40)])[["who", "arm"]]
    contract = {
        "schema": "mixproof.events_contract/1",
        "source": "web",
        "accepted": "first",
        "versions": [{"name": "first", "columns": AGREED}],
    }
    return {
        CONFIG: SECTION,
        TOUCHES: touches.to_csv(index=False),
        ORDERS: orders.to_csv(index=False),
        PEOPLE: people.to_csv(index=False),
        RATES: "day,money,rate\n2025-01-01,USD,0.9\n2025-01-08,USD,0.8\n",
        "web.json": json.dumps(contract),
    }


def made() -> Files:
    """Return the folder in which aggregates are made first."""
    return {**week(), FIRST: ""}


def opened(path: Path) -> None:
    """Give an engine the tables of a section."""
    events = load_config(path).events
    assert events is not None
    with Engine(path.parent, "200MB", threads=1) as engine:
        given_to(engine, events, path.parent)


def aggregated(path: Path) -> None:
    """Make the aggregates of a section."""
    events = load_config(path).events
    assert events is not None
    aggregate(events, path.parent, threads=1)


def recalled(path: Path) -> None:
    """Recall the aggregates of a section, which are made first where the folder says so."""
    events = load_config(path).events
    assert events is not None
    folder = path.parent
    key = key_of(events, {name: sha256(safe_path(folder, name)) for name in input_files(events, folder)})
    place = aggregates_folder(events, folder)
    if (folder / FIRST).exists():
        keep(aggregate(events, folder, threads=1), place, key)
    recall(place, key)


def with_state() -> Files:
    """Return the folder of a section that keeps a state, its key, and the section that made the state first."""
    text = SECTION.replace("events:\n", "events:\n  state: {closed_through: 2025-01-12}\n")
    return {**week(), CONFIG: text, EARLIER: text, KEY: "k" * 40}


def kept(path: Path) -> None:
    """Make the state with the earlier section, then once more with today's section, key and files."""
    folder, key = path.parent, (path.parent / KEY).read_text(encoding="utf-8")
    for name, value in ((EARLIER, "k" * 40), (CONFIG, key)):
        events = load_config(folder / name).events
        assert events is not None and events.state is not None
        with MonkeyPatch.context() as patch:
            patch.setenv(events.state.key, value)
            made = update(events, folder, {}, threads=1)
        commit(made.place, made.manifest)
        if name == EARLIER and (folder / BROKEN).exists():
            (made.place / MANIFEST).write_text("{", encoding="utf-8")


def _accepted(files: Files) -> None:
    """Keep what a source is now as a new version of its contract, as the command does it."""
    header = str(files[TOUCHES]).split("\n", 1)[0].split(",")
    contract = json.loads(files["web.json"]) if str(files["web.json"]).startswith("{") else {"versions": []}
    version = {"name": "second", "columns": dict.fromkeys(header, "VARCHAR")}
    contract |= {"schema": "mixproof.events_contract/1", "source": "web", "accepted": "second"}
    files["web.json"] = json.dumps(contract | {"versions": [*contract["versions"], version]})


def _put(file: str, text: str) -> Edit:
    def edit(files: Files) -> None:
        files[file] = text

    return edit


def _restored(file: str) -> Edit:
    def edit(files: Files) -> None:
        files[file] = week()[file]

    return edit


def _parquet(table: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    table.to_parquet(stream)
    return stream.getvalue()


def numbers() -> Files:
    """Return the folder with orders in Parquet, whose columns have types."""
    files = week()
    orders = pd.read_csv(io.StringIO(str(files.pop(ORDERS))))
    files["orders.parquet"] = _parquet(orders)
    files[CONFIG] = str(files[CONFIG]).replace("file: orders.csv", "file: orders.parquet")
    return files


def _true_or_false(files: Files) -> None:
    orders = pd.read_parquet(io.BytesIO(files["orders.parquet"]))  # type: ignore[arg-type]
    files["orders.parquet"] = _parquet(orders.assign(worth=True))


def _as_numbers(files: Files) -> None:
    files["orders.parquet"] = numbers()["orders.parquet"]


OPENED = (
    Case("events-column", (swap("person: who, value", "person: whom, value"),), "Correct the name",
         (swap("person: whom, value", "person: who, value"),), base=week),
    Case("events-type", (_true_or_false,), "money as numbers", (_as_numbers,), base=numbers),
    Case("events-contract", (frame(lambda t: t.rename(columns={"channel": "channel_name"}), TOUCHES),
                             swap("channel: channel}", "channel: channel_name}")),
         "as a new version", (_accepted,), base=week),
    Case("events-contract-file", (_put("web.json", "no contract"),), "Write one from the table", (_accepted,), base=week),
    Case("events-broken", (frame(lambda t: t.assign(id='"' + t["id"]), TOUCHES),
                           _put(TOUCHES, 'id,at,who,channel\n"t1,2025-01-07T10:00:00Z,u1,search\n')),
         "Export the file again", (_restored(TOUCHES),), base=week),
)  # fmt: skip
AGGREGATED = (
    Case("events-empty", (frame(lambda t: t.assign(at="1999-01-07T10:00:00Z"), TOUCHES),), "Check `start`, `end`",
         (_restored(TOUCHES),), base=week),
    Case("events-rate", (_put(RATES, "day,money,rate\n2025-01-01,USD,0.9\n2025-01-01,USD,0.8\n"),), "Keep one rate",
         (_put(RATES, "day,money,rate\n2025-01-01,USD,0.9\n"),), base=week),
    Case("events-withheld", (frame(lambda t: t.assign(arm=["seen" if i else "held out" for i in range(len(t))]), PEOPLE),),
         "so that more people stand behind", (_restored(PEOPLE),), base=week),
)  # fmt: skip
KEPT = (
    Case("events-key", (_put(KEY, "short"),), "Set the environment variable", (_put(KEY, "k" * 40),), base=with_state),
    Case("events-books", (swap("closed_through: 2025-01-12", "closed_through: 2025-01-11"),), "or a later one",
         (swap("closed_through: 2025-01-11", "closed_through: 2025-01-13"),), base=with_state),
    Case("events-state", (_put(BROKEN, ""),), "back from a copy", (lambda files: files.pop(BROKEN),), base=with_state),
)  # fmt: skip
RECALLED = (
    Case("events-stale", (lambda files: files.pop(FIRST),), "`mixproof aggregate CONFIG`", (_put(FIRST, ""),), base=made),
)  # fmt: skip
