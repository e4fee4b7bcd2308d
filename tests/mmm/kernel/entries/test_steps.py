"""The steps, called one after another by their addresses in the buffer, are the log-density and its gradient."""

import ctypes
from typing import Any

import numpy as np
import pytest

from mmm.calibration import Calibration
from mmm.config import Bias, CalibrateConfig, MmmConfig
from mmm.kernel.buffer.header import Head
from mmm.kernel.compiled import KernelModel, build_kernel
from mmm.kernel.entries.parts import STEPS
from mmm.problem.problem import build_problem
from tests.mmm.calibration_evidence import evidences
from tests.mmm.random_panels import Shape, random_panel

STEP = ctypes.CFUNCTYPE(ctypes.c_double, *[ctypes.c_void_p] * 4, ctypes.c_int64)
PLACES = range(Head.CALL_PRIORS, Head.CALL_MEDIA_BACK + 1)


@pytest.fixture(scope="module")
def kernels() -> dict[str, KernelModel]:
    """A model with experiments, and the same without them."""
    panel = random_panel(Shape(geos=2, paid=3), seed=5)
    calibration = Calibration(CalibrateConfig(bias=Bias()), evidences(panel))
    problem = build_problem(panel, MmmConfig(), calibration)
    return {"calibrated": build_kernel(problem), "plain": build_kernel(problem.with_replay(None))}


def stepped(kernel: KernelModel, point: np.ndarray, size: int) -> tuple[list[float], np.ndarray]:
    """Return what each step adds to the log-density, and the gradient behind the last."""
    memory: Any = np.full(int(kernel.buffer[Head.WORK]), np.nan)
    slope = np.full(size, np.nan)
    pointers = [array.ctypes.data for array in (kernel.buffer, point, memory, slope)]
    addresses = [int(kernel.buffer[place]) for place in PLACES if kernel.buffer[place] != 0]
    return [STEP(address)(*pointers, size) for address in addresses], slope


@pytest.mark.parametrize("name", ["calibrated", "plain"])
def test_steps_add_up_to_the_log_density(name: str, kernels: dict[str, KernelModel]) -> None:
    kernel = kernels[name]
    point = kernel.layout.centre + 0.1 * np.random.default_rng(3).normal(size=kernel.layout.size)
    value, gradient = kernel.log_density(point)
    added, slope = stepped(kernel, point, len(point))
    assert sum(added) == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(slope, gradient, rtol=1e-12, atol=1e-12 * np.abs(gradient).max())
    size, expanded = kernel.sizes
    kept = stepped(kernel, point, expanded)[1][size:]
    np.testing.assert_allclose(kept, kernel.keep(point[None])[0][size:], rtol=1e-12)


def test_only_a_model_with_experiments_calls_them(kernels: dict[str, KernelModel]) -> None:
    assert kernels["plain"].buffer[Head.CALL_EVIDENCE] == 0
    assert kernels["calibrated"].buffer[Head.CALL_EVIDENCE] != 0
    assert {place for place in PLACES if kernels["plain"].buffer[place] == 0} == {Head.CALL_EVIDENCE}
    assert {*PLACES, Head.CALL_LOG_DENSITY} == {*STEPS, Head.CALL_EVIDENCE}
