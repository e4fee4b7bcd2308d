"""The section on experiments: predicted and measured readouts on one axis, and every number in its table."""

from dataclasses import replace

import numpy as np
import pytest

from mixproof.records.verdict import Finding, Verdict
from mmm.calibration.agreement.tables import CALIBRATION, TENSION
from reports.context import Context
from reports.page import Figure, Section, Table, Text
from reports.sections.summary.calibration import build


def row(readout: str, measured: float, **changes: object) -> dict[str, object]:
    """Return a row of the table of a test of search."""
    sources = {
        f"{name}{end}": measured + shift + step
        for name, shift in (("measured", 0.0), ("before", 5.0), ("after", 1.0))
        for end, step in (("", 0.0), ("_lower", -2.0), ("_upper", 2.0))
    }
    plain = {
        "experiment": "spring <b>",
        "channel": "search",
        "readout": readout,
        "unit": "EUR",
        "level": 0.9,
        "z": 2.5,
        "p": 0.01,
        "readouts": 2,
        "conflict": "disagrees",
        "detectable": 0.4,
        "weight": 0.7,
        "pareto_k": 0.3,
        "note": "",
    }
    return {**plain, **sources, **changes}


ROWS = [
    row("dark, 2024-01-01 to 2024-01-07", -10.0),
    row("dark, 2024-01-08 to 2024-01-14", -4.0),
    row("total", -14.0),
]


def built(
    context: Context, rows: list[dict[str, object]], tension: list[dict[str, object]]
) -> Section | None:
    """Return the section of a run with these tables."""
    said = Finding("calibration_conflict", "warning", "The model disagrees with spring.", subject="spring")
    tables = {"calibration": CALIBRATION.frame(rows), "calibration_tension": TENSION.frame(tension)}
    inputs = replace(
        context.inputs,
        tables={**context.inputs.tables, **tables},
        verdict=Verdict((*context.inputs.verdict.findings, said)),
    )
    return build(replace(context, inputs=inputs))


def test_readouts_stand_on_one_axis(context) -> None:
    section = built(context(), ROWS, [])
    assert section is not None
    (figure,) = [block for block in section.blocks if isinstance(block, Figure)]
    assert figure.svg.count("<circle") == 2 * 3  # the total is in the table
    assert "<b>" not in figure.svg
    assert "1 Jan 2024" in figure.svg
    text = next(block for block in section.blocks if isinstance(block, Text))
    assert list(text.lines) == ["The model disagrees with spring."]
    (table,) = [block for block in section.blocks if isinstance(block, Table)]
    assert len(table.rows) == 3
    assert "disagrees" in table.rows[2]


def test_what_is_not_known_without_a_refit_is_not_drawn(context) -> None:
    unknown = dict.fromkeys(
        ("before", "before_lower", "before_upper", "z", "p", "detectable", "weight"), np.nan
    )
    section = built(context(), [{**each, **unknown, "conflict": "refit"} for each in ROWS], [])
    assert section is not None
    (figure,) = [block for block in section.blocks if isinstance(block, Figure)]
    assert figure.svg.count("<circle") == 2 * 2
    assert "nan" not in figure.svg
    (table,) = [block for block in section.blocks if isinstance(block, Table)]
    assert not any("nan" in cell for cells in table.rows for cell in cells)


@pytest.mark.parametrize(
    ("contradiction", "accused", "word"),
    [(True, True, "outvoted"), (True, False, "contradicts"), (False, False, "agrees")],
)
def test_tests_against_each_other(context, contradiction: bool, accused: bool, word: str) -> None:
    tension = {
        "channel": "search",
        "experiment": "spring",
        "multiple": 1.2,
        "se": 0.1,
        "against_rest": np.nan,
        "largest": 4.0,
        "limit": 3.0,
        "contradiction": contradiction,
        "accused": accused,
        "roi_alone": 1.5,
        "roi_alone_lower": 1.0,
        "roi_alone_upper": 2.0,
        "pareto_k": 0.2,
    }
    section = built(context(), ROWS, [tension])
    assert section is not None
    assert word in section.blocks[-1].rows[0]  # type: ignore[union-attr]


def test_a_model_without_experiments_has_no_such_section(context) -> None:
    assert build(context()) is None
