"""Where numbers stand on a sheet: round scales, room, and what the pointer finds."""

from xml.etree import ElementTree

import pytest

from reports.charts.frame import Frame, from_zero, limits, ticks
from reports.charts.sheet import Sheet

SVG = "{http://www.w3.org/2000/svg}"
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


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 2.0], (0.0, 2.1)),
        ([-1.0, -2.0], (-2.1, 0.0)),
        ([-1.0, 2.0, float("nan")], (-1.05, 2.1)),
        ([], (0.0, 1.0)),
        ([0.0], (0.0, 1.0)),
    ],
)
def test_room_is_left_where_values_leave_zero(values: list[float], expected: tuple[float, float]) -> None:
    assert from_zero(values) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("places", "expected"),
    [([0.0, 2.0, 4.0], [(20, 40), (60, 80), (140, 40)]), ([2.0], [(20, 160)])],
)
def test_strips_fill_the_frame_half_way_to_their_neighbours(
    places: list[float], expected: list[tuple[float, float]]
) -> None:
    sheet = Sheet(200, 100)
    Frame(sheet, 20, 10, 180, 90, (0.0, 4.0), (0.0, 1.0)).strips(places, [f"at {x}" for x in places])
    boxes = list(ElementTree.fromstring(sheet.svg("x")).iter(f"{SVG}rect"))
    assert [(float(b.get("x", "")), float(b.get("width", ""))) for b in boxes] == expected
    assert [b.findtext(f"{SVG}title") for b in boxes] == [f"at {x}" for x in places]


def test_scales_are_written_by_the_given_function() -> None:
    sheet = Sheet(300, 100)
    frame = Frame(sheet, 20, 10, 280, 60, (0.0, 10.0), (0.0, 1.0))
    frame.marks(lambda value: f"{value:g} EUR", label="what")
    frame.grid(lambda value: f"{value:g} x")
    texts = [element.text for element in ElementTree.fromstring(sheet.svg("x")).iter(f"{SVG}text")]
    assert {"0 EUR", "10 EUR", "what", "0 x", "1 x"} <= set(texts)
