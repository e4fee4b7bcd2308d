"""The forecast: what was known, what is ahead, and where one reads how good such forecasts have been."""

from dataclasses import replace

import pandas as pd

from reports.page import Figure, Text
from reports.sections.planning.forecast import build


def test_the_sentence_is_that_of_all_geos(planning) -> None:
    context = planning()
    tables = dict(context.inputs.tables)
    for name in ("forecast", "forecast_total"):
        each = tables[name]
        tables[name] = pd.concat(
            [each.assign(geo="north"), each.assign(geo="all geos", median=2 * each["median"])]
        )
    section = build(replace(context, inputs=replace(context.inputs, tables=tables)))
    assert section is not None
    text = next(block for block in section.blocks if isinstance(block, Text)).lines[0].replace("\u00a0", " ")
    total = 2 * context.inputs.table("forecast_total")["median"].iloc[0]
    assert f"revenue is forecast at {total / 1e6:.1f} M EUR" in text
    assert text.startswith("From 30 Jun 2025, for 13 weeks and 988 K EUR of spend")


def test_past_and_future_are_drawn_on_one_axis(planning) -> None:
    section = build(planning())
    assert section is not None
    (figure,) = [block for block in section.blocks if isinstance(block, Figure)]
    assert figure.svg.count("<polygon") == 2 and figure.svg.count("<title") == 104 + 13
    assert "nan" not in figure.svg


def test_where_skill_is_measured_is_said(planning) -> None:
    section = build(planning())
    assert section is not None and isinstance(section.blocks[-1], Text)
    assert "mixproof backtest" in section.blocks[-1].lines[0]
