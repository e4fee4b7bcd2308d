"""The sheet: clean SVG, text as text, names inert, hover areas where the data are."""

from xml.etree import ElementTree

import pytest

from reports.charts.canvas import Canvas, printable, tick_format

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TV", "TV"),
        ("a\tb\u2028c\x00d", "a b c d"),
        ("x" * 30, "x" * 25 + "…"),
        ("  padded ", "padded"),
        (7, "7"),
        ("日本", "日本"),
    ],
)
def test_printable(text, expected):
    assert printable(text) == expected


def _sheet(key="k"):
    canvas = Canvas(key, 200, 100)
    axes = canvas.axes(20, 10, 30, 40)
    axes.set(xlim=(0, 10), ylim=(0, 5))
    axes.plot([0, 10], [0, 5], "o")
    canvas.write(5, 90, "<b>$x^2$ & co</b>")
    canvas.area(axes, "hover <me>", x=(2, 4))
    canvas.area(axes, "row", y=(1, 2))
    return canvas.svg("a label")


def test_sheet_is_clean_and_text_is_text():
    root = ElementTree.fromstring(_sheet())
    assert root.get("viewBox") == "0 0 200 100"
    assert (root.get("role"), root.get("aria-label"), root.get("width")) == ("img", "a label", None)
    assert "<b>$x^2$ & co</b>" in [element.text for element in root.iter(f"{SVG}text")]
    assert not list(root.iter(f"{SVG}metadata"))
    assert "DejaVu" not in _sheet()


def test_hover_areas_lie_where_their_data_are():
    root = ElementTree.fromstring(_sheet())
    first, second = (rect for rect in root.iter(f"{SVG}rect") if rect.get("class") == "tip")
    # axes span x 20..170 for 0..10 and y 10..60 (from the top) for 5..0
    place = [float(first.get(name)) for name in ("x", "y", "width", "height")]
    assert place == pytest.approx([20 + 15 * 2, 10, 15 * 2, 50], abs=0.1)
    place = [float(second.get(name)) for name in ("x", "y", "width", "height")]
    assert place == pytest.approx([20, 10 + 10 * 3, 150, 10], abs=0.1)
    assert first.find(f"{SVG}title").text == "hover <me>"


def test_bytes_repeat_and_identifiers_differ_by_key():
    assert _sheet() == _sheet()
    ids = [
        {e.get("id") for e in ElementTree.fromstring(_sheet(key)).iter() if e.get("id")}
        for key in ("one", "two")
    ]
    assert ids[0] and not ids[0] & ids[1]


def test_ticks_are_written_by_the_given_function():
    canvas = Canvas("ticks", 300, 100)
    axes = canvas.axes(20, 10, 30, 40)
    axes.set(xlim=(0, 10))
    tick_format(axes, "x", lambda value: f"{value:g} EUR")
    assert "10 EUR" in canvas.svg("ticks")
