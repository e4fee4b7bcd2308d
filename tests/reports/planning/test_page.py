"""The planning report: whole, inert, true to its tables number by number, and honest about what it lacks."""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from reports.planning.page import write_planning
from reports.sections.planning import PLANNING
from tests.reports.made_plan import Made, make_planned
from tests.reports.made_run import World
from tests.reports.recorded import Recorded, left_over, numbers_of, texts_of, unknown
from tests.reports.test_summary import HOSTILE, Dom

CONSTANTS = ("50", "90", "256", "99", "0.1")
"""Levels of forecasts, the name of a hash, and the ends of what is said exactly of probabilities and gaps."""
WORLDS: dict[str, tuple[World, Made, tuple[str, ...]]] = {
    "whole": (World(), Made(), ()),
    "bare": (World(), Made(), ("plan", "forecast", "attribution")),
    "mixed": (World(grouped=False, margin=0.4), Made(mixed=("Search", "Display")), ()),
    "in a group": (World(kind="count"), Made(mixed=("Display",)), ()),
    "no change": (World(kind="count", valued=False), Made(recommendation="no change", bound=False), ()),
    "plain": (World(status="pass", grouped=False), Made(), ()),
    "hostile": (World(status="pass", grouped=False, names=HOSTILE), Made(), ()),
    "failed": (World(status="failure"), Made(), ()),
}
"""Run, plan, and what is left out of it; the first is held against a run before."""
KEYS = [
    "verdict",
    "answer",
    "quarter",
    "attribution",
    "budget",
    "curves",
    "scenarios",
    "forecast",
    "experiments",
]
TAIL = ["unknown", "provenance"]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """Return a writer of a world's report, each once: run, run before, page, workbook, and what was written as a number."""

    @cache
    def write(name: str) -> Any:
        world, made, without = WORLDS[name]
        run = make_planned(tmp_path_factory.mktemp("now"), world, made, **dict.fromkeys(without, False))
        before = make_planned(tmp_path_factory.mktemp("before"), world) if name == "whole" else None
        numbers = Recorded()
        page, book = write_planning(run, before=before, numbers=numbers)
        return run, before, page.read_text(encoding="utf-8"), book, numbers

    return write


def keys(html: str) -> list[str]:
    """Return the anchors of all sections, in order."""
    return re.findall(r'<section id="([a-z-]+)"', html)


def words(html: str) -> str:
    """Return the text that is read of a page or a part of it, without charts, scripts and styles."""
    text = re.sub(r"<svg.*?</svg>|<script>.*?</script>|<style>.*?</style>", " ", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).replace("\u00a0", " ").split())


def part(html: str, start: str, end: str) -> str:
    """Return the page from one section to another."""
    return html[html.index(f'id="{start}"') : html.index(f'id="{end}"')]


def test_the_answer_comes_first_and_every_part_has_its_place(planned) -> None:
    html = planned("whole")[2]
    assert keys(html) == [*KEYS, "changes", *TAIL]
    assert Dom(html).open == []
    answer = words(part(html, "answer", "quarter"))
    for said in (
        "What to do",
        "How far to trust it",
        "probability",
        "93\u00a0%",
        "More: Paid social",
        "Less: TV",
    ):
        assert said.replace("\u00a0", " ") in answer.replace("\u00a0", " ")


def test_parts_that_lack_their_tables_are_left_out_and_said(planned) -> None:
    html = planned("bare")[2]
    assert keys(html) == ["verdict", "quarter", *TAIL]
    missing = words(part(html, "unknown", "provenance"))
    for each in PLANNING:
        assert (each.name in missing and each.how in missing) == (each.name != "The quarter"), each.name


@pytest.mark.parametrize("name", ["whole", "mixed", "in a group", "no change"])
def test_no_number_is_on_the_page_that_is_not_in_the_tables(planned, name: str) -> None:
    run, before, html, _, numbers = planned(name)
    margin = WORLDS[name][0].margin
    tables = {
        f"{table} {place}": frame
        for place, one in enumerate((run, before))
        if one
        for table, frame in one.frames.items()
    }
    given = [
        *numbers_of(tables).tolist(),
        0.9,
        *run.manifest["timings"].values(),
        *([margin, 1 / margin] if margin else []),
    ]
    assert len(numbers.values) > 500
    assert unknown(numbers.values, np.sort(given)) == []
    assert unknown([1.001 * max(numbers.values)], np.sort(given)) != []
    said = [*texts_of(run.manifest), *texts_of(run.config), *texts_of(run.verdict.as_dict()), *CONSTANTS]
    said += [text for frame in tables.values() for text in texts_of(frame)]
    assert left_over(words(html), [*said, *numbers.texts]) == []


def test_a_channel_that_is_mixed_with_demand_never_returned_anything(planned) -> None:
    html = planned("mixed")[2]
    text = words(html)
    for sentence in re.split(r"(?<=\.)\s+", text):
        if re.search(r"\breturned\b", sentence):
            assert "Search" not in sentence and "Display" not in sentence, sentence
    assert "Search and Display are mixed with demand: the model's" in text
    assert "is put at" in text and "They brought" not in text
    rows = re.findall(r"<td>(Search[^<]*)</td>", part(html, "quarter", "attribution"))
    assert rows == ["Search (mixed with demand)"]


def test_a_group_with_a_mixed_member_is_marked_too(planned) -> None:
    html = planned("in a group")[2]
    assert "Online video + Display (mixed with demand)" in html
    assert "Online video + Display returned" not in html


def test_hostile_names_add_no_element_and_no_formula(planned) -> None:
    plain, strange = planned("plain"), planned("hostile")
    before, after = Dom(plain[2]), Dom(strange[2])
    assert after.open == [] and after.tags == before.tags
    kinds = [Counter((tag, name) for tag, name, _ in dom.attributes) for dom in (before, after)]
    assert kinds[0] == kinds[1]
    assert all(name in "".join(after.text) for name in HOSTILE[:5])
    formulas = [formula_cells(book) for book in (plain[3], strange[3])]
    assert formulas[0] == formulas[1] and len(formulas[0]) > 60
    own = re.compile(
        r"(=|IF|SUM|AND|MAX|MIN|IFERROR|MATCH|INDEX|plan_curves!|\$?[A-Z]{1,2}\$?\d+|\"(yes|no)?\"|[-+*/(),:<>=.\d])+"
    )
    assert all(own.fullmatch(text) for text in formulas[1].values())
    assert not [
        cell
        for sheet in openpyxl.load_workbook(strange[3])
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink
    ]


def formula_cells(book: Path) -> dict[tuple[str, str], str]:
    """Return every formula of a workbook by sheet and cell."""
    cells = (cell for sheet in openpyxl.load_workbook(book) for row in sheet.iter_rows() for cell in row)
    return {(cell.parent.title, cell.coordinate): cell.value for cell in cells if cell.data_type == "f"}


def test_no_change_says_so_and_what_would_decide(planned) -> None:
    answer = words(part(planned("no change")[2], "answer", "quarter"))
    assert "No change" in answer and "no bound was found" in answer
    assert "A test of Paid social would say most" in answer
    assert "More:" not in answer


def test_what_is_not_reportable_is_marked_everywhere(planned) -> None:
    _, _, html, book, _ = planned("failed")
    assert html.count('class="watermark"') == html.count('class="marked"') == len(keys(html)) - 1
    for sheet in openpyxl.load_workbook(book):
        top = " ".join(str(cell.value) for row in sheet.iter_rows(max_row=4) for cell in row)
        assert "Not reportable" in top, sheet.title


def test_same_runs_same_bytes(planned) -> None:
    run, before, html, book, _ = planned("whole")
    there = book.read_bytes()
    page, again = write_planning(run, before=before)
    assert (page.read_text(encoding="utf-8"), again.read_bytes()) == (html, there)
    names = [each.relative_to(run.path).as_posix() for each in (page, again)]
    assert names == ["report/planning.html", "report/planning.xlsx"]


def test_a_plan_with_a_folder_of_its_own_gets_the_report(planned, tmp_path) -> None:
    whole, bare = planned("whole")[0], planned("bare")[0]
    tables = {
        name: frame for name, frame in whole.frames.items() if name.startswith("plan_") or name == "columns"
    }
    plan = type(whole)(tmp_path, whole.manifest, whole.config, whole.verdict, tables)
    page, book = write_planning(bare, plan)
    assert page.parent.parent == plan.path == book.parent.parent
    wanted = [key for key in KEYS if key not in ("attribution", "forecast")]
    assert keys(page.read_text(encoding="utf-8")) == [*wanted, *TAIL]
