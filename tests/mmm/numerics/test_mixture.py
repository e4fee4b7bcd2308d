"""Draws of two accounts are those of their mixture, and everything still adds up."""

import numpy as np
import pytest
from scipy import stats

from mmm.effects.contribution import Contributions
from mmm.effects.return_on_spend import moved, widened
from mmm.effects.terms import Part
from mmm.numerics.mixture import Account, proportional

AT = (np.arange(4000) + 0.5) / 4000


def account(probability: float) -> Account:
    """Return one whose values are normal(1, 2)."""
    return Account(stats.norm(1, 2).ppf(AT), np.full(len(AT), 1 / len(AT)), probability)


@pytest.mark.parametrize("probability", [0.0, 0.3, 1.0])
def test_draws_have_the_quantiles_of_the_mixture_and_keep_their_ranks(probability: float) -> None:
    own = np.random.default_rng(1).permutation(stats.norm(5, 1).ppf(AT))
    drawn = account(probability).together(own)
    for value in (-2.0, 1.0, 3.0, 5.0):
        expected = (1 - probability) * stats.norm(5, 1).cdf(value) + probability * stats.norm(1, 2).cdf(value)
        assert (drawn <= value).mean() == pytest.approx(expected, abs=2e-3)
    np.testing.assert_array_equal(np.argsort(drawn, kind="stable"), np.argsort(own, kind="stable"))


def contributions(scale: np.ndarray) -> Contributions:
    """Return those of an intercept and one channel over 3 dates and 2 geos, the channel's proportional to `scale`."""
    date, geo = np.array([1.0, 2.0, 3.0])[:, None], np.array([2.0, 4.0])[:, None]
    return Contributions(
        (Part("intercept", "baseline"), Part("tv", "paid")),
        (1,),
        np.stack([np.full((3, len(scale)), 50.0), date * scale]),
        np.stack([np.full((2, len(scale)), 75.0), geo * scale]),
        (10 * geo * scale)[None],
        (0.5 * scale)[None],
        (5.0 * scale)[None],
        (0.1 * scale)[None],
        (0.2 * scale)[None],
        (1.5 * scale)[None],
        (3.0 * scale)[None],
    )


def test_what_is_proportional_moves_along_and_the_rest_is_the_intercepts() -> None:
    scale = np.array([1.0, 2.0, 0.5, -0.5])
    shift = np.array([-3.0, 6.0, 0.0, 1.0])
    before, after = contributions(scale), moved(contributions(scale), 0, shift)
    np.testing.assert_allclose(after.media[0], before.media[0] + shift)
    np.testing.assert_allclose(after.by_date.sum(axis=0), before.by_date.sum(axis=0))
    np.testing.assert_allclose(after.by_geo.sum(axis=0), before.by_geo.sum(axis=0))
    exact = contributions(scale + shift / 6)  # 6 of outcome a unit of scale
    for name in ("money", "gain", "gain_money", "carry_in", "carry_out", "assumed", "assumed_money"):
        np.testing.assert_allclose(getattr(after, name), getattr(exact, name))


def test_only_channels_with_a_second_account_move() -> None:
    found = contributions(np.linspace(0.5, 2.0, 50))
    assert widened(found, {}) is found
    assert np.median(widened(found, {0: account(1.0)}).media) == pytest.approx(1.0, abs=0.05)


def test_a_proportion_of_nothing_is_nothing() -> None:
    none = np.zeros(3)
    np.testing.assert_array_equal(proportional(none[None], none, np.ones(3)), np.zeros((1, 3)))
