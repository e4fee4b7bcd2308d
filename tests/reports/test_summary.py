"""The whole page: self-contained, escaped, marked where it must be, and the same each time."""

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from reports.sections.summary import SUMMARY
from reports.summary import write_summary

HOSTILE = (
    "<img src=x onerror=1>",
    "</script><script>alert(1)</script>",
    '=HYPERLINK("http://example.invalid","x")',
    "+1",
    "@SUM(A1)",
    "\tTab\u2028\u2029{{ 7*7 }}",
    "$x^2$ & \"quotes\" 'x'",
)
PLAIN = {"status": "pass", "grouped": False}
STRANGE = PLAIN | {"names": HOSTILE}
LARGE = {"status": "failure", "geos": tuple(f"Region {i}" for i in range(40))}
VOID = {"meta", "br", "img", "link", "input"}


class Dom(HTMLParser):
    """Counts elements and keeps their attributes, the text outside scripts, and what was left open."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.scripts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        (self.scripts if self.open and self.open[-1] == "script" else self.text).append(data)


@pytest.fixture(scope="module")
def dom(summary):
    return Dom(summary().html)


def test_it_is_one_whole_document(dom):
    assert dom.open == []
    assert dom.tags["h1"] == 1
    # the verdict, and every section but geos, for national data, and those of experiments and of several sources
    assert dom.tags["section"] == len(SUMMARY) - 2


def test_nothing_is_fetched(dom, summary):
    assert not {"img", "link", "iframe", "object", "embed", "form", "base"} & set(dom.tags)
    links = [value for tag, name, value in dom.attributes if name in {"href", "src", "xlink:href", "action"}]
    assert links and all(value.startswith("#") for value in links)
    assert not re.search(r"url\((?!#)|@import", summary().html)


def test_policy_allows_exactly_the_one_script(dom):
    policy = next(value for _, name, value in dom.attributes if name == "content" and "default-src" in value)
    assert "default-src 'none'" in policy
    assert dom.tags["script"] == 1
    digest = base64.b64encode(hashlib.sha256("".join(dom.scripts).encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert not [name for _, name, _ in dom.attributes if name.startswith("on")]


def test_identifiers_are_unique_and_every_reference_has_its_target(dom):
    names = [value for _, name, value in dom.attributes if name == "id"]
    assert len(names) == len(set(names))
    references = {value[1:] for _, name, value in dom.attributes if name in {"href", "xlink:href"}}
    references |= {found for _, _, value in dom.attributes for found in re.findall(r"url\(#([^)]+)\)", value)}
    assert references <= set(names)


def test_cells_of_numbers_carry_their_value_for_sorting(dom, summary):
    rows = summary().run.frames["channels"]
    values = [float(value) for tag, name, value in dom.attributes if (tag, name) == ("td", "data-value")]
    for column in ("contribution_mean", "contribution_lower", "share_mean"):
        assert all(any(abs(v - x) <= 1e-5 * abs(x) for v in values) for x in rows[column])
    script = "".join(dom.scripts)
    assert "aria-sort" in script and 'createElement("button")' in script


def test_each_figure_is_drawn_once(summary):
    drawn = re.findall(r"<svg.*?</svg>", summary().html, flags=re.S)
    labels = [re.search(r'aria-label="([^"]*)"', svg)[1] for svg in drawn]
    assert len(drawn) > 20 and len(labels) == len(set(labels))
    assert "min-width: 600px" in summary().html  # letters stay readable on a phone; the card scrolls


def test_hostile_names_add_no_element_and_are_shown_as_they_are(summary):
    plain, hostile = Dom(summary(**PLAIN).html), Dom(summary(**STRANGE).html)
    assert hostile.tags == plain.tags
    assert Counter((tag, name) for tag, name, _ in hostile.attributes) == Counter(
        (tag, name) for tag, name, _ in plain.attributes
    )
    text = "".join(hostile.text)
    for name in HOSTILE[:5]:
        assert name in text
    assert "{{ 7*7 }}" in text
    assert "</script><script>" not in summary(**STRANGE).html


@pytest.mark.parametrize(
    ("world", "title", "marks"),
    [
        (PLAIN, "Reportable", False),
        ({}, "Reportable with warnings", False),
        (LARGE, "Not reportable", True),
    ],
)
def test_verdict_comes_first_and_marks_everything_when_not_reportable(summary, world, title, marks):
    html = summary(**world).html
    body = html[html.index("<body") :]
    assert f"<h2>{title}</h2>" in body
    assert body.index(f"<h2>{title}</h2>") < body.index("<main>")
    sections = re.findall(r'<section id="(?!verdict)[^>]*>.*?</section>', body, flags=re.S)
    blocks = re.findall(r"<h3>.*?</h3>|<summary>.*?</summary>", body, flags=re.S)
    assert len(sections) > 8 and len(blocks) > 12
    for part in (*sections, *blocks):
        assert ("Not reportable: do not use for decisions" in part) == marks
    for finding in summary(**world).run.verdict.reasons:
        assert finding.sentence in body


def test_same_run_same_bytes(summary):
    once = summary()
    before = [path.read_bytes() for path in (once.page, once.workbook)]
    again = write_summary(once.run)
    assert [path.read_bytes() for path in again] == before
    assert [path.relative_to(once.run.path).as_posix() for path in again] == [
        "report/summary.html",
        "report/summary.xlsx",
    ]


def test_every_number_of_a_channel_stands_in_its_table_without_any_script(summary):
    once = summary()
    row = once.run.frames["channels"].set_index("channel").loc["TV"]
    low, high = row["contribution_lower"] / 1e6, row["contribution_upper"] / 1e6
    cells = re.findall(r"<tr>(<td>TV</td>.*?)</tr>", once.html)[0]
    words = [cell.replace("\u00a0", " ") for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells)]
    assert words[2:6] == [
        f"{row['spend'] / 1e6:.1f} M",
        f"{row['contribution_mean'] / 1e6:.1f} M",
        f"{low:.1f} to {high:.1f} M",
        f"{100 * row['share_mean']:.1f} %",
    ]


def test_a_page_of_forty_geos_stays_small(summary):
    once = summary(**LARGE)
    assert once.page.stat().st_size < 2_000_000
    assert "12 largest of 40 geos" in once.html


def test_a_run_with_channels_only_still_has_a_page(summary, tmp_path):
    run = summary().run
    bare = type(run)(tmp_path / "bare", run.manifest, {}, run.verdict, {"channels": run.frames["channels"]})
    page, workbook = write_summary(bare)
    assert "<td>TV</td>" in page.read_text(encoding="utf-8")
    assert workbook.stat().st_size > 5000


def test_other_locale(summary, tmp_path):
    run = summary().run
    german = type(run)(
        tmp_path / "de", run.manifest, run.config, run.verdict, {"channels": run.frames["channels"]}
    )
    assert "M\u00a0EUR" in write_summary(german, "de")[0].read_text(encoding="utf-8")


def test_every_section_has_its_place_once(summary):
    dom = Dom(summary(**LARGE).html)
    anchors = [value for tag, name, value in dom.attributes if (tag, name) == ("section", "id")]
    links = [value[1:] for tag, name, value in dom.attributes if (tag, name) == ("a", "href")]
    assert len(set(anchors)) == len(anchors) == len(SUMMARY) - 1  # no experiments, no other source
    assert links == anchors


MARK = "(mixed with demand)"
MARKED = "a marked channel"
MIXED_RUNS = [
    ({"mixed": ("Search",), "grouped": False}, ("Search",)),
    ({"mixed": ("Search", "TV")}, ("Search", "TV")),
    ({"mixed": ("Search",), "geos": ("North", "South"), "grouped": False}, ("Search",)),
    ({"mixed": ("Search",), "kind": "count", "valued": False, "grouped": False}, ("Search",)),
]


@pytest.mark.parametrize(("what", "names"), MIXED_RUNS)
def test_nothing_is_said_of_a_channel_mixed_with_demand_without_the_mark(summary, what, names) -> None:
    """Every text of the page that names such a channel has the mark: sentences, cells, and labels of charts, which are cut."""
    texts = [text for text in Dom(summary(**what).html).text if text.strip()]
    for name in sorted(names, key=len, reverse=True):
        texts = [
            re.sub(rf"{re.escape(name)} \(mixed (with demand\)|wi[a-z ]*\u2026)", MARKED, text)
            for text in texts
        ]
    assert [text for text in texts for name in names if name in text] == []
    joined = " ".join(texts)
    assert MARKED in joined
    assert not re.search(rf"above break-even[^.]*{MARKED}", joined)


def test_a_sum_with_a_member_mixed_with_demand_is_marked(summary) -> None:
    html = summary(mixed=("Online video",)).html
    assert f"Online video + Display {MARK}" in html
    assert ">mixed with demand<" in html  # below the label in the chart, which is cut


def test_a_channel_mixed_with_demand_has_no_rank(summary) -> None:
    """Search has the largest return and stands last, since it has no place among the others."""
    html = summary(mixed=("Search",), grouped=False).html
    table = html[html.index("Against break-even") :]
    rows = re.findall(r"<td[^>]*>(.*?)</td>", table[: table.index("</table>")])
    channels = [row for row in rows if row in ("TV", "Paid social", f"Search {MARK}")]
    assert channels == ["Paid social", "TV", f"Search {MARK}"]
    assert "not said" in rows


def test_the_workbook_marks_its_rows(summary) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(summary(mixed=("Search",), grouped=False).workbook, read_only=True)
    found = 0
    for sheet in book:
        rows = [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
        if any("ROI" in row or "roi_mean" in row for row in rows):
            mine = [row for row in rows if "Search" in row]
            assert all(any("mixed with demand" in cell for cell in row) for row in mine)
            found += len(mine)
    assert found
