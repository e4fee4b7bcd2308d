"""One place says when nothing may be divided, and why."""

import math

import pytest

from mixproof.ratio import why_no_ratio, without_ratio

BASES = [
    (2.0, 0.0, ""),
    (1e-6, 1.0, ""),
    (0.0, 0.0, "no ratio: spend is zero"),
    (-0.0, 0.0, "no ratio: spend is zero"),
    (7e-12, 40_000.0, "no ratio: spend is zero"),
    (-7e-12, 40_000.0, "no ratio: spend is zero"),
    (-5.0, 40_000.0, "no ratio: spend is below zero"),
    (math.nan, 1.0, "no ratio: spend is not known"),
    (math.inf, 1.0, "no ratio: spend is not known"),
]


@pytest.mark.parametrize(("base", "scale", "expected"), BASES)
def test_a_base_that_is_nothing_gives_no_ratio(base: float, scale: float, expected: str) -> None:
    assert why_no_ratio(base, "spend", scale) == expected


def test_a_row_without_ratio_keeps_nothing_but_the_reason() -> None:
    row = {
        "arm": "a",
        "estimate": math.inf,
        "lower": 1.0,
        "upper": math.inf,
        "se": 1.0,
        "p_value": 1.0,
        "note": "",
    }
    found = without_ratio(row, "no ratio: spend is zero")
    assert all(math.isnan(found[name]) for name in ("estimate", "lower", "upper", "se", "p_value"))
    assert (found["arm"], found["note"]) == ("a", "no ratio: spend is zero")
    assert without_ratio(row, "") is row
