"""Half-normal sizes and their scores: the same for NumPy, PyMC and the kernel."""

import numpy as np
import pytensor
import pytensor.tensor as pt
from scipy import stats

from mmm.kernel.maths.half_normal_sizes import FARTHEST, quantile
from mmm.model.half_normal_transform import HalfNormalScore
from mmm.problem.half_normal import score_of, size_of
from tests.mmm.kernel.from_python import compiled

SCORES = np.concatenate([np.linspace(-12, 8, 801), np.linspace(8, 34, 53)])


@compiled
def _quantiles(scores: np.ndarray, out: np.ndarray) -> None:
    for number in range(scores.shape[0]):
        out[number] = quantile(scores[number])


def in_kernel(scores: np.ndarray) -> np.ndarray:
    out = np.empty_like(scores)
    _quantiles(scores, out)
    return out


def test_a_size_has_of_the_half_normal_below_it_what_its_score_has_of_the_normal() -> None:
    below, above = SCORES[SCORES <= 0], SCORES[SCORES > 0]
    np.testing.assert_allclose(stats.halfnorm.logcdf(size_of(below)), stats.norm.logcdf(below), rtol=1e-12)
    np.testing.assert_allclose(stats.halfnorm.logsf(size_of(above)), stats.norm.logsf(above), rtol=1e-12)


def test_scores_are_the_inverse() -> None:
    np.testing.assert_allclose(score_of(size_of(SCORES)), SCORES, rtol=1e-12, atol=1e-14)


def test_the_kernel_has_the_same_sizes() -> None:
    np.testing.assert_allclose(in_kernel(SCORES), size_of(SCORES), rtol=1e-12)
    assert in_kernel(np.array([FARTHEST + 1]))[0] == np.inf


def test_the_transform_is_the_same_and_its_own_inverse_and_derivative() -> None:
    transform, score = HalfNormalScore(0.3), pt.dvector("score")
    size = transform.backward(score)
    slope = pytensor.grad(size.sum(), score)
    parts = [size, transform.forward(size), pt.exp(transform.log_jac_det(score)), slope]
    scores = np.linspace(-6, 6, 101)
    sizes, again, jacobian, derivative = pytensor.function([score], parts)(scores)
    np.testing.assert_allclose(sizes, 0.3 * size_of(scores), rtol=1e-12)
    np.testing.assert_allclose(again, scores, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(jacobian, derivative, rtol=1e-9)
