"""The kernel is the PyMC model: same log-density, same gradient, same variables, wherever it claims to cover it."""

import functools
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytensor
import pytest
from pytensor.compile import Mode
from pytensor.tensor import TensorVariable

from mmm.kernel.compiled import KernelModel, build_kernel
from mmm.model.build import build_model
from mmm.problem.problem import build_problem
from mmm.problem.vector import Layout
from mmm.sampling.nutpie_model import JITTER
from tests.mmm.kernel.agreement_cases import CASES, WAYS, Case, calibration_of, config_of, panel_of

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


@dataclass(frozen=True, slots=True)
class Reference:
    """A case with and without its experiments, in the kernel and in PyMC.

    Parameters
    ----------
    plain, calibrated : KernelModel
    function : callable
        From PyMC's value variables to density and slopes without experiments, the same with them, and derived variables.
    inputs, of_evidence, derived : list of str
        What it takes, which of these are of experiments alone, and what it returns last.
    """

    plain: KernelModel
    calibrated: KernelModel
    function: Callable[..., list[np.ndarray]]
    inputs: list[str]
    of_evidence: list[str]
    derived: list[str]


def one_by_one(terms: list[TensorVariable]) -> TensorVariable:
    """Return the sum of all elements; PyTensor's own sum of many terms is more than its Python code can add at once."""
    return functools.reduce(operator.add, [term.sum() for term in terms])


@cache
def reference(name: str) -> Reference:
    """Return a case in the kernel and in PyMC, which compiles both densities at once: they share all but the experiments."""
    case = next(case for case in CASES if case.name == name)
    problem = build_problem(panel_of(case), config_of(case), calibration_of(case))
    model = build_model(problem)
    own = [v for v in model.free_RVs if v.name.startswith("evidence")]
    shared_rvs = [v for v in (*model.free_RVs, *model.observed_RVs) if v not in own]
    plain = one_by_one(model.logp(shared_rvs, sum=False))
    whole = one_by_one([plain, *model.logp([*own, *model.potentials], sum=False)])
    inputs = model.value_vars
    of_evidence = [model.rvs_to_values[v] for v in own]
    shared = [v for v in inputs if v not in of_evidence]
    derived = [variable for variable in model.deterministics if variable.name in DERIVED]
    outputs = [plain, *pytensor.grad(plain, shared), whole, *pytensor.grad(whole, inputs)]
    outputs += model.replace_rvs_by_values(derived)
    function = pytensor.function(inputs, outputs, mode=PLAIN, on_unused_input="ignore")
    return Reference(
        build_kernel(problem.with_replay(None)),
        build_kernel(problem),
        function,
        [v.name for v in inputs],
        [v.name for v in of_evidence],
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
    both = reference(case.name)
    shared = [name for name in both.inputs if name not in both.of_evidence]
    for point in random_points(both.calibrated.layout, seed=7):
        found = both.function(**as_inputs(point, both.calibrated.layout))
        hold_equal(both.plain, point[: both.plain.layout.size], shared, found[: len(shared) + 1])
        hold_equal(both.calibrated, point, both.inputs, found[len(shared) + 1 :])


def hold_equal(kernel: KernelModel, point: np.ndarray, names: list[str], found: list[np.ndarray]) -> None:
    """Hold value and gradient of the kernel equal to PyMC's."""
    value, gradient = kernel.log_density(point)
    blocks = dict(zip(names, found[1:], strict=False))
    assert set(blocks) == set(as_inputs(point, kernel.layout))
    assert value == pytest.approx(float(found[0]), rel=TOLERANCE)
    ordered = [np.ravel(blocks[block.name + TWINS[block.transform]]) for block in kernel.layout.blocks]
    flat = np.concatenate(ordered)
    # Slopes that are sums of large terms of both signs are held to the largest of them.
    np.testing.assert_allclose(gradient, flat, rtol=TOLERANCE, atol=1e-11 * np.abs(flat).max())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_kept_draws_become_the_variables_of_pymc(case: Case) -> None:
    both = reference(case.name)
    kernel = both.calibrated
    points = random_points(kernel.layout, seed=8)
    variables = kernel.posterior(kernel.keep(np.array(points)))
    assert set(both.derived) <= set(variables.data_vars)
    for draw, point in enumerate(points):
        values = both.function(**as_inputs(point, kernel.layout))[-len(both.derived) :]
        for name, value in zip(both.derived, values, strict=True):
            np.testing.assert_allclose(
                variables[name].values[draw], value, rtol=1e-9, atol=1e-12, err_msg=name
            )


def test_the_kernel_has_the_variables_of_the_model() -> None:
    case = CASES[5]
    panel, config = panel_of(case), config_of(case)
    kernel = reference(case.name).calibrated
    model = build_model(build_problem(panel, config, calibration_of(case)))
    kept = np.zeros((1, kernel.layout.size + len(panel.geos) * (len(panel.channels) + 1)))
    ours = kernel.posterior(kept)
    assert set(ours.data_vars) == {v.name for v in [*model.free_RVs, *model.deterministics]}
    for name in ours.data_vars:
        assert ours[name].dims[1:] == tuple(model.named_vars_to_dims.get(str(name), ())), name
    for dim in set(ours.dims) - {"draw"}:
        assert list(ours[dim].values) == list(model.coords[str(dim)]), dim


def test_chains_start_near_the_mode_and_apart() -> None:
    kernel = reference("geos_default").calibrated
    top = kernel.find_mode()
    sampler = kernel.for_sampler(top)
    starts = [sampler.initial_point_func(seed) for seed in (1, 2)]
    for start in starts:
        assert np.all(np.abs(start - top) <= JITTER * kernel.layout.spread)
        assert np.isfinite(kernel.log_density(start)[0])
    assert not np.any(starts[0] == starts[1])
    assert kernel.log_density(top)[0] > kernel.log_density(kernel.layout.centre)[0]
