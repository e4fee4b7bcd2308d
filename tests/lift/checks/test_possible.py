import numpy as np
import pytest

from lift.checks.arrivals import check_days
from lift.checks.possible import impossible
from lift.checks.sample_ratio import check_balance


def _sums(**changes: float) -> dict[str, np.ndarray]:
    orders, before = np.array([10.0, 20.0, 30.0]), np.array([1.0, 2.0, 3.0, 0.0, 5.0])
    plain = {
        "users": 5.0,
        "converters": 3.0,
        "revenue": orders.sum(),
        "revenue_squared": (orders**2).sum(),
        "covariate": before.sum(),
        "covariate_squared": (before**2).sum(),
        "covariate_revenue": (orders * before[:3]).sum(),
        "covariate_converters": before[:3].sum(),
        "exposed": 4.0,
        "exposed_converters": 3.0,
    }
    return {role: np.array([value]) for role, value in {**plain, **changes}.items()}


def test_sums_of_people_are_possible() -> None:
    assert impossible(_sums()) == {}
    same = _sums(revenue=30.0, revenue_squared=300.0)
    assert impossible({key: same[key] for key in ("users", "converters", "revenue", "revenue_squared")}) == {}


CASES = [
    ({"converters": 6.0}, "more converters"),
    # whole numbers may have been rounded: 60 may have been 59.5, whose squares are at least 1180
    ({"revenue_squared": 1179.0}, "squared revenue"),
    ({"revenue": 60.01, "revenue_squared": 1199.5}, "squared revenue"),
    ({"converters": 0.0}, "revenue without"),
    ({"covariate_squared": 21.0}, "squared covariate"),
    ({"covariate_revenue": 900.0}, "covariate times revenue"),
    ({"covariate_converters": 40.0}, "covariate of converters"),
    ({"exposed": 6.0}, "more exposed people"),
    ({"exposed": 2.0}, "more exposed converters"),
]


@pytest.mark.parametrize(("changes", "words"), CASES)
def test_each_rule(changes, words) -> None:
    assert any(sentence.startswith(words) for sentence in impossible(_sums(**changes)))


@pytest.mark.parametrize("decimals", [0, 1, 2, 4])
def test_rounded_exports_are_possible(decimals: int) -> None:
    """Rows with one buyer each, as exports round them: the square of the rounded sum exceeds the rounded square."""
    orders = np.random.default_rng(1).lognormal(4, 1, 2000)
    ones = np.ones(2000)
    sums = {"users": ones * 9, "converters": ones, "revenue": orders.round(decimals)}
    assert impossible({**sums, "revenue_squared": (orders**2).round(decimals)}) == {}
    assert impossible({**sums, "revenue_squared": (0.9 * orders**2).round(decimals)}) != {}


@pytest.mark.parametrize(("gap", "status"), [(0.0, "pass"), (0.2, "pass"), (0.5, "warning")])
def test_balance(gap, status) -> None:
    assert check_balance("test", (1.0, 0.005), {"treated": (1.0 + gap, 0.005)})[0].status == status


@pytest.mark.parametrize(("days", "status"), [((0, 1, 2), "pass"), ((0, 1, 4), "warning")])
def test_missing_days(days, status) -> None:
    found = check_days("test", days, [str(day) for day in days])
    assert found[0].status == status
    assert check_days("test", (0,), ["0"]) == []
