"""Statistics of chains are ArviZ's, for every kind of chain that may come."""

import warnings

import numpy as np
import pytest
from arviz_stats.base import array_stats

from mmm.numerics import chain_statistics
from mmm.numerics.chain_statistics import missing_information, summaries

TOLERANCE = 1e-10
SHAPES = [(4, 500), (4, 101), (2, 20), (1, 50), (3, 9), (4, 8), (2, 7), (3, 6), (1, 5), (4, 4), (4, 3)]


def chains(count: int, draws: int) -> np.ndarray:
    """Return chains of many kinds, shape (scalar, chain, draw)."""
    rng = np.random.default_rng(5)
    plain = rng.normal(size=(count, draws))
    swinging = plain.copy()
    for draw in range(1, draws):
        swinging[:, draw] -= 0.8 * swinging[:, draw - 1]
    unknown, lonely = plain.copy(), np.zeros_like(plain)
    unknown[0, 0], lonely[0, -1] = np.nan, 1.0
    apart = np.arange(count)[:, None] * np.ones_like(plain)
    alternating = np.tile([1.0, -1.0], (count, draws))[:, :draws]
    return np.stack([
        plain, np.cumsum(plain, axis=1), swinging, plain + 2 * apart, np.exp(3 * plain), np.round(plain),
        (plain > 0).astype(float), apart, alternating, np.ones_like(plain), lonely, unknown,
    ])  # fmt: skip


@pytest.mark.parametrize(("count", "draws"), SHAPES)
def test_summaries_are_those_of_arviz(count: int, draws: int) -> None:
    values = chains(count, draws)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ArviZ warns where a number is undefined
        theirs = [
            (array_stats.rhat(each), array_stats.ess(each, method="bulk"),
             array_stats.ess(each, method="tail", prob=chain_statistics.TAILS))
            for each in values
        ]  # fmt: skip
    np.testing.assert_allclose(summaries(values), np.array(theirs, dtype=float), rtol=TOLERANCE)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    values = chains(2, 40)
    whole = summaries(values)
    monkeypatch.setattr(chain_statistics, "BLOCK_NUMBERS", 1)
    np.testing.assert_array_equal(summaries(values), whole)


def test_missing_information_is_that_of_arviz() -> None:
    energy = chains(4, 100)[1]
    np.testing.assert_allclose(missing_information(energy), array_stats.bfmi(energy), rtol=TOLERANCE)
