"""How outcome responds to spend, and how long effects last."""

import pandas as pd

from reports.charts.curves import Axis, carryover, response
from reports.context import Context
from reports.inputs import groups, keyed
from reports.page import Grid, Panel, Section
from reports.wording.run import half_life_words


def build(context: Context) -> Section | None:
    """Return the response curve of each channel, with the observed range marked."""
    table = context.inputs.table("response")
    if table.empty:
        return None
    panel, numbers = context.inputs.panel, context.numbers
    top = 1.04 * float(table["outcome_upper"].max())
    outcome = Axis(context.outcome_axis, numbers.compact, numbers.tick)
    panels = []
    for channel, curve in groups(table, "channel"):
        unit = panel.currency if _paid(context, str(channel)) else "exposure"
        spend = Axis(
            f"spend in the window, {unit}" if unit != "exposure" else "exposure in the window",
            numbers.compact,
            numbers.tick,
        )
        svg = response(curve, context.colour[channel], (spend, outcome), top)
        words = context.caveat(str(channel)) + _response_words(context, curve, unit)
        panels.append(Panel(str(channel), svg, words, context.colour[channel]))
    caption = (
        "Line: posterior mean of the contribution if all spend of the window had been scaled alike; band: "
        f"{context.inputs.interval.name}. "
        "All charts share one height scale. Where a curve is grey and dashed, a typical active period would be below or above "
        "everything observed: there the curve is the model's assumption, not an observation. Dot: the present level."
    )
    grid = Grid(f"Response of {panel.outcome_name} to spend", panels, caption)
    return Section("response", "Response", "What more or less spend would bring", [grid])


def _response_words(context: Context, curve: pd.DataFrame, unit: str) -> str:
    seen = curve[curve["observed"].astype(bool)]
    if seen.empty:
        return "No level on this curve was observed."
    low, high = (float(edge) for edge in (seen["multiplier"].min(), seen["multiplier"].max()))
    top = context.numbers.amount(float(seen["spend"].max()), unit if unit != "exposure" else "")
    what = "exposure" if unit == "exposure" else "spend"
    start = f"no {what}" if low == 0 else f"{context.numbers.plain(low, 1)} times today's {what}"
    end = f"{context.numbers.plain(high, 1)} times today's ({top})" if high != 1 else f"today's ({top})"
    beyond = " and more" if high >= float(curve["multiplier"].max()) else ""
    return f"Observed from {start} to {end}{beyond}."


def _paid(context: Context, channel: str) -> bool:
    frame = context.inputs.tables["channels"]
    return bool((frame.loc[frame["channel"] == channel, "kind"] == "paid").any())


def build_carryover(context: Context) -> Section | None:
    """Return the carryover of each channel with its half-life."""
    table = context.inputs.table("carryover")
    if table.empty:
        return None
    panel, numbers = context.inputs.panel, context.numbers
    known = keyed(context.inputs.tables["channels"], "channel")
    panels = []
    for channel, curve in groups(table, "channel"):
        row = known.get(channel)
        half = float(row["half_life"]) if row is not None else float("nan")
        axes = (
            Axis(f"{panel.period}s after the exposure", numbers.plain, numbers.plain),
            Axis("share of the effect", numbers.percent, numbers.percent_tick),
        )
        svg = carryover(curve, context.colour[channel], axes, half)
        words = half_life_words(context, row) if row is not None else ""
        panels.append(Panel(str(channel), svg, context.caveat(str(channel)) + words, context.colour[channel]))
    caption = (
        f"Each bar is the share of a channel's whole effect that arrives so many {panel.period}s after the exposure; "
        f"line: {context.inputs.interval.name}. Bars further right mean the channel works slower and longer."
    )
    return Section(
        "carryover", "Carryover", "How long the effects last", [Grid("Carryover", panels, caption)]
    )
