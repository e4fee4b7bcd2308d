"""The health page: what leaders, whoever is on call, and whoever looks for a fault see of a pipeline, from its tables alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from mixproof.records.csv import to_csv
from mixproof.records.verdict import Verdict
from reports.charts.watch import watch
from reports.experiment_inputs import write_page
from reports.inputs import Record, RunFolder, groups, records
from reports.numbers import Numbers
from reports.page import Block, Column, Facts, Grid, Panel, Section, Table, Text, Tile, Tiles
from reports.render import Head, render_page
from reports.wording.health import alert_sentences, answer, grade_title, measure_title, tone, value_writer

EXECUTIVE = ("M4", "M5", "M6", "M7")
ON_CALL = ("M1", "M2", "M3", "M8", "M9")
LAST_RUNS = 12
"""Runs and attempts that tables show."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a health page is about.

    Parameters
    ----------
    name, run_id, version : str
    at : str
        The moment that was judged, in words.
    tables : mapping of str to pandas.DataFrame
        ``health``, ``health_history``, ``health_alerts``, ``health_channels``, ``health_runs``; and of the judged run
        ``ingestion``, ``dead_letters`` and ``ledger_problems``, where it has them.
    inputs : mapping of str to str
        File -> SHA-256 of the judged run.
    notes : sequence of str
        What of the history could not be read.
    """

    name: str
    run_id: str
    version: str
    at: str
    tables: Mapping[str, pd.DataFrame]
    inputs: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()


def write_health(run: RunFolder) -> Path:
    """Return the path of a run's own health page, ``report/health.html``."""
    tables = {name: run.table(name) for name in run.tables if name.startswith("health") or name in FROM_RUN}
    return _write(run, tables, f"run {run.manifest['run_id']}", Path(run.path) / "report", ())


def write_watched(
    said: tuple[str, str],
    run: RunFolder | None,
    tables: Mapping[str, pd.DataFrame],
    notes: Sequence[str],
    folder: Path,
) -> Path:
    """Return the path of ``health.html`` after writing it for the tables of health, beside these as CSV.

    Parameters
    ----------
    said : tuple of str
        The runs' name, and the moment that was judged.
    run : RunFolder or None
        The run that is judged; None where there is none.
    tables : mapping of str to pandas.DataFrame
    notes : sequence of str
        What of the history could not be read.
    folder : pathlib.Path
        Made where it is not there.

    Returns
    -------
    pathlib.Path
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        (folder / f"{name}.csv").write_text(to_csv(table), encoding="utf-8", newline="\n")
    if run is None:
        return write_health_page(
            Watched(said[0], "none", "", said[1], tables, {}, notes), folder, Numbers("en")
        )
    own = {name: run.table(name) for name in run.tables if name in FROM_RUN}
    return _write(run, {**tables, **own}, said[1], folder, notes)


def _write(
    run: RunFolder, tables: Mapping[str, pd.DataFrame], at: str, folder: Path, notes: Sequence[str]
) -> Path:
    watched = Watched(
        str(run.manifest["name"]),
        str(run.manifest["run_id"]),
        str(run.manifest["versions"].get("mixproof", "")),
        at,
        tables,
        dict(run.manifest["inputs"]),
        notes,
    )
    locale = dict(run.config.get("report") or {}).get("locale")
    return write_health_page(watched, folder, Numbers(locale or "en"))


FROM_RUN = ("ingestion", "dead_letters", "ledger_problems")
"""Tables of the judged run that the page shows beside those of health."""


def write_health_page(watched: Watched, folder: Path, numbers: Numbers) -> Path:
    """Return the path of ``health.html`` after writing it.

    Parameters
    ----------
    watched : Watched
    folder : pathlib.Path
        Made where it is not there.
    numbers : Numbers

    Returns
    -------
    pathlib.Path
    """
    alerts = watched.tables["health_alerts"]
    sections = [
        Section("executive", "Executive", "How healthy the numbers are", _executive(watched, numbers)),
        Section("on-call", "On call", "What runs and what does not", _on_call(watched, numbers)),
        Section("debug", "Debug", "Where to look", _debug(watched, numbers)),
    ]
    head = Head(
        kind="Health",
        title=watched.name,
        meta=watched.at,
        answers=[answer(alerts, watched.tables["health"])],
        verdict=Verdict(()),
        grade_sentence="A page calls somebody, a ticket waits for working hours; each alert has one cause.",
        intervals="A measure fails when its newest observations are beyond a limit, as many in a row as its persistence asks.",
        run_id=watched.run_id,
        version=watched.version,
        grade_title=grade_title(watched.tables["health"]),
        reasons=False,
        tone=tone(watched.tables["health"]),
    )
    return write_page(folder, "health.html", render_page(head, sections))


def _executive(watched: Watched, numbers: Numbers) -> list[Block]:
    """Return the alerts, how many measures are fine, what channels bring from run to run, and what that rests on."""
    table = watched.tables["health"]
    counts = table[table["measure"] != "M10"]["grade"].value_counts()
    tiles = [
        Tile(str(int(counts.get(grade, 0))), words)
        for grade, words in (
            ("page", "measures that call somebody"),
            ("ticket", "measures with a ticket"),
            ("fine", "measures that are fine"),
            ("not measured", "not measured"),
        )
    ]
    said = alert_sentences(watched.tables["health_alerts"])
    blocks: list[Block] = [Tiles(tiles), Text(said or ["Nothing is wrong."], bullets=bool(said))]
    return [*blocks, *_channels(watched, numbers), *_charts(watched, numbers, EXECUTIVE)]


def _channels(watched: Watched, numbers: Numbers) -> list[Block]:
    """Return what each channel brings, its share and its return, run by run."""
    table = watched.tables["health_channels"]
    if table.empty:
        return []
    runs = list(dict.fromkeys(table["run"]))[-LAST_RUNS:]
    panels = []
    for channel, rows in groups(table[table["run"].isin(runs)], "channel"):
        points = [(str(row["run"])[:8], float(row["share"])) for row in records(rows)]
        last = records(rows)[-1]
        roi = f", return {numbers.ratio(last['roi'])}" if pd.notna(last["roi"]) else ""
        mark = f" It is {last['caution']}." if last["caution"] else ""
        caption = f"Share {numbers.percent(last['share'])}{roi} in the newest run.{mark}"
        panels.append(Panel(str(channel), watch(points, (9e9, 9e9), numbers.percent), caption, ""))
    return [Grid("Share of what paid media brought, run by run", panels, f"The last {len(runs)} runs.")]


def _on_call(watched: Watched, numbers: Numbers) -> list[Block]:
    """Return what comes in, whether runs succeed, what was released, and how fast budgets burn."""
    blocks: list[Block] = list(_charts(watched, numbers, ON_CALL))
    attempts = records(watched.tables["health_runs"])[-LAST_RUNS:]
    columns = [
        Column(head, number=False) for head in ("Began", "Outcome", "Run, or codes of faults", "Release")
    ]
    body = [[str(row[key]) for key in ("began", "outcome", "said", "release")] for row in reversed(attempts)]
    if body:
        blocks.append(Table("Attempts at runs, the newest first", columns, body))
    burning = watched.tables["health"]
    burning = burning[(burning["measure"] == "M10") & (burning["value"] > 0)]
    columns = [
        Column("Measure", number=False),
        Column("Burn", "times the allowed rate"),
        Column("Grade", number=False),
    ]
    body = [
        [str(row["subject"]), numbers.plain(row["value"], 1), str(row["grade"])] for row in records(burning)
    ]
    return [*blocks, *([Table("Error budgets that burn", columns, body)] if body else [])]


def _debug(watched: Watched, numbers: Numbers) -> list[Block]:
    """Return every measure, sources' statuses, rows that break contracts, what does not tie, files and hashes."""
    said = [
        f"`mixproof trace runs/{watched.name}/{watched.run_id} TABLE KEY` says where a number comes from: cells, rows, files.",
        *watched.notes,
    ]
    blocks: list[Block] = [Text(said), _measures(watched.tables["health"], numbers)]
    shown: list[tuple[str, str, Callable[[pd.DataFrame], pd.DataFrame]]] = [
        ("ingestion", "Days of sources that are odd", lambda table: table[table["status"] != ""]),
        ("dead_letters", "Rows that break a contract", lambda table: table),
        ("ledger_problems", "What does not tie to the ledger", lambda table: table),
    ]
    for name, title, chosen in shown:
        if name in watched.tables and len(rows := chosen(watched.tables[name])):
            columns = [Column(str(head).capitalize(), number=False) for head in rows.columns]
            body = [[str(value) for value in row] for row in rows.tail(40).itertuples(index=False)]
            blocks.append(Table(title, columns, body, "The last 40 rows.", folded=True))
    if watched.inputs:
        blocks.append(Facts("Files that the run has read, SHA-256", list(watched.inputs.items()), code=True))
    return blocks


def _measures(table: pd.DataFrame, numbers: Numbers) -> Table:
    columns = [Column(head, number=False) for head in ("Measure", "Of", "At")]
    columns += [Column("Value"), Column("Ticket"), Column("Page"), Column("In a row", "of as many")]
    columns += [Column("Grade", number=False), Column("Alert, or why not measured", number=False)]
    body = []
    for row in records(table):
        write = value_writer(str(row["measure"]), numbers)
        known = pd.notna(row["value"])
        body.append(
            [
                measure_title(row),
                str(row["subject"]),
                str(row["at"]),
                write(float(row["value"])) if known else "",
                write(float(row["ticket"])),
                write(float(row["page"])),
                f"{row['beyond']} / {row['persistence']}" if known else "",
                str(row["grade"]),
                str(row["alert"] or row["note"]),
            ]
        )
    return Table("Every measure", columns, body)


def _charts(watched: Watched, numbers: Numbers, keys: Sequence[str]) -> list[Block]:
    """Return a small chart for each subject of some measures, and a sentence for each that is not measured."""
    history, blocks, missing = watched.tables["health_history"], [], []
    for key in keys:
        rows = [row for row in records(watched.tables["health"]) if row["measure"] == key]
        panels = [_panel(row, history, numbers) for row in rows if pd.notna(row["value"])]
        if panels:
            caption = "Dashed: the limits of a ticket (grey) and of a page (red), where they are near."
            blocks.append(Grid(measure_title(rows[0]), panels, caption))
        missing += [
            f"{measure_title(row)} is not measured: {row['note']}."
            for row in rows
            if row["grade"] == "not measured"
        ]
    return [*blocks, *([Text(missing, bullets=True)] if missing else [])]


def _panel(row: Record, history: pd.DataFrame, numbers: Numbers) -> Panel:
    mine = history[(history["measure"] == row["measure"]) & (history["subject"] == row["subject"])]
    points = list(zip(mine["at"].astype(str), mine["value"].astype(float), strict=True))
    write = value_writer(str(row["measure"]), numbers)
    caption = f"{write(float(row['value']))} at {row['at']}: {row['grade']}."
    limits = (float(row["ticket"]), float(row["page"]))
    return Panel(str(row["subject"] or "the run"), watch(points, limits, write), caption, "")
