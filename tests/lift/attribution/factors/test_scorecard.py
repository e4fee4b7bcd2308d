import numpy as np
import pytest

from lift.attribution.config import Factors
from lift.attribution.factors.matching import Match
from lift.attribution.factors.scorecard import decisions, scorecard_rows, scores


def by_name(claim, effect, se) -> dict[str, float]:
    """Return the scores by name."""
    arrays = (np.array(values, dtype=float) for values in (claim, effect, se))
    return {name: value for name, value, _ in scores(*arrays, 0.9)}


def test_by_hand() -> None:
    found = by_name([100, 200, 300], [50, 100, 150], [10, 10, 10])
    assert found["error"] == pytest.approx(1.0)  # the claim is twice the effect: it errs by the whole of it
    assert found["agreement"] == 0.0
    assert found["sign"] == 1.0
    assert found["ratio"] == pytest.approx(0.5)
    assert found["slope"] == pytest.approx(0.5)
    assert found["rank"] == pytest.approx(1.0)


def test_claims_that_are_true_but_for_the_noise_of_the_tests() -> None:
    generator = np.random.default_rng(0)
    claim = generator.uniform(100, 1000, 400)
    effect = claim + 60 * generator.standard_normal(400)
    found = by_name(claim, effect, np.full(400, 60.0))
    # plain squared errors would say .9 %: all of it is the tests' own noise
    assert abs(found["error"]) < 0.002
    assert found["agreement"] == pytest.approx(0.9, abs=0.05)
    assert found["slope"] == pytest.approx(1.0, abs=0.03)


def test_skill_is_below_zero_where_one_factor_is_better_and_above_where_claims_are_right() -> None:
    assert by_name([100, 200, 300], [50, 101, 149], [5, 5, 5])["skill"] < 0
    assert by_name([100, 200, 300], [100, 200, 300.5], [5, 5, 5])["skill"] > 0


def test_signs_and_too_few_tests() -> None:
    found = by_name([100, 100], [-50, 100], [10, 10])
    assert found["sign"] == 0.5
    assert np.isnan([found["slope"], found["rank"], found["skill"]]).all()
    assert np.isnan(by_name([10], [1], [5])["error"])


def test_units_are_scored_apart() -> None:
    found = [
        Match(f"t{k}", "search", 0.0, 5.0, 1.0, 10.0, 0.0, 1.0, unit)
        for k, unit in enumerate(("EUR", "orders"))
    ]
    rows = list(scorecard_rows("ads", found, Factors(), "EUR"))
    assert {(row["unit"], row["tests"]) for row in rows} == {("EUR", 1), ("orders", 1)}


DECISIONS = {
    # claimed return, measured, its error, break-even, agreement
    "both pay": ([2.0], [3.0], [0.01], 1.0, 1.0),
    "only the claim pays": ([2.0], [0.5], [0.01], 1.0, 0.0),
    "a break-even that the test does not reach": ([2.0], [1.5], [0.01], 1.8, 0.0),
    "not known by the test": ([2.0], [1.0], [0.5], 1.0, 0.5),
    "one of two": ([2.0, 0.5], [0.5, 0.2], [0.01, 0.01], 1.0, 0.5),
    "no spend known": ([np.nan], [np.nan], [np.nan], 1.0, np.nan),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_agreement_of_decisions_at_break_even(name: str) -> None:
    claim, effect, se, break_even, expected = DECISIONS[name]
    _, value, _ = decisions(*(np.array(part) for part in (claim, effect, se)), break_even)
    np.testing.assert_allclose(value, expected, atol=1e-9)
