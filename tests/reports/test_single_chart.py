"""Charts by name: every one can be shown and saved, is marked where it must be, and what is not there is named."""

from xml.etree import ElementTree

import pytest

from mixproof.errors import ConfigError
from reports.sections.summary import NAMED_CHARTS
from reports.single_chart import charts_of, draw_chart
from reports.wording.run import WATERMARK

REVENUE = {"status": "pass", "grouped": False}
COUNTS = {"status": "failure", "kind": "count", "valued": False}
HOSTILE = {"status": "failure", "names": ("<img src=x onerror=1>", "</svg>", *"cdefg")}


@pytest.mark.parametrize("world", [REVENUE, COUNTS, HOSTILE], ids=["revenue", "counts", "hostile"])
def test_every_chart_shows_itself(summary, world, tmp_path) -> None:
    run = summary(**world).run
    assert set(charts_of(run)) < set(NAMED_CHARTS)
    assert ("roi" in charts_of(run), "cpia" in charts_of(run)) == (world is not COUNTS, world is COUNTS)
    for name in charts_of(run):
        chart = draw_chart(run, name)
        html = chart.save(tmp_path / f"{name}.html").read_text(encoding="utf-8")
        assert html.count("<svg") == len(chart.drawings) == html.count("</svg>")
        assert "<img" not in html
        assert (WATERMARK in html) is (world is not REVENUE)
        assert chart.caption
        if len(chart.drawings) > 1:
            assert chart._repr_svg_() is None
            with pytest.raises(ValueError, match="choose one of"):
                chart.save(tmp_path / f"{name}.svg")
        else:
            text = chart.save(tmp_path / f"{name}.svg").read_text(encoding="utf-8")
            root = ElementTree.fromstring(text)
            assert root.tag == "{http://www.w3.org/2000/svg}svg"
            assert (WATERMARK in "".join(root.itertext())) is (world is not REVENUE)


def test_a_part_is_drawn_alone(summary) -> None:
    run = summary(**REVENUE).run
    every, one = draw_chart(run, "response"), draw_chart(run, "response", "TV")
    assert [drawing.title for drawing in one.drawings] == ["TV"]
    assert one.drawings[0] in every.drawings
    assert one._repr_svg_().startswith("<svg ")


@pytest.mark.parametrize(
    ("name", "part", "said"),
    [
        ("respnse", None, "There are: contributions, roi"),
        ("cpia", None, "There are: contributions, roi"),
        ("response", "Cinema", "There are: TV, Search"),
        ("roi", "TV", "There is none"),
    ],
)
def test_what_is_not_there_is_named(summary, name: str, part: str | None, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        draw_chart(summary(**REVENUE).run, name, part)


def test_other_kinds_of_file_are_refused(summary, tmp_path) -> None:
    with pytest.raises(ValueError, match=r"should end in \.svg or \.html"):
        draw_chart(summary(**REVENUE).run, "roi").save(tmp_path / "roi.png")
