"""Noise has the distribution that it should have, nobody can repeat it, and an audit finds broken mechanisms."""

import ast
import math
import random
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chi2

from benchmarks.privacy_audit import MUTANTS, audited
from mixproof.privacy import noise
from mixproof.privacy.noise import epsilon, most_often_right, noised, scale_of

DRAWS = 8_000


@pytest.mark.parametrize(("sensitivity", "rho"), [(1.0, 0.5), (3.0, 0.1)])
def test_the_noise_fits_the_discrete_gaussian(sensitivity: float, rho: float) -> None:
    scale = scale_of(sensitivity, rho)
    found = noised(np.full(DRAWS, 7), sensitivity, rho) - 7
    reach = math.ceil(6 * scale)
    places = np.arange(-reach, reach + 1)
    mass = np.exp(-(places**2) / (2 * scale**2))
    expected = DRAWS * mass / mass.sum()
    counts = np.array([(found == place).sum() for place in places])
    tails = expected < 8
    observed = np.append(counts[~tails], DRAWS - counts[~tails].sum())
    wanted = np.append(expected[~tails], expected[tails].sum())
    assert chi2.sf(((observed - wanted) ** 2 / wanted).sum(), len(wanted) - 1) > 1e-6


def test_no_seed_makes_the_same_noise() -> None:
    drawn = []
    for _ in range(2):
        np.random.seed(1)
        random.seed(1)
        drawn.append(noised(np.zeros(40, np.int64), 1.0, 1e-4).tolist())
    assert drawn[0] != drawn[1] and len(set(drawn[0])) > 20
    imported = {
        alias.name for node in ast.walk(ast.parse(Path(str(noise.__file__)).read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
    }  # fmt: skip
    assert not imported & {"random", "secrets"} and "random" not in "".join(
        line for line in Path(str(noise.__file__)).read_text(encoding="utf-8").splitlines() if "np." in line
    )


@pytest.mark.parametrize("name", [None, *MUTANTS])
def test_an_audit_of_neighbouring_data_finds_what_is_broken(name: str | None, tmp_path: Path) -> None:
    assert audited(name, tmp_path, MUTANTS.get(name or "", 500)) is (name is not None)


def test_what_rho_means_is_told_as_published() -> None:
    assert epsilon(0.1, 1e-6) == pytest.approx(2.4508, abs=1e-4)  # Bun and Steinke (2016), proposition 1.3
    assert most_often_right(0.0) == 0.5 and most_often_right(100.0) <= 1
    for rho in (0.01, 0.1, 1.0):  # the Gaussian mechanism itself, told apart as well as can be
        shift = math.sqrt(2 * rho)
        assert 0.5 * (1 + math.erf(shift / 2 / math.sqrt(2))) <= most_often_right(rho) <= 1
