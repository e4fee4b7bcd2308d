"""The page of a comparison: a waterfall from one run's answer to the next for each channel, and a sentence for each cause."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from mixproof.records.csv import to_csv
from reports.charts.bars import Step, waterfall
from reports.charts.palette import ACCENT, FAINT, MUTED
from reports.charts.sheet import Write
from reports.experiment_inputs import write_page
from reports.inputs import Provenance, Record, RunFolder, groups, provenance_of, records
from reports.numbers import Numbers
from reports.page import Block, Column, Facts, Figure, Section, Table, Text
from reports.render import Head, render_page
from reports.wording.run import listing, verdict_sentence

TOTAL = "total"
_RISE, _FALL = ACCENT, "#d55e00"
_NAMES = {"roi": "Return on spend", "contribution": "Contribution", "share": "Share of paid media"}


def write_bridge(
    a: RunFolder,
    b: RunFolder,
    table: pd.DataFrame,
    causes: Mapping[str, Sequence[str]],
    incidents: Sequence[str],
    folder: Path,
) -> list[Path]:
    """Return the paths of the table and the page.

    Parameters
    ----------
    a, b : RunFolder
        The earlier and the later run.
    table : pandas.DataFrame
        The table ``bridge``.
    causes : mapping of str to sequence of str
        What differs, in words.
    incidents : sequence of str
        What has happened, in sentences; empty where nothing is told.
    folder : pathlib.Path
        Where ``bridge.csv`` and ``bridge.html`` are written; made where it is not there.

    Returns
    -------
    list of pathlib.Path
    """
    numbers = Numbers(str(dict(b.config.get("report") or {}).get("locale") or "en"))
    now, then = provenance_of(b.manifest), provenance_of(a.manifest)
    marks = _cautions((a, b))
    table = table.assign(caution=[marks.get(str(name), "") for name in table["channel"]])
    shown = table.assign(
        channel=table["channel"].replace({name: f"{name} ({mark})" for name, mark in marks.items()})
    )
    said = cause_sentences(shown, causes, numbers)
    happened = [Text(incidents, bullets=True)] if incidents else []
    sections = [
        Section(
            "causes", "Causes", "What has changed", [*happened, Text(said, bullets=True), *_details(causes)]
        ),
        Section("bridge", "Bridge", "From one run to the next", _figures(shown, numbers)),
        Section("numbers", "Numbers", "Every part", [_table(shown, numbers)]),
        Section("runs", "Runs", "The runs", [_runs(then, now)]),
    ]
    head = Head(
        kind="What changed",
        title=now.name,
        meta=f"run {then.run_id} to run {now.run_id}",
        answers=said[:1],
        verdict=b.verdict,
        grade_sentence=verdict_sentence(b.verdict),
        intervals="A part within two Monte-Carlo standard errors of nothing may be sampling noise, and is said to be.",
        run_id=now.run_id,
        version=now.versions.get("mixproof", ""),
    )
    page = write_page(folder, "bridge.html", render_page(head, sections))
    numbers_file = folder / "bridge.csv"
    numbers_file.write_text(to_csv(table), encoding="utf-8", newline="\n")
    return [numbers_file, page]


def _cautions(runs: Sequence[RunFolder]) -> dict[str, str]:
    """Return what either run says of channels' own answers."""
    return {
        str(row["channel"]): str(row["caution"])
        for run in runs
        if "channels" in run.tables
        for row in records(run.table("channels"))
        if row.get("caution")
    }


def cause_sentences(table: pd.DataFrame, causes: Mapping[str, Sequence[str]], numbers: Numbers) -> list[str]:
    """Return a sentence for each cause: which returns it has moved, and which it has not.

    Parameters
    ----------
    table : pandas.DataFrame
        The table ``bridge``.
    causes : mapping of str to sequence of str
    numbers : Numbers

    Returns
    -------
    list of str
        That of the largest cause first.
    """
    measure = "roi" if table.loc[table["measure"] == "roi", "change"].notna().any() else "contribution"
    mine = table[(table["measure"] == measure) & (table["cause"] != TOTAL)]
    if not causes:
        beyond = listing([str(row["channel"]) for row in records(mine) if row["clear"]])
        tail = f"{beyond} moved by more than that" if beyond else "none moved by more than its noise"
        return [f"Sampling noise only: the runs have the same data, configuration and package; {tail}."]
    sized = {cause: float(rows["change"].abs().sum()) for cause, rows in groups(mine, "cause")}
    said = []
    for cause in sorted(sized, key=lambda name: -sized[name]):
        clear = [row for row in records(mine[mine["cause"] == cause]) if row["clear"]]
        moved = listing([f"{row['channel']} by {_signed(numbers, row['change'], measure)}" for row in clear])
        unit = "return on spend" if measure == "roi" else "contribution"
        effect = f"moved the {unit} of {moved}" if clear else "moved nothing beyond sampling noise"
        said.append(f"{cause[:1].upper()}{cause[1:]} {effect}.")
    return said


def _signed(numbers: Numbers, value: float, measure: str) -> str:
    words = {"roi": numbers.ratio, "share": numbers.percent}.get(measure, numbers.compact)(abs(value))
    return f"{'+' if value >= 0 else '\u2212'}{words}"


def _details(causes: Mapping[str, Sequence[str]]) -> list[Block]:
    rows = [[cause, each] for cause, lines in causes.items() for each in lines]
    columns = [Column("Cause", number=False), Column("What differs", number=False)]
    return [Table("What was found to differ", columns, rows)] if rows else []


def _figures(table: pd.DataFrame, numbers: Numbers) -> list[Block]:
    """Return a waterfall for each channel: of its return, of its contribution where it has none in money."""
    blocks: list[Block] = []
    for channel, mine in groups(table, "channel"):
        measure = "roi" if mine.loc[mine["measure"] == "roi", "change"].notna().all() else "contribution"
        rows = records(mine[mine["measure"] == measure])
        total = next(row for row in rows if row["cause"] == TOTAL)
        write = Write(numbers.ratio if measure == "roi" else numbers.compact, numbers.tick)
        steps = [Step("before", float(total["before"]), MUTED, write.amount(total["before"]))]
        steps += [_step(row, numbers, measure) for row in rows if row["cause"] != TOTAL]
        svg = waterfall(steps, write.amount(total["after"]), write, _NAMES[measure])
        caption = (
            "From the earlier run's answer, above, to the later one's, below. Grey: may be sampling noise."
        )
        blocks.append(Figure(f"{channel}: {_NAMES[measure].lower()}", svg, caption))
    return blocks


def _step(row: Record, numbers: Numbers, measure: str) -> Step:
    change = float(row["change"])
    colour = FAINT if not row["clear"] else _RISE if change >= 0 else _FALL
    return Step(str(row["cause"]), change, colour, _signed(numbers, change, measure))


def _table(table: pd.DataFrame, numbers: Numbers) -> Table:
    columns = [Column(head, number=False) for head in ("Channel", "Measure", "Cause")]
    columns += [
        Column("Before"),
        Column("After"),
        Column("Change"),
        Column("Error"),
        Column("Clear", number=False),
    ]
    body = []
    for row in records(table):
        measure = str(row["measure"])
        write = {"roi": numbers.ratio, "share": numbers.percent}.get(measure, numbers.compact)
        known = row["cause"] == TOTAL
        ends = [write(row["before"]), write(row["after"])] if known else ["", ""]
        change = _signed(numbers, row["change"], measure) if pd.notna(row["change"]) else ""
        error = write(row["error"]) if pd.notna(row["error"]) else ""
        body.append(
            [
                str(row["channel"]),
                measure,
                str(row["cause"]),
                *ends,
                change,
                error,
                "yes" if row["clear"] else "no",
            ]
        )
    return Table("The bridge", columns, body, "bridge.csv has every digit.", folded=True)


def _runs(then: Provenance, now: Provenance) -> Facts:
    pairs: list[tuple[str, str]] = []
    for words, source in (("Earlier", then), ("Later", now)):
        pairs += [(f"{words} run", source.run_id), (f"{words} configuration, SHA-256", source.config_hash)]
    return Facts("The two runs", pairs, code=True)
