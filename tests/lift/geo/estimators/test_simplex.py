import numpy as np
import pytest
from scipy.optimize import minimize

from lift.geo.estimators.simplex import simplex_weights

CASES = [
    # seed, rows, columns, ridge
    (0, 40, 6, 0.0),
    (1, 8, 12, 0.0),
    (2, 30, 20, 5.0),
    (3, 5, 30, 0.1),
]


@pytest.mark.parametrize(("seed", "rows", "columns", "ridge"), CASES)
def test_optimum_meets_its_conditions_and_beats_a_reference(
    seed: int, rows: int, columns: int, ridge: float
) -> None:
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(rows, columns)), random.normal(size=(4, rows))
    allowed = np.ones((4, columns), dtype=bool)
    allowed[0, :2] = False
    gram, target = x.T @ x, y @ x
    found = simplex_weights(gram, target, allowed, np.full(4, ridge))
    assert found.sum(axis=1) == pytest.approx(np.ones(4), abs=1e-12)
    assert (found >= 0).all() and (found[0, :2] == 0).all()
    for w, t, usable in zip(found, target, allowed, strict=True):
        system = gram + ridge * np.eye(columns)

        def loss(v: np.ndarray, system: np.ndarray = system, t: np.ndarray = t) -> float:
            return float(v @ system @ v / 2 - t @ v)

        gradient = system @ w - t
        level = w @ gradient
        assert gradient[usable].min() >= level - 1e-8 * (1 + abs(level))
        start = usable / usable.sum()
        bounds = [(0, 1) if u else (0, 0) for u in usable]
        sums = {"type": "eq", "fun": lambda v: v.sum() - 1}
        reference = minimize(
            loss, start, bounds=bounds, constraints=sums, method="SLSQP", options={"ftol": 1e-14}
        )
        assert loss(w) <= reference.fun + 1e-8 * (1 + abs(reference.fun))


def test_a_donor_that_is_the_treated_unit_gets_everything() -> None:
    x = np.random.default_rng(4).normal(size=(20, 5))
    found = simplex_weights(x.T @ x, (x[:, 3] @ x)[None], np.ones((1, 5), dtype=bool))
    assert found[0] == pytest.approx(np.eye(5)[3], abs=1e-9)


def test_one_usable_column() -> None:
    allowed = np.array([[False, True, False]])
    assert simplex_weights(np.eye(3), np.ones((1, 3)), allowed)[0].tolist() == [0.0, 1.0, 0.0]
