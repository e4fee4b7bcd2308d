"""What happened against what would have happened, and the effect as it added up."""

from statistics import NormalDist

import pandas as pd

from reports.charts import experiment
from reports.charts.sheet import Write
from reports.context import capital
from reports.experiment_inputs import ExperimentPage
from reports.inputs import records
from reports.page import Block, Column, Figure, Section, Table

_BEFORE = 3
"""Periods before the test that are drawn for each period of test and cool-down: enough to judge the fit by eye."""


def build(page: ExperimentPage) -> Section | None:
    """Return actual and counterfactual, and the cumulative effect, of each arm; nothing without periods."""
    blocks: list[Block] = []
    for arm in page.arms:
        rows = page.of_arm("lift_periods", arm)
        if len(rows) > 1:
            blocks += [*_figures(page, arm, rows), *_weeks(page, arm)]
    return Section("picture", "Picture", "What happened, and what would have", blocks) if blocks else None


def _figures(page: ExperimentPage, arm: str, rows: pd.DataFrame) -> list[Block]:
    label = f"{arm}: " if len(page.arms) > 1 else ""
    unit = str(rows["unit"].iloc[0])
    write = Write(page.numbers.compact, page.numbers.tick, lambda day: _day(page, day))
    during = rows[rows["phase"] != "before"].reset_index(drop=True)
    shown = rows.tail(len(during) * (1 + _BEFORE)).reset_index(drop=True)
    row = page.primary(arm, "incremental_outcome")
    level = float(row["level"]) if row is not None else 0.95
    reach = NormalDist().inv_cdf((1 + level) / 2)
    svg = experiment.paths(shown, write, unit)
    found: list[Block] = [
        Figure(capital(f"{label}actual and expected {unit}"), svg, _caption(page, shown, rows))
    ]
    if during["cumulative_se"].notna().any():
        svg = experiment.cumulative(during, reach, write, unit)
        caption = f"Line: effect added up since the test began. Band: {page.numbers.percent(level)}, from its standard error."
        found.append(Figure(capital(f"{label}cumulative effect"), svg, caption))
    return found


def _weeks(page: ExperimentPage, arm: str) -> list[Block]:
    """Return the effect by week and added up, with intervals; nothing where the run has none."""
    if "lift_spans" not in page.tables or page.of_arm("lift_spans", arm).empty:
        return []
    spans = records(page.of_arm("lift_spans", arm))
    level, unit = page.numbers.percent(spans[0]["level"]), str(spans[0]["unit"])
    columns = [
        Column("From", number=False),
        Column("To", number=False),
        Column("Phase", number=False),
        Column("Effect", unit),
        Column("Interval", level),
        Column("Added up", unit),
        Column("Interval, added up", level),
    ]

    def ends(row: dict[str, object], lower: str, upper: str) -> str:
        return " to ".join(page.numbers.compact(float(str(row[end]))) for end in (lower, upper))

    rows = [
        (
            page.numbers.day(str(row["start"])),
            page.numbers.day(str(row["end"])),
            {"cooldown": "cool-down"}.get(str(row["phase"]), str(row["phase"])),
            page.numbers.compact(row["effect"]),
            ends(row, "lower", "upper"),
            page.numbers.compact(row["cumulative"]),
            ends(row, "cumulative_lower", "cumulative_upper"),
        )
        for row in spans
    ]
    label = f"{arm}: " if len(page.arms) > 1 else ""
    note = "The last interval added up is that of the answer."
    return [Table(capital(f"{label}week by week"), columns, rows, note)]


def _caption(page: ExperimentPage, shown: pd.DataFrame, rows: pd.DataFrame) -> str:
    if page.kind == "holdout":
        return "By day of entry. Dashed: what the treated arm would have had at the rate of the people it was withheld from."
    left_out = len(rows) - len(shown)
    earlier = f" {left_out} earlier periods were used and are not drawn." if left_out else ""
    return (
        "Solid: the treated geos. Dashed: the same geos without the treatment, from geos that were not treated; before the "
        f"test the two should lie on each other.{earlier}"
    )


def _day(page: ExperimentPage, text: str) -> str:
    """Return a date as people write it; a day that is only a number stays one."""
    return page.numbers.day(text) if len(text) >= 10 and text[4:5] == "-" else f"day {text}"
