"""Bands and p-values of ranks, against every sample there can be and against what can be worked out by hand."""

import importlib.util
import itertools
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy import stats

SOURCE = Path(__file__).parents[2] / "benchmarks" / "uniformity.py"


@pytest.fixture(scope="module")
def uniformity() -> ModuleType:
    """Load the file itself: studies are no part of the installed packages."""
    spec = importlib.util.spec_from_file_location("uniformity", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["uniformity"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("replications", "bins"), [(1, 5), (3, 4), (4, 3), (5, 2)])
def test_p_values_are_those_of_counting_every_sample(
    uniformity: ModuleType, replications: int, bins: int
) -> None:
    law = uniformity.Uniformity(replications, bins)
    samples = [np.array(s) for s in itertools.product(range(bins), repeat=replications)]
    extremes = np.array([law.most_extreme(sample) for sample in samples])
    for sample, extreme in zip(samples, extremes, strict=True):
        counted = float((extremes <= extreme * (1 + 1e-9)).mean())
        assert law.p_value(sample) == pytest.approx(counted, abs=1e-12)


def test_two_bins_are_a_binomial_test(uniformity: ModuleType) -> None:
    law = uniformity.Uniformity(30, 2)
    ranks = np.array([0] * 8 + [1] * 22)
    assert law.p_value(ranks) == pytest.approx(stats.binomtest(8, 30).pvalue)


@pytest.mark.parametrize("probability", [0.5, 0.9, 0.99])
def test_a_band_holds_uniform_ranks_as_often_as_it_says(uniformity: ModuleType, probability: float) -> None:
    law = uniformity.Uniformity(4, 4)
    lower, upper = law.band(probability)
    held = []
    for sample in itertools.product(range(4), repeat=4):
        counts = np.cumsum(np.bincount(sample, minlength=4))[:-1]
        held.append(bool(((lower <= counts) & (counts <= upper)).all()))
    assert np.mean(held) >= probability


@pytest.mark.parametrize(
    ("draw", "found"),
    [
        (lambda rng, n: rng.integers(0, 50, n), False),
        (lambda rng, n: np.minimum(rng.beta(1.0, 1.4, n) * 50, 49).astype(int), True),  # a biased fit
        (lambda rng, n: np.minimum(rng.beta(0.6, 0.6, n) * 50, 49).astype(int), True),  # intervals too narrow
    ],
)
def test_faults_are_found_and_only_faults(uniformity: ModuleType, draw, found: bool) -> None:  # type: ignore[no-untyped-def]
    ranks = draw(np.random.default_rng(5), 120)
    law = uniformity.Uniformity(120, 50)
    assert (law.p_value(ranks) < 0.01) is found
    lower, upper = law.band(0.99)
    counts = np.cumsum(np.bincount(ranks, minlength=50))[:-1]
    assert bool(((lower <= counts) & (counts <= upper)).all()) is not found
