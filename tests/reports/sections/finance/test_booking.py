"""The booking section: sums of its tables are those of the rows, and a run without a ledger has none."""

from pathlib import Path

import pytest

from reports.context import Context
from reports.inputs import read_inputs
from reports.numbers import Numbers
from reports.page import Figure, Table
from reports.sections.finance.booking import build
from tests.mixproof.aggregates.finance.made_books import CASES
from tests.reports.made_books import make_books
from tests.reports.made_run import World, make_run


def test_tables_add_up_and_blocked_channels_say_so(tmp_path: Path) -> None:
    run = make_books(tmp_path, breaks=CASES["a duplicated line"].breaks)
    section = build(Context.of(read_inputs(run), Numbers()))
    assert section is not None
    tables = [block for block in section.blocks if isinstance(block, Table)]
    figures = [block for block in section.blocks if isinstance(block, Figure)]
    assert [table.title[:9] for table in tables] == ["FY2024-Q1", "FY2023-Q4"] and len(figures) == 2
    for table in tables:
        rows = [dict(zip((column.head for column in table.columns), row, strict=True)) for row in table.rows]
        booked = [
            0.0 if row["Booked"] == "blocked" else float(row["Booked"].replace(",", "")) for row in rows
        ]
        assert sum(booked[:-1]) == pytest.approx(booked[-1])
    assert tables[0].rows[0][-2] == "blocked" and "blocked" not in str(tables[1].rows)
    assert section.blocks[1].tiles[1].value == "1 of 2"  # type: ignore[union-attr]


def test_a_run_without_a_ledger_has_no_booking(tmp_path: Path) -> None:
    assert build(Context.of(read_inputs(make_run(tmp_path, World())), Numbers())) is None
