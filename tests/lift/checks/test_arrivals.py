import numpy as np
import pytest

from lift.checks.arrivals import check_assigned, check_regular, repeated

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


def test_few_days_say_nothing() -> None:
    assert check_regular("test", FIXED[:, :, :4]) == []
    assert not repeated(FIXED[:, :, :4])


@pytest.mark.parametrize(("counted", "status"), [(1000, "pass"), (995, "warning"), (900, "failure")])
def test_assigned(counted, status) -> None:
    assert check_assigned("test", "control", counted, 1000)[0].status == status
