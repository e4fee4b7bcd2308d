from itertools import combinations

import numpy as np
import pytest

from lift.geo.data.assignment import (
    ENUMERATE_UP_TO,
    Mechanism,
    among_controls,
    complete,
    reference_sets,
    understatement,
)

PAIRS = Mechanism(((0, 1), (2, 3), (4, 5)), (1, 1, 1))
CASES = [
    # mechanism, treated units, number of assignments
    (complete(10, 5), (0, 1, 2, 3, 4), 252),
    (PAIRS, (0, 2, 4), 8),
    (Mechanism(((0, 1, 2), (3, 4, 5, 6)), (1, 2)), (0, 3, 4), 18),
]


@pytest.mark.parametrize(("mechanism", "treated", "count"), CASES)
def test_few_assignments_are_all_used_once(
    mechanism: Mechanism, treated: tuple[int, ...], count: int
) -> None:
    observed = np.isin(np.arange(sum(map(len, mechanism.strata))), treated)
    found = reference_sets(observed, mechanism, 50, seed=0)
    assert mechanism.count == count and found.exhaustive
    assert found.treated.shape[0] == count == len({tuple(row) for row in found.treated})
    assert (found.treated[0] == observed).all()
    for stratum, size in zip(mechanism.strata, mechanism.treated, strict=True):
        assert (found.treated[:, list(stratum)].sum(axis=1) == size).all()


def test_many_assignments_are_sampled_without_repeats() -> None:
    observed = np.arange(40) < 4
    found = reference_sets(observed, complete(40, 4), 300, seed=1)
    assert complete(40, 4).count > ENUMERATE_UP_TO and not found.exhaustive
    assert found.treated.shape == (301, 40) and len({tuple(row) for row in found.treated}) == 301
    again = reference_sets(observed, complete(40, 4), 300, seed=1)
    assert (again.treated == found.treated).all()


def test_controls_alone_where_they_suffice() -> None:
    observed = np.arange(20) < 3
    apart = among_controls(observed, 0.9)
    assert apart is not None
    found = reference_sets(observed, apart, 100, seed=0).treated
    assert not found[1:, :3].any() and (found.sum(axis=1) == 3).all()
    assert among_controls(np.arange(10) < 5, 0.9) is None  # too many treated
    assert among_controls(np.arange(12) < 1, 0.9) is None  # 11 sets cannot reject at 10 % with room to spare


def test_understatement_is_what_few_control_geos_hide() -> None:
    """Difference in differences on equal normal geos, all pairs of 18 controls as references: 40,000 tests without effect."""
    observed = np.arange(20) < 2
    error = np.random.default_rng(7).normal(size=(40_000, 20))
    pairs = np.array(list(combinations(range(2, 20), 2)))
    controls = error[:, 2:].sum(axis=1)
    # Each over its standard deviation; references are compared with the other controls alone.
    found = np.abs(error[:, :2].mean(axis=1) - controls / 18) / (1 / 2 + 1 / 18) ** 0.5
    total = error[:, pairs].sum(axis=2)
    others = np.abs(total / 2 - (controls[:, None] - total) / 16) / (1 / 2 + 1 / 16) ** 0.5

    def rejected(factor: float) -> float:
        return float(((1 + (others * factor >= found[:, None]).sum(axis=1)) / 154 < 0.05).mean())

    factor = understatement(observed, 0.95)
    nominal, noise = 7 / 154, 5 * (0.05 * 0.95 / 40_000) ** 0.5
    assert factor == pytest.approx(2.1098 / 1.9600, abs=1e-4)  # Student's t, 17 degrees, over the normal
    assert abs(rejected(factor) - nominal) < noise < rejected(1.0) - nominal


FACTORS = [
    # treated, units, why it is 1
    (1, 40, "a single geo's rank is exact"),
    (6, 20, "more than a quarter: references may hold treated geos"),
    (2, 8, "the level is out of reach among the controls"),
]


@pytest.mark.parametrize(("treated", "units", "why"), FACTORS)
def test_understatement_is_nothing_where_ranks_are_exact(treated: int, units: int, why: str) -> None:
    assert understatement(np.arange(units) < treated, 0.95) == 1.0, why
