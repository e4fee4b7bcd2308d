"""How well the model follows the actual outcome."""

import numpy as np
import pandas as pd

from reports.charts.palette import ACCENT
from reports.charts.series import fit
from reports.charts.sheet import SMALL, Write
from reports.context import Context
from reports.inputs import records
from reports.page import Block, Figure, Grid, Panel, Section, Text

_MOST_GEOS = 12
"""More small charts than this are not looked at; the workbook has all geos."""


def build(context: Context) -> Section | None:
    """Return actual against predicted outcome with residuals: national, or one small chart a geo."""
    table = context.inputs.table("fit")
    if table.empty:
        return None
    geos = list(dict.fromkeys(table["geo"]))
    block = _national(context, table) if len(geos) == 1 else _geos(context, table, geos)
    return Section("fit", "Fit", "How well the model follows what happened", [block, *_quality(context)])


def _quality(context: Context) -> list[Block]:
    """Return R2, MAPE and wMAPE against the actual outcome in a sentence."""
    table, numbers = context.inputs.table("fit_quality"), context.numbers
    if table.empty:
        return []
    row = records(table)[0]
    measures = [("mean error (MAPE)", "mape"), ("error weighted by the outcome (wMAPE)", "wmape")]
    said = [f"{name} {numbers.percent(row[key])}" for name, key in measures if np.isfinite(row[key])]
    if np.isfinite(row["r2"]):
        said.insert(0, f"R\N{SUPERSCRIPT TWO} {row['r2']:.2f}")
    together = "" if len(table) == 1 else ", all geos added up"
    return (
        [Text([f"One step ahead against the actual outcome{together}: {', '.join(said)}."])] if said else []
    )


def _inside(rows: pd.DataFrame) -> tuple[int, int]:
    """Return how many actual values lie inside their prediction interval, and how many there are."""
    known = rows[rows["actual"].notna()]
    inside = (known["actual"] >= known["predicted_lower"]) & (known["actual"] <= known["predicted_upper"])
    return int(inside.sum()), len(known)


def _words(context: Context, rows: pd.DataFrame) -> str:
    inside, known = _inside(rows)
    share = context.numbers.percent(inside / max(known, 1))
    return f"{inside} of {known} {context.inputs.panel.period}s ({share}) lie inside their interval."


def _write(context: Context) -> Write:
    return Write(context.numbers.compact, context.numbers.tick, context.numbers.day)


def _national(context: Context, table: pd.DataFrame) -> Figure:
    rows = table.sort_values("date").reset_index(drop=True)
    words, write = context.inputs.interval.short, _write(context)
    svg = fit(rows, write, words)
    level = f"{100 * context.inputs.interval.level:.3g}\u00a0%"
    caption = (
        f"{_words(context, rows)} A model whose uncertainty is right has about {level} inside. Lower part: "
        "actual minus predicted; long runs on one side would mean that something is missing. Predictions are one step "
        "ahead, and not a test on unseen data."
    )
    return Figure(f"Actual and predicted {context.outcome_axis}", svg, caption)


def _geos(context: Context, table: pd.DataFrame, geos: list[str]) -> Grid:
    sizes = table.groupby("geo")["actual"].sum().sort_values(ascending=False, kind="stable")
    shown = list(sizes.index[:_MOST_GEOS])
    panels = []
    for geo in shown:
        rows = table[table["geo"] == geo].sort_values("date").reset_index(drop=True)
        svg = fit(rows, _write(context), context.inputs.interval.short, SMALL)
        panels.append(Panel(str(geo), svg, _words(context, rows), ACCENT))
    some = (
        f" Shown are the {len(shown)} largest of {len(geos)} geos; the workbook has all."
        if len(shown) < len(geos)
        else ""
    )
    caption = (
        f"Dots: actual {context.outcome_axis}; line: one-step-ahead prediction with {context.inputs.interval.short}; "
        f"below: residuals.{some}"
    )
    return Grid("Fit by geo", panels, caption)
