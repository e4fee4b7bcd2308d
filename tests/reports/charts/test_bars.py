"""Bars stand where their numbers say, also below zero."""

from xml.etree import ElementTree

import pandas as pd
import pytest

from reports.charts.bars import Step, by_period, make_up, waterfall
from reports.charts.sheet import Write

SVG = "{http://www.w3.org/2000/svg}"
WRITE = Write(lambda v: f"{v:g}", lambda v: f"{v:g}")


def _boxes(svg, colour):
    boxes = [box for box in ElementTree.fromstring(svg).iter(f"{SVG}rect") if box.get("fill") == colour]
    return [(float(box.get("x")), float(box.get("y")), float(box.get("width"))) for box in boxes]


def test_each_step_starts_where_the_one_above_ends():
    steps = [
        Step("base", 10, "#aa0001", "10"),
        Step("price", -4, "#aa0002", "-4"),
        Step("tv", 2, "#aa0003", "2"),
    ]
    svg = waterfall(steps, "8 EUR", WRITE, "EUR")
    (base,), (price,), (tv,) = (_boxes(svg, step.colour) for step in steps)
    unit = base[2] / 10
    assert price[2] == pytest.approx(4 * unit, abs=0.2) and tv[2] == pytest.approx(2 * unit, abs=0.2)
    assert price[0] == pytest.approx(base[0] + 6 * unit, abs=0.2)
    assert tv[0] == pytest.approx(base[0] + 6 * unit, abs=0.2)
    assert "8 EUR" in svg


def test_bars_of_periods_stand_on_zero_and_hang_from_it():
    rows = pd.DataFrame({"period": ["2024-Q1", "2024-Q2"], "contribution_mean": [2.0, -1.0]})
    rows = rows.assign(contribution_lower=rows["contribution_mean"] - 1, contribution_upper=3.0)
    svg = by_period(rows, "#aa0001", WRITE, "orders")
    up, down = list(ElementTree.fromstring(svg).iter(f"{SVG}rect"))
    assert float(up.get("y")) + float(up.get("height")) == pytest.approx(float(down.get("y")), abs=0.11)
    assert float(up.get("height")) == pytest.approx(2 * float(down.get("height")), abs=0.3)
    assert [b.findtext(f"{SVG}title") for b in (up, down)] == ["2024-Q1: 2 (1 to 3)", "2024-Q2: -1 (-2 to 3)"]


def test_parts_of_a_period_stand_side_by_side_and_those_below_zero_on_the_other_side():
    shares = pd.DataFrame({"base": [0.9], "price": [-0.1], "tv": [0.2]}, index=["2024"])
    colours = {"base": "#aa0001", "price": "#aa0002", "tv": "#aa0003"}
    svg = make_up(shares, colours, WRITE)
    (base, *_), (price, *_), (tv, *_) = (
        [box for box in _boxes(svg, colour) if box[2] != 10] for colour in colours.values()
    )
    assert tv[0] == pytest.approx(base[0] + base[2], abs=0.2)
    assert price[0] + price[2] == pytest.approx(base[0], abs=0.2)
    assert base[2] == pytest.approx(9 * price[2], abs=1.0)
