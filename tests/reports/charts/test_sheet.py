"""Marks written by hand: breaks, and words that cannot become markup."""

from xml.etree import ElementTree

import pytest

from reports.charts.sheet import Sheet, printable

SVG = "{http://www.w3.org/2000/svg}"
NAMES = [
    ("TV", "TV"),
    ("a\tb\u2028c\x00d", "a b c d"),
    ("x" * 30, "x" * 25 + "…"),
    ("  padded ", "padded"),
    (7, "7"),
    ("日本", "日本"),
]


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
    sheet.strip((0, 0), (5, 5), hostile)
    sheet.key((1, 1), "#fff", hostile)
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


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_names_become_printable(text: object, expected: str) -> None:
    assert printable(text) == expected


@pytest.mark.parametrize(("one", "other"), [((10, 20), (30, 60)), ((30, 60), (10, 20)), ((30, 20), (10, 60))])
def test_a_box_stands_between_its_corners_whichever_come_first(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    sheet = Sheet(100, 100)
    sheet.box(one, other, "#000000")
    sheet.box(one, (float("nan"), 1), "#000000")
    (box,) = ElementTree.fromstring(sheet.svg("x")).iter(f"{SVG}rect")
    assert [float(box.get(name, "")) for name in ("x", "y", "width", "height")] == [10, 20, 20, 40]
