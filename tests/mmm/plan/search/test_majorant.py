import numpy as np
import pytest

from mmm.plan.config import PlanConfig
from mmm.plan.search.majorant import majorised
from tests.mmm.plan.planning_cases import case, problem_of


@pytest.mark.parametrize("slope", [0.7, 1.0, 1.6, 3.0])
def test_the_function_above_is_concave_and_never_below(slope: float) -> None:
    _, kept, outcome = case(PlanConfig(flighting="free"), 12, problem_of(geos=2), slope=slope, harmful=0.6)
    most = kept.amounts.money(kept.polytope.upper)
    above = majorised(outcome, most)
    rng = np.random.default_rng(4)
    paths = [most * rng.uniform(0, 1, most.shape) ** 2 for _ in range(6)] + [np.zeros_like(most), most]

    def weigh(draws: np.ndarray) -> np.ndarray:
        return np.full(len(draws), 1 / len(draws))

    values = [above.value_and_gradient(path, weigh) for path in paths]
    for path, (value, _) in zip(paths, values, strict=True):
        assert (value >= outcome.brought(path) - 1e-9 * np.abs(value).max()).all()
    for one, (value, gradient) in zip(paths, values, strict=True):
        for other, (there, _) in zip(paths, values, strict=True):
            assert there.mean() <= value.mean() + (gradient * (other - one)).sum() + 1e-9 * abs(value.mean())


def test_where_slopes_are_at_most_one_and_nothing_harms_it_is_the_outcome_itself() -> None:
    window, kept, outcome = case(PlanConfig(flighting="free"), 12, slope=0.6, harmful=0.0)
    above = majorised(outcome, kept.amounts.money(kept.polytope.upper))
    np.testing.assert_allclose(above.brought(window.current), outcome.brought(window.current), rtol=5e-3)
