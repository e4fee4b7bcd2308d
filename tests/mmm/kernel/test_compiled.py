"""The kernel is the PyMC model: same log-density, same gradient, same variables, wherever it claims to cover it."""

import functools
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import pymc as pm
import pytensor
import pytest
from pytensor.compile import Mode
from pytensor.tensor import TensorVariable

from mmm.kernel.compiled import KernelModel, build_kernel
from mmm.model.build import build_model
from mmm.problem.problem import build_problem
from mmm.problem.vector import Layout
from mmm.sampling.nutpie_model import JITTER
from mmm.transforms import ADSTOCKS, SATURATIONS
from tests.mmm.kernel.agreement_cases import CASES, ORDERS, WAYS, Case, calibration_of, config_of, panel_of

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


def random_points(layout: Layout) -> np.ndarray:
    """Return points spread as the prior is, shape (point, parameter)."""
    sd = np.concatenate([block.sd for block in layout.blocks])
    return layout.centre + sd * np.random.default_rng(7).normal(size=(POINTS, layout.size))


@dataclass(frozen=True, slots=True)
class Told:
    """What PyMC says of one point.

    Parameters
    ----------
    plain, whole : float
        Log-density without and with experiments.
    plain_slopes, whole_slopes : dict of str to numpy.ndarray
        Their slopes by value variable; the first has none of the experiments' own.
    derived : dict of str to numpy.ndarray
        Variables that follow from the sampled ones.
    """

    plain: float
    plain_slopes: dict[str, np.ndarray]
    whole: float
    whole_slopes: dict[str, np.ndarray]
    derived: dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Reference:
    """A case in the kernel, with and without its experiments, and what PyMC says of it at each of some points.

    Parameters
    ----------
    plain, calibrated : KernelModel
    points : numpy.ndarray, shape (point, parameter)
    told : list of Told
        One a point.
    """

    plain: KernelModel
    calibrated: KernelModel
    points: np.ndarray
    told: list[Told]


def one_by_one(terms: list[TensorVariable]) -> TensorVariable:
    """Return the sum of all elements; PyTensor's own sum of many terms is more than its Python code can add at once."""
    return functools.reduce(operator.add, [term.sum() for term in terms])


@cache
def reference(name: str) -> Reference:
    """Return a case in the kernel and in PyMC, whose graph is compiled once: what experiments add is a term of its own."""
    case = next(case for case in CASES if case.name == name)
    problem = build_problem(panel_of(case), config_of(case), calibration_of(case))
    kernel = build_kernel(problem)
    points = random_points(kernel.layout)
    with pytensor.config.change_flags(
        traceback__limit=0
    ):  # where in Python each node was made: a fifth of the time
        ask = pymc_function(build_model(problem))
    told = [ask(as_inputs(point, kernel.layout)) for point in points]
    return Reference(build_kernel(problem.with_replay(None)), kernel, points, told)


def pymc_function(model: pm.Model) -> Callable[[dict[str, np.ndarray]], Told]:
    """Return the function from PyMC's value variables to what it says of a point."""
    own = [v for v in model.free_RVs if v.name.startswith("evidence")]
    shared_rvs = [v for v in (*model.free_RVs, *model.observed_RVs) if v not in own]
    terms = model.logp([*shared_rvs, *own, *model.potentials], sum=False)
    plain, added = one_by_one(terms[: len(shared_rvs)]), one_by_one(terms[len(shared_rvs) :])
    inputs, of_evidence = model.value_vars, [model.rvs_to_values[v] for v in own]
    shared = [v for v in inputs if v not in of_evidence]
    derived = [variable for variable in model.deterministics if variable.name in DERIVED]
    outputs = [plain, *pytensor.grad(plain, shared)]
    outputs += [added, *pytensor.grad(added, inputs, disconnected_inputs="ignore")]
    outputs += model.replace_rvs_by_values(derived)
    function = pytensor.function(inputs, outputs, mode=PLAIN, on_unused_input="ignore")

    def ask(point: dict[str, np.ndarray]) -> Told:
        found = iter(function(**point))
        density = float(next(found))
        slopes = {v.name: next(found) for v in shared}
        more = float(next(found))
        whole = {v.name: next(found) + slopes.get(v.name, 0.0) for v in inputs}
        return Told(density, slopes, density + more, whole, {v.name: next(found) for v in derived})

    return ask


def test_the_cases_hold_every_pair() -> None:
    dealt = [
        (channel.adstock.family, channel.saturation.family, channel.order)
        for case in CASES
        for channel in config_of(case).channels.values()
    ]
    assert sorted(dealt) == sorted(WAYS)
    adstocks, saturations = (
        [name for name, row in rows.items() if row.loop] for rows in (ADSTOCKS, SATURATIONS)
    )
    assert {way[:2] for way in WAYS} == set(product(adstocks, saturations))
    assert {(way[0], way[2]) for way in WAYS} == set(product(adstocks, ORDERS))
    assert {way[1:] for way in WAYS} == set(product(saturations, ORDERS))
    chosen = [
        (
            case.likelihood.get("family", "student_t"),
            case.geo.get("pooling", "partial") if case.shape.geos > 1 else "national",
            case.likelihood.get("autocorrelation", True),
        )
        for case in CASES
    ]
    families, poolings = ("normal", "student_t", "lognormal"), ("national", "partial", "full", "none")
    assert {each[:2] for each in chosen} == set(product(families, poolings))
    assert {each[1:] for each in chosen} == set(product(poolings, (True, False)))
    assert {each[::2] for each in chosen} == set(product(families, (True, False)))
    tests = [
        (
            (item.measurement, item.shape, len(item.channels)),
            case.likelihood.get("family") == "lognormal",
            case.shape.geos > 1,
        )
        for case in CASES
        for item in calibration_of(case).evidence
    ]
    kinds = {kind for kind, *_ in tests}
    assert len(kinds) == 5
    assert {each[:2] for each in tests} == set(product(kinds, (True, False)))
    assert {each[::2] for each in tests} == set(product(kinds, (True, False)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_log_density_and_gradient_are_those_of_pymc(case: Case) -> None:
    both = reference(case.name)
    for point, told in zip(both.points, both.told, strict=True):
        hold_equal(both.plain, point[: both.plain.layout.size], told.plain, told.plain_slopes)
        hold_equal(both.calibrated, point, told.whole, told.whole_slopes)


def hold_equal(
    kernel: KernelModel, point: np.ndarray, expected: float, slopes: dict[str, np.ndarray]
) -> None:
    """Hold value and gradient of the kernel equal to PyMC's."""
    value, gradient = kernel.log_density(point)
    assert set(slopes) == set(as_inputs(point, kernel.layout))
    assert value == pytest.approx(expected, rel=TOLERANCE)
    ordered = [np.ravel(slopes[block.name + TWINS[block.transform]]) for block in kernel.layout.blocks]
    flat = np.concatenate(ordered)
    # Slopes that are sums of large terms of both signs are held to the largest of them.
    np.testing.assert_allclose(gradient, flat, rtol=TOLERANCE, atol=1e-11 * np.abs(flat).max())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_kept_draws_become_the_variables_of_pymc(case: Case) -> None:
    both = reference(case.name)
    kernel = both.calibrated
    variables = kernel.posterior(kernel.keep(both.points))
    for draw, told in enumerate(both.told):
        assert set(told.derived) <= set(variables.data_vars)
        for name, value in told.derived.items():
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
