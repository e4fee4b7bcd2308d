"""Evidence in the kernel: its gradient against finite differences, and no trace of it where there is none."""

from typing import Any

import numpy as np
import pytest

from mmm.calibration import Calibration
from mmm.config import Bias, CalibrateConfig, MmmConfig
from mmm.kernel.compiled import KernelModel, build_kernel
from mmm.problem.problem import Problem, build_problem
from tests.mmm.calibration_evidence import evidences
from tests.mmm.random_panels import Shape, random_panel

LOG = {"likelihood": {"family": "lognormal"}}
CASES: list[tuple[str, Shape, dict[str, Any], Bias]] = [
    ("national", Shape(paid=3), {}, Bias()),
    ("geos", Shape(geos=3, paid=3, missing=1), {}, Bias()),
    ("log link", Shape(geos=2, paid=3), LOG, Bias()),
    ("log link, independent", Shape(paid=3), {"likelihood": {"family": "lognormal", "autocorrelation": False}}, Bias()),
    ("no bias", Shape(paid=3), {}, Bias(people=0, geos=0, platform=0, imported=0, age=0)),
    ("age alone", Shape(geos=2, paid=3), LOG, Bias(people=0, geos=0, platform=0, imported=0)),
]  # fmt: skip


def problem_of(shape: Shape, sections: dict[str, Any], bias: Bias) -> Problem:
    panel = random_panel(shape, seed=5)
    calibration = Calibration(CalibrateConfig(bias=bias), evidences(panel))
    return build_problem(panel, MmmConfig.model_validate(sections), calibration)


def differences(kernel: KernelModel, point: np.ndarray) -> np.ndarray:
    """Return the gradient by central differences of two widths, their first error taken out."""
    slopes = []
    for step in (1e-4, 2e-4):
        for number in range(len(point)):
            ends = []
            for sign in (1, -1):
                moved = point.copy()
                moved[number] += sign * step
                ends.append(kernel.log_density(moved)[0])
            slopes.append((ends[0] - ends[1]) / (2 * step))
    near, far = np.array(slopes).reshape(2, -1)
    return (4 * near - far) / 3


@pytest.mark.parametrize(("name", "shape", "sections", "bias"), CASES, ids=[case[0] for case in CASES])
def test_the_gradient_is_that_of_finite_differences(
    name: str, shape: Shape, sections: dict[str, Any], bias: Bias
) -> None:
    problem = problem_of(shape, sections, bias)
    kernel = build_kernel(problem)
    rng = np.random.default_rng(4)
    for _ in range(3):
        point = problem.layout.centre + 0.3 * rng.normal(size=problem.layout.size)
        gradient = kernel.log_density(point)[1]
        np.testing.assert_allclose(gradient, differences(kernel, point), rtol=1e-6, atol=1e-6)


def test_a_model_without_evidence_is_computed_as_if_there_were_none_of_it() -> None:
    problem = problem_of(Shape(geos=2, paid=3), {}, Bias())
    plain = problem.with_replay(None)
    panel_alone = build_problem(problem.panel, problem.config)
    point = plain.layout.centre + 0.2
    kernel = build_kernel(plain)
    assert kernel.buffer.size < build_kernel(problem).buffer.size
    assert kernel.buffer.size == build_kernel(panel_alone).buffer.size
    assert (
        kernel.log_density(point)[0]
        != build_kernel(problem).log_density(
            np.concatenate([point, np.zeros(problem.layout.size - len(point))])
        )[0]
    )
