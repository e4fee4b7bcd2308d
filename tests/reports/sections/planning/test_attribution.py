"""Executive panels: what systems counted, what nobody is credited with, and how stable shares were."""

from dataclasses import replace

import pytest

from reports.page import Figure, Grid, Table, Tiles
from reports.sections.planning.attribution import build


def test_everything_counted_is_shown_and_nothing_is_spread(planning) -> None:
    section = build(planning(mixed=("Search",)))
    assert section is not None
    tiles = next(block for block in section.blocks if isinstance(block, Tiles)).tiles
    assert [tile.label for tile in tiles] == [
        "orders counted by analytics in 2025-Q2",
        "unattributed",
        "lost to missing consent",
    ]
    assert all("2025-Q1" in tile.note for tile in tiles)
    (figure,) = [block for block in section.blocks if isinstance(block, Figure)]
    assert figure.svg.count("<polygon") == 5
    assert "(unattributed)" in figure.svg and "(consent-lost)" in figure.svg
    (grid,) = [block for block in section.blocks if isinstance(block, Grid)]
    assert [panel.title for panel in grid.panels] == ["Search", "Paid social", "Online video"]


def test_claims_stand_beside_the_models_return_with_its_mark(planning) -> None:
    section = build(planning(mixed=("Search",)))
    assert section is not None
    table = next(block for block in section.blocks if isinstance(block, Table))
    rows = {row[0]: row for row in table.rows}
    assert list(rows) == [
        "Search",
        "Paid social",
        "Online video",
        "(unattributed)",
        "(consent-lost)",
        "(all counted)",
    ]
    assert rows["Search"][-1].endswith("mixed with demand") and rows["(unattributed)"][-1] == "–"
    assert rows["Online video"][-1] == "–"  # the model knows it within a group only
    assert rows["(all counted)"][2] == "100\u00a0%"
    assert all(len(row) == len(table.columns) for row in table.rows)


@pytest.mark.parametrize(("measure", "word"), [("share_shift", "stable"), ("credited_to_nobody", "alarm")])
def test_stability_names_its_alarms(planning, measure: str, word: str) -> None:
    context = planning()
    stability = context.inputs.table("attribution_stability")
    kept = {**context.inputs.tables, "attribution_stability": stability[stability["measure"] == measure]}
    section = build(replace(context, inputs=replace(context.inputs, tables=kept)))
    assert section is not None
    table = section.blocks[-1]
    assert isinstance(table, Table) and [row[-1] for row in table.rows] == [word]


def test_a_run_without_attribution_has_no_section(context) -> None:
    assert build(context()) is None
