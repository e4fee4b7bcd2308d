import numpy as np
import pytest
from scipy import optimize, sparse

from mmm.plan.search.polytope import Polytope


def polytope(rows: list[list[float]], least: list[float], most: list[float], upper: float = 5.0) -> Polytope:
    count = len(rows[0]) if rows else 4
    return Polytope(
        np.zeros(count),
        np.full(count, upper),
        sparse.csr_matrix(np.array(rows)),
        np.array(least),
        np.array(most),
    )


ONE_TOTAL = polytope([[1, 1, 1, 1]], [-np.inf], [7.0])
FLOOR = polytope([[1, 1, 1, 1]], [12.0], [15.0])
GROUPS = polytope([[1, 1, 1, 1], [1, 1, 0, 0], [0, 1, -1, 0]], [2.0, -np.inf, -1.0], [7.0, 3.0, 1.0])


@pytest.mark.parametrize("within", [ONE_TOTAL, FLOOR, GROUPS])
def test_projections_are_the_nearest_amounts(within: Polytope) -> None:
    rng = np.random.default_rng(1)
    for far in (1.0, 30.0):
        y = rng.normal(3, far, 4)
        found = within.project(y)
        assert within.excess(found) <= 1e-6
        known = optimize.minimize(
            lambda z, y=y, far=far: ((z - y) ** 2).sum() / far,
            np.full(4, 1.0),
            method="SLSQP",
            bounds=[(0, 5)] * 4,
            constraints=optimize.LinearConstraint(within.matrix.toarray(), within.least, within.most),
            options={"ftol": 1e-12},
        )
        np.testing.assert_allclose(found, known.x, atol=1e-3)


def test_amounts_far_away_keep_their_total_to_the_last_digit() -> None:
    for power in range(7):
        found = ONE_TOTAL.project(np.array([1.0, -2.0, 3.0, 0.5]) * 10.0**power * 5)
        assert found.sum() <= 7.0
        assert found.sum() >= min(7.0, 5.0)


@pytest.mark.parametrize("within", [ONE_TOTAL, FLOOR, GROUPS])
def test_the_best_amounts_are_those_of_a_linear_program(within: Polytope) -> None:
    returns = np.array([3.0, -1.0, 2.0, 2.5])
    known = optimize.linprog(
        -returns,
        A_ub=np.vstack(
            [
                within.matrix.toarray()[np.isfinite(within.most)],
                -within.matrix.toarray()[np.isfinite(within.least)],
            ]
        ),
        b_ub=np.concatenate(
            [within.most[np.isfinite(within.most)], -within.least[np.isfinite(within.least)]]
        ),
        bounds=(0, 5),
    )
    found = within.best(returns)
    assert returns @ found == pytest.approx(-known.fun)
    assert within.excess(found) <= 1e-9


def test_amounts_are_fitted_with_the_least_change_and_impossible_ones_are_refused() -> None:
    assert GROUPS.excess(GROUPS.fitted(np.array([3.0, 3.0, 1.0, 0.0]))) <= 1e-9
    with pytest.raises(ValueError, match="no amounts"):
        polytope([[1, 1, 1, 1]], [30.0], [40.0], upper=5.0).with_sum(np.ones(4), -np.inf, 3.0).fitted(
            np.ones(4)
        )
