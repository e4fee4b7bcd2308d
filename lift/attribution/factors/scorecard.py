"""How far a system's claims are from what experiments found: errors without the tests' own noise, ranks, signs, skill."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy.special import ndtr
from scipy.stats import kendalltau

from lift.attribution.config import Factors
from lift.attribution.factors.matching import Match
from lift.holdout.methods.interval import critical_value
from lift.moments import Array

FEWEST = 3
"""Tests below which a slope, a rank or a skill says nothing."""


def scorecard_rows(
    system: str, found: Sequence[Match], factors: Factors, currency: str
) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``scorecard`` for one system: each score once a unit.

    Parameters
    ----------
    system : str
    found : sequence of Match
        Tests with the credit that they moved.
    factors : Factors
        With the level at which a claim is said to agree with a test, and what breaks even.
    currency : str

    Returns
    -------
    iterator of dict
    """
    for unit in sorted({match.unit for match in found}):
        mine = [match for match in found if match.unit == unit]
        claim, effect, se, noise = (
            np.array([getattr(match, name) for match in mine]) for name in ("credit", "effect", "se", "noise")
        )
        worth = 1.0 if unit == currency else factors.value_of.get(unit, np.nan)
        per_unit = worth / np.array([match.spend for match in mine])
        decision = decisions(claim * per_unit, effect * per_unit, np.abs(se * per_unit), factors.break_even)
        for name, value, meaning in (*scores(claim, effect, np.hypot(se, noise), factors.level), decision):
            yield {
                "system": system,
                "unit": unit,
                "score": name,
                "value": value,
                "tests": len(mine),
                "meaning": meaning,
            }


def scores(claim: Array, effect: Array, se: Array, level: float) -> Iterator[tuple[str, float, str]]:
    """Yield name, value and meaning of every score; NaN where the tests are too few or too noisy to say.

    Parameters
    ----------
    claim, effect, se : numpy.ndarray, shape (test,)
        Credit that each test moved, what it measured, and the standard error of the difference.
    level : float

    Returns
    -------
    iterator of (str, float, str)
    """
    weight = 1 / se**2
    several = len(claim) >= FEWEST
    signal = float((effect**2 - se**2).sum())
    error = float(((claim - effect) ** 2 - se**2).sum()) / signal if signal > 0 else np.nan
    yield (
        "error",
        error,
        "squared error of the claims over squared effects, the tests' own noise taken out of both",
    )
    inside = np.abs(claim - effect) <= critical_value(level) * se
    yield "agreement", float(inside.mean()), "share of tests whose interval holds the claim"
    yield (
        "sign",
        float((np.sign(claim) == np.sign(effect)).mean()),
        "share of tests with the sign of the claim",
    )
    yield (
        "ratio",
        float((weight * claim * effect).sum() / (weight * claim**2).sum()),
        "incremental over attributed, one for all",
    )
    yield (
        "slope",
        _slope(claim, effect, weight) if several else np.nan,
        "increment for one more unit of credit: 1 is calibrated",
    )
    rank = float(kendalltau(claim, effect).statistic) if several else np.nan
    yield "rank", rank, "Kendall's tau of claims and increments: 1 is the same order"
    skill = _skill(claim, effect, weight) if several else np.nan
    yield (
        "skill",
        skill,
        "1 - error of the claims / error of one factor learnt from the other tests: below 0 the factor is better",
    )


def decisions(claim: Array, effect: Array, se: Array, break_even: float) -> tuple[str, float, str]:
    """Return name, value and meaning of how often a claim decides as its test does.

    Parameters
    ----------
    claim, effect, se : numpy.ndarray, shape (test,)
        Returns on spend as claimed and as measured, and the standard error of the latter; NaN where spend or worth are
        not known.
    break_even : float
        Return from which a channel pays.

    Returns
    -------
    tuple of str, float, str
    """
    known = np.isfinite(claim) & np.isfinite(effect) & (se > 0)
    pays = ndtr((effect[known] - break_even) / se[known])
    agree = np.where(claim[known] >= break_even, pays, 1 - pays)
    meaning = (
        "probability that spend pays, or does not, as the claim has it, at break-even and averaged over tests"
    )
    return "decision", float(agree.mean()) if known.any() else np.nan, meaning


def _slope(claim: Array, effect: Array, weight: Array) -> float:
    """Return the weighted least-squares slope."""
    centre = (weight * claim).sum() / weight.sum()
    spread = (weight * (claim - centre) ** 2).sum()
    return float((weight * (claim - centre) * effect).sum() / spread) if spread > 0 else np.nan


def _skill(claim: Array, effect: Array, weight: Array) -> float:
    """Return the skill against one factor for all, each test predicted by the factor of the others."""
    product, square = weight * claim * effect, weight * claim**2
    factor = (product.sum() - product) / (square.sum() - square)
    rival = (weight * (factor * claim - effect) ** 2).sum()
    return float(1 - (weight * (claim - effect) ** 2).sum() / rival) if rival > 0 else np.nan
