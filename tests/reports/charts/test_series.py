"""Charts over time: parts stack, dates are few enough to be read, and each period tells its numbers."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from reports.charts.series import decomposition, fit
from reports.charts.sheet import SMALL, WIDE, Write

SVG = "{http://www.w3.org/2000/svg}"
WRITE = Write(lambda v: f"{v:g}", lambda v: f"{v:g}", lambda day: f"{day:%Y-%m-%d}")


def _texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def _titles(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}title")]


def _fit(dates):
    rows = pd.DataFrame({"date": dates, "actual": np.arange(1.0, len(dates) + 1)})
    rows = rows.assign(predicted_mean=rows["actual"] - 0.5, predicted_lower=0.0, predicted_upper=9.0)
    return rows.assign(residual=rows["actual"] - rows["predicted_mean"])


SPANS = [
    (pd.date_range("2024-01-01", periods=20, freq="D"), ["Jan", "2024"], WIDE),
    (
        pd.date_range("2023-11-06", periods=20, freq="W-MON"),
        ["Dec", "2023", "Jan", "2024", "Feb", "Mar"],
        WIDE,
    ),
    (pd.date_range("2022-01-03", periods=156, freq="W-MON"), ["Jul", "2022", "Jan", "2023", "2024"], WIDE),
    (pd.date_range("1907-01-01", periods=54, freq="YS"), ["1910", "1920", "1960"], WIDE),
    (pd.date_range("2022-01-03", periods=156, freq="W-MON"), ["2023", "2024"], SMALL),
]


@pytest.mark.parametrize(("dates", "expected", "width"), SPANS)
def test_dates_are_written_few_enough_to_be_read(dates, expected, width):
    texts = _texts(fit(_fit(dates), WRITE, "90 % interval", width))
    months = [text for text in texts if text.isalpha() and len(text) == 3]
    years = [text for text in texts if text.isdigit() and len(text) == 4]
    assert set(expected) <= {*months, *years}
    assert len(months) <= 10 and len(years) <= 10 and months + years


@pytest.mark.parametrize("width", [WIDE, SMALL])
def test_each_period_of_the_fit_tells_its_numbers(width):
    svg = fit(_fit(pd.date_range("2024-01-01", periods=3, freq="W-MON")), WRITE, "90 % interval", width)
    assert _titles(svg)[0] == "2024-01-01: actual 1, predicted 0.5 (0 to 9)"
    assert len(_titles(svg)) == 3


def test_a_single_period_is_drawn():
    svg = fit(_fit(pd.date_range("2024-01-01", periods=1)), WRITE, "90 % interval", WIDE)
    assert len(_titles(svg)) == 1 and "nan" not in svg


def test_parts_stack_and_those_below_zero_hang():
    dates = pd.date_range("2024-01-01", periods=3, freq="W-MON")
    parts = pd.DataFrame({"base": 10.0, "price": -2.0, "tv": 5.0}, index=dates)
    colours = {"base": "#aa0001", "price": "#aa0002", "tv": "#aa0003"}
    svg = decomposition(parts, colours, WRITE)
    found = {}
    for area in ElementTree.fromstring(svg).iter(f"{SVG}polygon"):
        ys = [float(point.split(",")[1]) for point in area.get("points").split()]
        found[area.get("fill")] = (min(ys), max(ys))  # from the top
    base, price, tv = (found[colour] for colour in colours.values())
    assert tv[1] == pytest.approx(base[0], abs=0.11)
    assert price[0] == pytest.approx(base[1], abs=0.11)
    assert (base[1] - base[0]) == pytest.approx(2 * (tv[1] - tv[0]), abs=0.3)
    assert _titles(svg)[0] == "2024-01-01: base 10, price -2, tv 5"
    assert {"base", "price", "tv"} <= set(_texts(svg))
