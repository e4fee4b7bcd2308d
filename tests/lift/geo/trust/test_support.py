import numpy as np
import pytest

from lift.geo.trust.support import independent_sets, separate_windows, supported, widening

WINDOWS = [
    # first periods, length, worth
    ((0,), 10, 1.0),
    ((0, 10, 20), 10, 3.0),
    ((0, 5), 10, 4 / 2.5),  # half shared: squares alike by a quarter
    ((0, 0, 0), 10, 1.0),
]


@pytest.mark.parametrize(("origins", "length", "worth"), WINDOWS)
def test_windows_that_overlap_are_worth_fewer(origins: tuple[int, ...], length: int, worth: float) -> None:
    assert separate_windows(origins, length) == pytest.approx(worth)


def test_sets_are_worth_what_their_paths_differ() -> None:
    paths = np.random.default_rng(0).normal(size=(4, 5000))
    assert independent_sets(paths) == pytest.approx(4, rel=0.01)
    assert independent_sets(np.repeat(paths[:1], 6, axis=0)) == pytest.approx(1)
    half = np.stack([paths[0] + paths[1], paths[0] + paths[2]])  # correlated by one half
    assert independent_sets(half) == pytest.approx(4 / 2.5, rel=0.02)
    assert independent_sets(np.zeros((3, 8))) == 3.0  # nothing moves: no more can be said


def test_widening_is_the_share_at_the_level() -> None:
    rows = [np.array([k / 10, 1.0, 1.0, 1.0]) for k in range(1, 21)]
    assert widening(rows, 0.7) == pytest.approx(1.4)  # 14 of 20
    assert widening(rows, 0.5) == pytest.approx(1.0)


def test_few_pseudo_tests_support_little() -> None:
    found = [supported(1.5, effective, 0.9) for effective in (1e-9, 5, 20, 1e9)]
    assert found == sorted(found)
    assert found[0] == pytest.approx(1) and found[-1] == pytest.approx(1.5)
    # at 90 % the error of the log factor is .885 over the root of the number: 19.6 tests weigh as much as what is known
    assert supported(1.5, 19.6, 0.9) == pytest.approx(1.5**0.5, rel=2e-3)
    assert supported(np.inf, 100, 0.9) == 1.0 == supported(1.0, 100, 0.9)
