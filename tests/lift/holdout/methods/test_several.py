import numpy as np
import pytest
from scipy.special import ndtri

from lift.holdout.methods.interval import normal_answer
from lift.holdout.methods.several import bonferroni_level, dunnett, dunnett_level, holm, probability_within

DUNNETT = [(2, 2.21), (3, 2.35), (5, 2.51), (9, 2.69)]
"""Arms against one control of the same size, two-sided 5 %, infinite degrees of freedom (Dunnett 1964, table II)."""


@pytest.mark.parametrize(("arms", "critical"), DUNNETT)
def test_dunnett_table(arms, critical) -> None:
    level = dunnett_level(0.95, [np.sqrt(0.5)] * arms)
    assert -ndtri((1 - level) / 2) == pytest.approx(critical, abs=5e-3)


def test_probability_by_simulation() -> None:
    loadings = np.array([0.3, 0.6, 0.8])
    generator = np.random.default_rng(9)
    shared = generator.normal(size=(400_000, 1))
    own = generator.normal(size=(400_000, 3))
    values = loadings * shared + np.sqrt(1 - loadings**2) * own
    share = (np.abs(values) <= 2.1).all(axis=1).mean()
    assert probability_within(2.1, loadings) == pytest.approx(share, abs=6 * np.sqrt(0.1 * 0.9 / 400_000))


def test_together_is_between_alone_and_bonferroni() -> None:
    loadings = [0.7, 0.7]
    alone = normal_answer(2.1, 1.0, level=0.95, method="Wald")
    together = dunnett(
        normal_answer(2.1, 1.0, level=dunnett_level(0.95, loadings), method="Wald"), 0.95, loadings
    )
    assert alone.p_value < together.p_value < 2 * alone.p_value
    assert (
        alone.lower
        > together.lower
        > normal_answer(2.1, 1.0, level=bonferroni_level(0.95, 2), method="").lower
    )
    assert together.level == 0.95
    assert "2 arms" in together.method


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03]) == [pytest.approx(0.03), pytest.approx(0.06), pytest.approx(0.06)]
    assert holm([0.9]) == [0.9]
