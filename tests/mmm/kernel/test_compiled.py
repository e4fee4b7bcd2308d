"""The kernel is the PyMC model: same log-density, same gradient, same variables, wherever it claims to cover it."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytensor
import pytest
from pytensor.compile import Mode
from pytensor.tensor import TensorVariable

from mmm.kernel.compiled import build_kernel
from mmm.model.build import build_model
from mmm.problem.problem import build_problem
from mmm.problem.vector import Layout
from mmm.sampling.nutpie_model import JITTER
from tests.mmm.kernel.agreement_cases import CASES, WAYS, Case, config_of, panel_of

TOLERANCE = 1e-9
POINTS = 4
PLAIN = Mode(linker="py", optimizer=None)
"""The graph as it was written: nothing rewritten, and a tenth of the compile time."""
TWINS = {"identity": "", "log": "_log__", "logit": "_logodds__", "half_normal": "_score__"}
"""Suffix of the unconstrained variable that PyMC samples instead."""
DERIVED = (
    "media_value",
    "coefficient",
    "intercept",
    "drift_coefficient",
    "shock_coefficient",
    "autocorrelation",
)


def as_inputs(point: np.ndarray, layout: Layout) -> dict[str, np.ndarray]:
    """Return an unconstrained vector of the kernel as PyMC's value variables."""
    return {
        block.name + TWINS[block.transform]: point[block.start : block.start + block.size].reshape(
            block.shape
        )
        for block in layout.blocks
    }


def random_points(layout: Layout, seed: int) -> np.ndarray:
    """Return points spread as the prior is, shape (point, parameter)."""
    sd = np.concatenate([block.sd for block in layout.blocks])
    return layout.centre + sd * np.random.default_rng(seed).normal(size=(POINTS, layout.size))


@cache
def reference(name: str) -> tuple[Any, Callable[..., list[np.ndarray]], list[str], list[str]]:
    """Return the kernel of a case, PyMC's function for the same, and the names of its gradients and variables."""
    case = next(case for case in CASES if case.name == name)
    panel, config = panel_of(case), config_of(case)
    model = build_model(build_problem(panel, config))
    density: TensorVariable = model.logp()
    inputs = model.value_vars
    derived = [variable for variable in model.deterministics if variable.name in DERIVED]
    natural = model.replace_rvs_by_values(derived)
    function = pytensor.function(
        inputs,
        [density, *pytensor.grad(density, inputs), *natural],
        mode="FAST_COMPILE",
        on_unused_input="ignore",
    )
    return (
        build_kernel(build_problem(panel, config)),
        function,
        [v.name for v in inputs],
        [v.name for v in derived],
    )


def test_the_cases_hold_every_pair_of_families_in_both_orders() -> None:
    dealt = [
        (channel.adstock.family, channel.saturation.family, channel.order)
        for case in CASES
        for channel in config_of(case).channels.values()
    ]
    assert sorted(dealt) == sorted(WAYS)
    assert {case.likelihood.get("family", "student_t") for case in CASES} == {
        "normal",
        "student_t",
        "lognormal",
    }
    assert {case.geo.get("pooling", "partial") for case in CASES if case.shape.geos > 1} == {
        "partial",
        "full",
        "none",
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_log_density_and_gradient_are_those_of_pymc(case: Case) -> None:
    kernel, function, names, _ = reference(case.name)
    for point in random_points(kernel.layout, seed=7):
        value, gradient = kernel.log_density(point)
        expected, *slopes = function(**as_inputs(point, kernel.layout))
        blocks = dict(zip(names, slopes, strict=False))
        assert set(blocks) == set(as_inputs(point, kernel.layout))
        assert value == pytest.approx(float(expected), rel=TOLERANCE)
        ordered = [np.ravel(blocks[block.name + TWINS[block.transform]]) for block in kernel.layout.blocks]
        flat = np.concatenate(ordered)
        # Slopes that are sums of large terms of both signs are held to the largest of them.
        np.testing.assert_allclose(gradient, flat, rtol=TOLERANCE, atol=1e-11 * np.abs(flat).max())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_kept_draws_become_the_variables_of_pymc(case: Case) -> None:
    kernel, function, names, derived = reference(case.name)
    points = random_points(kernel.layout, seed=8)
    variables = kernel.posterior(kernel.keep(np.array(points)))
    assert set(derived) <= set(variables.data_vars)
    for draw, point in enumerate(points):
        values = function(**as_inputs(point, kernel.layout))[1 + len(names) :]
        for name, value in zip(derived, values, strict=True):
            np.testing.assert_allclose(
                variables[name].values[draw], value, rtol=1e-9, atol=1e-12, err_msg=name
            )


def test_the_kernel_has_the_variables_of_the_model() -> None:
    case = CASES[5]
    panel, config = panel_of(case), config_of(case)
    model, kernel, _ = build_model(build_problem(panel, config)), *reference(case.name)[:2]
    kept = np.zeros((1, kernel.layout.size + len(panel.geos) * (len(panel.channels) + 1)))
    ours = kernel.posterior(kept)
    assert set(ours.data_vars) == {v.name for v in [*model.free_RVs, *model.deterministics]}
    for name in ours.data_vars:
        assert ours[name].dims[1:] == tuple(model.named_vars_to_dims.get(str(name), ())), name
    for dim in set(ours.dims) - {"draw"}:
        assert list(ours[dim].values) == list(model.coords[str(dim)]), dim


def test_chains_start_near_the_mode_and_apart() -> None:
    kernel = reference("geos_default")[0]
    top = kernel.find_mode()
    sampler = kernel.for_sampler(top)
    starts = [sampler.initial_point_func(seed) for seed in (1, 2)]
    for start in starts:
        assert np.all(np.abs(start - top) <= JITTER * kernel.layout.spread)
        assert np.isfinite(kernel.log_density(start)[0])
    assert not np.any(starts[0] == starts[1])
    assert kernel.log_density(top)[0] > kernel.log_density(kernel.layout.centre)[0]
