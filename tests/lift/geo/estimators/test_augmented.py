import numpy as np
import pytest

from benchmarks.lift_worlds import GeoWorld, simulate_panel
from lift.geo.estimators.augmented import _RidgeProblems, augmented_synthetic_control
from lift.geo.estimators.synthetic_control import fit_simplex

SPLIT = 50
PANEL = simulate_panel(GeoWorld(10, 60), 8)
SETS = np.array([np.isin(np.arange(10), pair) for pair in ([0, 4], [2, 9])])
BEFORE = PANEL[:, :SPLIT] - PANEL[:, :SPLIT].mean(axis=1, keepdims=True)
SIMPLEX = fit_simplex(BEFORE, SETS)
RESIDUAL = (SETS / 2 - SIMPLEX) @ BEFORE


def _direct(row: int, penalty: float, periods: np.ndarray) -> np.ndarray:
    """Ridge on donors centred by period, written out."""
    donors = ~SETS[row]
    x = BEFORE[donors]
    x = (x - x.mean(axis=0))[:, periods]
    found = np.zeros(10)
    found[donors] = np.linalg.solve(x @ x.T + penalty * np.eye(donors.sum()), x @ RESIDUAL[row, periods])
    return found


@pytest.mark.parametrize("penalty", [1e2, 1e4, 1e6])
def test_correction_is_the_ridge_of_the_paper(penalty: float) -> None:
    found = _RidgeProblems(BEFORE, SETS, RESIDUAL).correction(np.full(2, penalty))
    for row in range(2):
        assert found[row] == pytest.approx(_direct(row, penalty, np.arange(SPLIT)), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("penalty", [1e3, 1e5])
def test_left_out_errors_are_those_of_refits(penalty: float) -> None:
    found = _RidgeProblems(BEFORE, SETS, RESIDUAL).left_out_errors(penalty)
    for row in range(2):
        for t in (0, 17, SPLIT - 1):
            kept = np.arange(SPLIT) != t
            error = RESIDUAL[row, t] - _direct(row, penalty, kept) @ BEFORE[:, t]
            assert found[row, t] == pytest.approx(error, rel=1e-6)


def test_weights_sum_to_one_and_fit_at_least_as_well() -> None:
    found = augmented_synthetic_control(PANEL, SETS, SPLIT).unit
    assert found.sum(axis=1) == pytest.approx(np.ones(2))
    better = np.linalg.norm((SETS / 2 - found) @ BEFORE, axis=1)
    assert (better <= np.linalg.norm(RESIDUAL, axis=1) + 1e-9).all()
