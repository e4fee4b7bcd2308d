import numpy as np
import pytest

from lift.geo.assignment import ENUMERATE_UP_TO, Mechanism, among_controls, complete, reference_sets

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
