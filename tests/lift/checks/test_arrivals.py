import numpy as np
import pytest

from lift.checks.arrivals import check_assigned, check_regular, dispersion, repeated, too_even

GENERATOR = np.random.default_rng(15)
ARRIVALS = GENERATOR.poisson(300, (2, 3, 14)).astype(float)
QUOTA = np.stack([GENERATOR.binomial(1000, 0.2, (3, 14)), np.zeros((3, 14))])
QUOTA[1] = 1000 - QUOTA[0]
ACTIVE = GENERATOR.binomial(1000, 0.95, (2, 3, 14)).astype(float)
FIXED = np.full((2, 3, 14), 1000.0)


@pytest.mark.parametrize(
    ("users", "same"), [(ARRIVALS, False), (QUOTA, False), (ACTIVE, False), (FIXED, True)]
)
def test_the_same_people_every_day(users, same) -> None:
    assert repeated(users) is same


@pytest.mark.parametrize(("users", "status"), [(ARRIVALS, "pass"), (QUOTA, "pass"), (ACTIVE, "warning")])
def test_counts_that_are_too_even(users, status) -> None:
    assert [finding.status for finding in check_regular("test", users)] == [status]


def test_people_active_each_day_are_refused() -> None:
    """Fourteen days of which each has nearly the same people, as in a table of daily active users."""
    daily = np.round(20_000 + GENERATOR.normal(0, 12, (2, 1, 14)))
    found = dispersion(daily)
    assert found is not None and found[0] < 0.02 and found[1] < 1e-20
    assert "active on most days" in too_even(daily)
    assert too_even(ACTIVE) and not too_even(ARRIVALS) and not too_even(QUOTA)
    assert not too_even(daily[:, :, :4])


def test_few_days_say_nothing() -> None:
    assert check_regular("test", FIXED[:, :, :4]) == []
    assert not repeated(FIXED[:, :, :4])


@pytest.mark.parametrize(("counted", "status"), [(1000, "pass"), (995, "warning"), (900, "failure")])
def test_assigned(counted, status) -> None:
    assert check_assigned("test", "control", counted, 1000)[0].status == status
