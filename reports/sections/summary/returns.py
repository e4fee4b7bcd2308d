"""Return on spend, on average and at the margin; for counts without a value in money, the cost of an action."""

import numpy as np
import pandas as pd

from reports.charts.intervals import Row, Scale, intervals
from reports.context import Context, capital
from reports.inputs import as_observed, follows_demand, records
from reports.page import Block, Column, Figure, Section, Table, Text
from reports.wording.run import break_even_sentences, cost_sentence, listing, margin_words, paid


def build(context: Context) -> Section | None:
    """Return ROI and mROI with the break-even line, or outcome per money and cost per incremental action."""
    rows = context.inputs.reported
    rows = rows[rows["spend"].fillna(0) > 0]
    if rows.empty:
        return None
    if not context.inputs.roi_known:
        return _costs(context, rows)
    rows = _ranked(rows)
    outcome, currency = context.inputs.panel.outcome_name, context.inputs.panel.currency
    blocks: list[Block] = [
        _ratio_chart(
            context,
            rows,
            "roi",
            f"Return on spend (ROI): {currency} of {outcome} per {currency}",
            f"{capital(margin_words(context))}. ROI counts all spend of the window. Of a mostly assumed channel the observed "
            "part is drawn.",
        ),
        Text(break_even_sentences(context, records(rows)), bullets=True),
        _ratio_chart(
            context,
            rows,
            "mroi",
            f"Marginal return (mROI): what the next {currency} brings",
            "mROI is what spend 1\u00a0% higher in every period would add, per unit of that extra spend. Below ROI means "
            "diminishing returns; it is the number to plan with.",
        ),
        _ratio_table(context, rows),
        *_observed(context, rows),
        *_together(context, rows),
        *_believed(context, rows),
    ]
    if context.inputs.panel.outcome_kind == "count":
        blocks.append(Text([cost_sentence(context, row) for row in records(rows)], bullets=True))
    return Section("returns", "ROI", "Did it pay, and would more of it?", blocks)


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Return channels by their return, the largest first, of mostly assumed ones the observed part.

    Those mixed with demand have no rank and stand last, by name.
    """
    if "caution" not in rows:
        return rows.sort_values("roi_mean", ascending=False, kind="stable")
    mixed = pd.Series([follows_demand(row) for row in records(rows)], rows.index, dtype=bool)
    seen = pd.Series([as_observed(row)["roi_mean"] for row in records(rows)], rows.index, dtype=float)
    order = seen[~mixed].sort_values(ascending=False, kind="stable").index
    return pd.concat([rows.loc[order], rows[mixed].sort_values("channel", kind="stable")])


def _ratio_chart(context: Context, rows: pd.DataFrame, name: str, title: str, caption: str) -> Figure:
    numbers = context.numbers
    marks = [
        Row(
            str(row["channel"]),
            row[f"{name}_mean"],
            row[f"{name}_lower"],
            row[f"{name}_upper"],
            context.colour[row["channel"]],
            f"{numbers.ratio(row[f'{name}_mean'])} ({numbers.ratio_span(row[f'{name}_lower'], row[f'{name}_upper'])})",
            str(row.get("caution") or ""),
        )
        for row in (as_observed(row) if name == "roi" else row for row in records(rows))
    ]
    currency = context.inputs.panel.currency
    scale = Scale(f"{currency} per {currency}", numbers.tick, context.inputs.break_even, "break-even")
    svg = intervals(marks, scale)
    return Figure(
        title,
        svg,
        f"Dot: posterior mean. Bar: {context.inputs.interval.name}. Dashed line: break-even. {caption}",
    )


def _ratio_table(context: Context, rows: pd.DataFrame) -> Table:
    numbers, short = context.numbers, context.inputs.interval.short
    unit = f"{context.inputs.panel.currency} per {context.inputs.panel.currency}"
    marked = bool("caution" in rows and rows["caution"].astype(bool).any())
    columns = [
        Column("Channel", number=False),
        Column("ROI, mean", unit),
        Column("ROI, median", unit),
        Column(short, "of ROI"),
        Column("mROI, mean", unit),
        Column(short, "of mROI"),
        Column("Against break-even", number=False),
        *([Column("Caution", number=False)] if marked else []),
    ]
    body = [
        [
            str(row["channel"]),
            numbers.ratio(row["roi_mean"]),
            numbers.ratio(row["roi_median"]),
            numbers.ratio_span(row["roi_lower"], row["roi_upper"]),
            numbers.ratio(row["mroi_mean"]),
            numbers.ratio_span(row["mroi_lower"], row["mroi_upper"]),
            "not said" if follows_demand(row) else _SIDES[paid(context, row)],
            *([str(row["caution"])] if marked else []),
        ]
        for row in records(rows)
    ]
    words = (
        f"The mean of a skewed ratio lies above its median; both are given. {capital(margin_words(context))}."
    )
    return Table("Return on spend", columns, body, words)


def _observed(context: Context, rows: pd.DataFrame) -> list[Block]:
    """Return both parts of each return, what the data saw and what is assumed; runs of earlier versions do not know them."""
    if "roi_observed_mean" not in rows:
        return []
    numbers, short = context.numbers, context.inputs.interval.short
    unit = f"{context.inputs.panel.currency} per {context.inputs.panel.currency}"
    columns = [
        Column("Channel", number=False),
        Column("ROI, mean", unit),
        Column("Observed, mean", unit),
        Column(short, "of the observed part"),
        Column("Assumed, mean", "of the return"),
        Column(short, "of the assumed share"),
    ]
    body = [
        [
            str(row["channel"]),
            numbers.ratio(row["roi_mean"]),
            numbers.ratio(row["roi_observed_mean"]),
            numbers.ratio_span(row["roi_observed_lower"], row["roi_observed_upper"]),
            numbers.percent(row["assumed_share_mean"]),
            numbers.percent_span(row["assumed_share_lower"], row["assumed_share_upper"]),
        ]
        for row in records(rows)
    ]
    words = (
        "Observed: the part of ROI above the lowest observed level. The rest is assumed: it is there in all periods alike, no "
        "data can tell it from the baseline, and prior and form of the curve say what it is."
    )
    return [Table("What the data saw of each return, and what is assumed", columns, body, words)]


_SIDES = {"above": "above", "below": "below", "around": "open"}
"""Where the whole interval of ROI lies, as a table says it."""


def _together(context: Context, rows: pd.DataFrame) -> list[Block]:
    """Return what all paid channels returned together, and each one's share of spend beside its share of the effect."""
    table, numbers = context.inputs.table("paid_media"), context.numbers
    if len(table) < 2:
        return []
    *channels, total = records(table)
    words = (
        f"All paid channels together returned {numbers.ratio(total['roi_mean'])} "
        f"({numbers.ratio_span(total['roi_lower'], total['roi_upper'])}) per {context.inputs.panel.currency}."
    )
    alone = set(rows["channel"])
    shown = [row for row in channels if row["channel"] in alone and np.isfinite(row["effect_share_mean"])]
    if not shown:
        return [Text([words])]
    body = [
        [
            str(row["channel"]),
            numbers.percent(row["spend_share"]),
            numbers.percent(row["effect_share_mean"]),
            f"{numbers.percent(row['effect_share_lower'])} to {numbers.percent(row['effect_share_upper'])}",
        ]
        for row in shown
    ]
    columns = [
        Column("Channel", number=False),
        Column("Share of spend"),
        Column("Share of effect, mean"),
        Column(context.inputs.interval.short, "of the share of effect"),
    ]
    caption = "Shares of what all paid channels together cost and brought. Channels reported only within a group are left out."
    return [Text([words]), Table("Share of spend and share of effect", columns, body, caption)]


_PRIOR_ON = {"roi": "ROI", "mroi": "mROI", "share": "share of the outcome"}
"""Quantities that a prior may be about and that the run reports, as a table says them."""


def _believed(context: Context, rows: pd.DataFrame) -> list[Block]:
    """Return what was believed of each channel beforehand beside what was found, in the quantity of the prior."""
    table, numbers = context.inputs.table("paid_media"), context.numbers
    found = {str(row["channel"]): row for row in records(rows)}
    shown = [row for row in records(table) if row["channel"] in found and row["prior_on"] in _PRIOR_ON]
    if not shown:
        return []
    body = []
    for row in shown:
        on, after = str(row["prior_on"]), found[str(row["channel"])]
        write = numbers.percent if on == "share" else numbers.ratio
        body.append(
            [
                str(row["channel"]),
                _PRIOR_ON[on],
                write(row["prior_median"]),
                f"{write(row['prior_lower'])} to {write(row['prior_upper'])}",
                write(after[f"{on}_mean"]),
                f"{write(after[f'{on}_lower'])} to {write(after[f'{on}_upper'])}",
            ]
        )
    short = context.inputs.interval.short
    columns = [
        Column("Channel", number=False),
        Column("Quantity", number=False),
        Column("Before, median"),
        Column(short, "before"),
        Column("After, mean"),
        Column(short, "after"),
    ]
    words = "Before: the prior, what the YAML or the default says. After: the posterior, what the data made of it."
    return [Table("Believed before the data, and after", columns, body, words)]


def _costs(context: Context, rows: pd.DataFrame) -> Section:
    """Return the section for counts without a value in money."""
    panel, numbers = context.inputs.panel, context.numbers
    # spend is known, so contribution / spend is only a change of unit: the same draws, the same quantiles
    ends = {part: 1000 * rows[f"contribution_{part}"] / rows["spend"] for part in ("mean", "lower", "upper")}
    per = rows.assign(**{f"per_{part}": values for part, values in ends.items()})
    charts = [
        (
            per.sort_values("per_mean", ascending=False, kind="stable"),
            "per",
            f"{panel.outcome_unit} per 1,000 {panel.currency}",
            f"Incremental {panel.outcome_unit} per 1,000 {panel.currency} spent",
            numbers.compact,
        ),
        (
            per.sort_values("cpia_mean", kind="stable"),
            "cpia",
            f"{panel.currency} per incremental unit",
            f"Cost per incremental action (CPIA): {panel.currency} per unit of {panel.outcome_unit}",
            numbers.ratio,
        ),
    ]
    blocks: list[Block] = []
    for frame, name, label, title, write in charts:
        shown = frame[np.isfinite(frame[[f"{name}_mean", f"{name}_lower", f"{name}_upper"]]).all(axis=1)]
        marks = [
            Row(
                str(r["channel"]),
                r[f"{name}_mean"],
                r[f"{name}_lower"],
                r[f"{name}_upper"],
                context.colour[r["channel"]],
                f"{write(r[f'{name}_mean'])} ({write(r[f'{name}_lower'])} to {write(r[f'{name}_upper'])})",
            )
            for r in records(shown)
        ]
        scale = Scale(label, numbers.tick)
        svg = intervals(marks, scale)
        point = "posterior mean" if name == "per" else "spend per mean incremental unit"
        hidden = listing(
            [str(channel) for channel in frame["channel"] if channel not in set(shown["channel"])]
        )
        missing = f" Without upper limit, so not drawn: {hidden}." if hidden else ""
        caption = f"Dot: {point}. Bar: {context.inputs.interval.name}.{missing}"
        blocks.append(Figure(title, svg, caption))
    blocks.append(Text([cost_sentence(context, row) for row in records(charts[1][0])], bullets=True))
    blocks.append(
        Text(
            [
                f"{panel.outcome_name} has no value in money in this configuration, so no return on spend is given."
            ]
        )
    )
    return Section("returns", "Cost", "What one more action cost", blocks)
