import json
import math
from pathlib import Path
from typing import Any

import pytest

from lift.experiment import Context
from lift.imports.config import Imported
from lift.imports.results import analyse_import
from mixproof.errors import DataError

CONTEXT = Context(folder=Path(), seed=1, level=0.95, currency="EUR")
PLAIN = {
    "name": "elsewhere",
    "kind": "imported",
    "channels": ["tv"],
    "start": "2025-01-06",
    "end": "2025-02-02",
    "source": "causalimpact",
    "scope": "total",
    "outcome_kind": "revenue",
    "unit": "EUR",
    "point": 3000.0,
    "lower": 1000.0,
    "upper": 5000.0,
    "interval_level": 0.95,
}


def _imported(**changes: Any) -> Imported:
    merged = {key: value for key, value in {**PLAIN, **changes}.items() if value is not None}
    return Imported.model_validate_json(json.dumps(merged))


SCALES = [
    # scope, unit, what the YAML adds, total that must come out of a point of 2 with interval 1 to 3
    ("total", "EUR", {}, 2.0),
    ("per_user", "EUR per person", {"users": 500.0}, 1000.0),
    ("per_period", "EUR per period", {"periods": 28}, 56.0),
    ("relative", "fraction", {"baseline": 1e4}, 2e4),
    ("iroas", "EUR per EUR", {"spend": 900.0, "spend_without": 200.0}, 1400.0),
    ("cost_per_incremental", "EUR per EUR", {"spend": 900.0}, 450.0),
]


@pytest.mark.parametrize(("scope", "unit", "extra", "total"), SCALES)
def test_every_scale_becomes_a_total(scope, unit, extra, total) -> None:
    section = _imported(scope=scope, unit=unit, point=2.0, lower=1.0, upper=3.0, **extra)
    result = analyse_import(section, CONTEXT)
    evidence = result.evidence[0]
    assert evidence.estimand == "incremental_outcome"
    assert evidence.readouts[0].effect == pytest.approx(total)
    if scope != "cost_per_incremental":
        assert evidence.standard_errors[0] == pytest.approx(total / 2 / 1.959963984540054)
        assert (evidence.lower[0], evidence.upper[0]) == (
            pytest.approx(total / 2),
            pytest.approx(1.5 * total),
        )
    assert evidence.quality == "imported"
    assert any(finding.check == "imported" for finding in result.findings)


def test_a_result_without_scale_is_a_weaker_statement() -> None:
    section = _imported(
        scope="iroas", unit="EUR per EUR", point=2.0, lower=1.0, upper=3.0, start=None, end=None
    )
    result = analyse_import(section, CONTEXT)
    assert result.evidence[0].weaker
    assert result.evidence[0].estimand == "roi"
    assert "imported_scope" in {finding.check for finding in result.findings}


BROKEN = [
    ({"lower": None, "upper": None, "interval_level": None, "se": 0.0}, "import-spread"),
    ({"lower": None, "upper": None, "interval_level": None, "se": -2.0}, "import-spread"),
    ({"point": 9000.0}, "import-interval"),
    ({"lower": 5000.0, "upper": 1000.0}, "import-interval"),
    ({"unit": "USD"}, "import-unit"),
    ({"unit": "EUR per person"}, "import-unit"),
    ({"unit": "orders"}, "import-unit"),
    ({"outcome_kind": "count", "outcome": "orders"}, "import-unit"),
    ({"scope": "per_user", "unit": "EUR per person"}, "import-scale"),
    ({"scope": "per_period", "unit": "EUR per period"}, "import-scale"),
    ({"scope": "cost_per_incremental", "unit": "EUR per EUR"}, "import-scale"),
    ({"scope": "iroas", "unit": "EUR per EUR", "spend": 5.0, "spend_without": 5.0}, "import-scale"),
]


@pytest.mark.parametrize(("changes", "code"), BROKEN)
def test_contradictions(changes, code) -> None:
    with pytest.raises(DataError) as caught:
        analyse_import(_imported(**changes), CONTEXT)
    assert {fault.code for fault in caught.value.faults} == {code}


@pytest.mark.parametrize("changes", [{"upper": None}, {"se": 5.0}, {"interval_level": 1.0}])
def test_half_an_interval_is_refused_by_the_section(changes) -> None:
    with pytest.raises(ValueError, match="interval"):
        _imported(**changes)


@pytest.mark.parametrize(
    ("lower", "upper"), [(1000.0, 5000.0), (-500.0, 9000.0), (2900.0, 12000.0), (-9000.0, 3100.0)]
)
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_p_value_agrees_with_the_interval(lower, upper, level) -> None:
    section = _imported(lower=lower, upper=upper, level=level, spend=1000.0, money={"margin": 0.5})
    result = analyse_import(section, CONTEXT)
    for row in result.rows:
        assert row["level"] == level
        assert (row["p_value"] < 1 - level) == (not row["lower"] <= 0 <= row["upper"])
    skewed = abs((lower + upper) / 2 - 3000) > 0.05 * (upper - lower)
    assert ("imported_shape" in {finding.check for finding in result.findings}) == skewed


def test_a_platform_study_of_conversions() -> None:
    section = _imported(
        source="platform_lift",
        outcome_kind="count",
        unit="conversions",
        point=400.0,
        lower=100.0,
        upper=700.0,
        interval_level=0.9,
        spend=8000.0,
        money={"value_per_conversion": 30.0},
    )
    rows = {row["estimand"]: row for row in analyse_import(section, CONTEXT).rows}
    assert rows["cost_per_incremental"]["estimate"] == pytest.approx(20.0)
    assert rows["iroas"]["estimate"] == pytest.approx(1.5)
    assert rows["incremental_profit"]["estimate"] == pytest.approx(4000.0)
    se = 600 / (2 * 1.6448536)
    assert rows["incremental_outcome"]["se"] == pytest.approx(se, rel=1e-6)
    # Profit is zero where the increment is 8000 / 30: its p-value is the test of that.
    z = (400 - 8000 / 30) / se
    assert rows["incremental_profit"]["p_value"] == pytest.approx(math.erfc(z / math.sqrt(2)), rel=1e-6)
