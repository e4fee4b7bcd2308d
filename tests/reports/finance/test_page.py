"""The finance review: whole, true to its tables, the same bytes each time, inert with hostile names, honest where blocked."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pandas as pd

from mixproof.aggregates.finance.tie_out import Books
from reports.finance.page import write_finance
from tests.mixproof.aggregates.finance.made_books import CASES
from tests.reports.made_books import make_books
from tests.reports.made_run import World

SECTIONS = ["verdict", "booking", "tie-out", "closed", "evidence", "triangulation", "sign-off", "provenance"]


def page(folder: Path, world: World | None = None, breaks=None) -> tuple[str, dict[str, pd.DataFrame]]:
    run = make_books(folder, world, breaks)
    path, _ = write_finance(run)
    return path.read_text(encoding="utf-8"), run.frames


def words(html: str) -> str:
    text = re.sub(r"<svg.*?</svg>|<script>.*?</script>|<style>.*?</style>", " ", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).replace("\u00a0", " ").split())


def test_a_page_has_its_sections_and_says_what_may_be_booked(tmp_path: Path) -> None:
    html, frames = page(tmp_path)
    assert re.findall(r'<section id="([a-z-]+)"', html) == SECTIONS
    text, booked = words(html), frames["finance_booking"]
    for quarter, mine in booked.groupby("period"):
        assert (
            f"In {quarter}, {mine['booked'].sum():,.2f} EUR of margin may be booked, for tv and search."
            in text
        )
    for amount in frames["ledger_tie_out"]["ledger"]:
        assert f"{amount:,.2f}" in text
    assert "All 15 accounts and periods tie to the ledger" in text
    assert "Prepared" in text and "mixproof verify" in text


def test_what_does_not_tie_is_told_with_its_account_and_period(tmp_path: Path) -> None:
    case = CASES["an invoice without delivery"]
    text = words(page(tmp_path, breaks=case.breaks)[0])
    assert f"6110 (tv), {case.period}: {case.names[0]}. Invoice R99 has no delivery for 5,000.00" in text
    assert "tv is blocked" in text and "14 of 15 accounts and periods tie" in text


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_finance(make_books(tmp_path / "a"))
    second = write_finance(make_books(tmp_path / "b"))
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_hostile_periods_are_inert_and_a_run_that_may_not_be_reported_is_marked(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"

    def rename(books: Books) -> Books:
        lines = [replace(line, period=evil) if line.number == 5 else line for line in books.ledger]
        return replace(books, ledger=lines)

    html, _ = page(tmp_path, World(status="failure", grouped=False), rename)
    assert evil not in html and "&lt;script&gt;" in html and html.count("<script") == 1
    assert "Not reportable" in html
