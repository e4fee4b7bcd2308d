"""Dots and bars stand where their numbers say."""

from xml.etree import ElementTree

import numpy as np
import pytest

from reports.charts.intervals import Row, Scale, intervals

SVG = "{http://www.w3.org/2000/svg}"
ROWS = [
    Row("A", 1.0, 0.5, 1.5, "#0072b2", "1.00 (0.50 to 1.50)"),
    Row("B", 2.0, -1.0, 3.0, "#d55e00", "2.00 (−1.00 to 3.00)", "a note"),
    Row("C", 3.0, 2.0, 4.0, "#009e73", "3.00 (2.00 to 4.00)"),
]
SCALE = Scale("EUR per EUR", lambda value: f"{value:g}", 1.0, "break-even")


def _svg(rows=ROWS):
    return ElementTree.fromstring(intervals(rows, SCALE))


def _bars(root):
    return [line for line in root.iter(f"{SVG}polyline") if line.get("stroke-width") == "7"]


def _ends(line):
    return [float(point.partition(",")[0]) for point in line.get("points").split()]


def test_positions_are_linear_in_the_values():
    root = _svg()
    dots = [float(dot.get("cx")) for dot in root.iter(f"{SVG}circle")]
    bars = [_ends(line) for line in _bars(root)]
    assert len(dots) == len(bars) == 3
    slope, start = np.polyfit([1.0, 2.0, 3.0], dots, 1)
    assert slope > 10
    expected = [[start + slope * row.lower, start + slope * row.upper] for row in ROWS]
    assert np.asarray(bars) == pytest.approx(np.asarray(expected), abs=0.11)


def test_names_numbers_and_reference_are_written():
    words = [element.text for element in _svg().iter(f"{SVG}text")]
    assert {"A", "B", "C", "break-even", *(row.words for row in ROWS)} <= set(words)


def test_a_row_without_an_interval_has_words_and_no_mark():
    rows = [*ROWS, Row("D", 1.0, float("nan"), float("inf"), "#000000", "no interval")]
    root = _svg(rows)
    assert len(_bars(root)) == 3
    assert "no interval" in [element.text for element in root.iter(f"{SVG}text")]


def test_no_rows_at_all():
    assert _svg([]) is not None
