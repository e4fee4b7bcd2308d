"""A cell whose geos were paired: trimmed match, with a certificate from the same pairs before the test."""

import numpy as np

from lift.geo.data.donors import Floats
from lift.geo.data.money import Joint, KnownSpendJoint, PairsJoint, PlaceboJoint
from lift.geo.data.setting import CellAnswer, Setting
from lift.geo.estimators.ensemble import rolling_origins
from lift.geo.estimators.trimmed_match import flipped, sign_vectors, trimmed_match, trimmed_ratio
from lift.geo.inference.placebo import standard_error
from lift.geo.trust.certificate import PSEUDO_TESTS, Certificate, Window, judge, sizes


def answer_by_pairs(setting: Setting, comparison: PlaceboJoint) -> CellAnswer:
    """Return the answer of trimmed match; its effect by period is that of the pairs that were kept.

    Parameters
    ----------
    setting : Setting
        With pairs.
    comparison : PlaceboJoint
        The same question by the ensemble.
    """
    assert setting.pairs is not None
    first, second = setting.pairs.T
    levelled = setting.series - setting.series[:, :, : setting.split].mean(axis=2, keepdims=True)
    difference = levelled[:, first] - levelled[:, second]
    response = difference[:, :, setting.split :].sum(axis=2)
    share = sizes(setting.outcome[:, : setting.split].mean(axis=1), setting.treated)[first]
    point = trimmed_ratio(response[0], share, setting.trim)
    certificate = certify_pairs(setting, setting.relative(point))
    widen = certificate.widen
    match = trimmed_match(response[0], share, setting.trim, setting.level, setting.seed, widen)
    effect, kept = match.inference, match.kept
    gaps = (difference[:, kept] / share[kept].sum()).sum(axis=1)
    se = standard_error(effect, np.zeros(1), float("nan"))
    weights = np.zeros(setting.treated.size)
    weights[second[kept]] = 1 / kept.sum()
    joint: Joint = PairsJoint(response, share, setting.trim, setting.level, setting.seed, widen)
    if setting.spend is None:
        joint = KnownSpendJoint(effect, setting.known_spend)
    return CellAnswer(
        joint=joint,
        effect=effect,
        inference="sign flips",
        se=se,
        counterfactual=np.stack([one[setting.treated].sum(axis=0) for one in setting.series]) - gaps,
        covariance=_covariance(
            difference[0, kept, setting.split :], share[kept] / share[kept].sum(), effect.point, se
        ),
        certificate=certificate,
        weights=weights,
        mix={},
        references=np.zeros(0),
        comparisons=(("ensemble, placebo", comparison.combination(1.0, 0.0)),),
    )


def certify_pairs(setting: Setting, injected: float) -> Certificate:
    """Return the certificate of the trimmed match interval on windows before the test.

    The pseudo-tests are the real assignment and others that the same coin flips could have given, in each window; each
    asks the question of the real test, with the same pairs, trimming and sign vectors.

    Parameters
    ----------
    setting : Setting
        With pairs.
    injected : float
        Relative effect to inject, as a share of each period's outcome.
    """
    assert setting.pairs is not None
    pairs, periods = setting.pairs.shape[0], setting.periods
    flips = sign_vectors(pairs, setting.seed)
    origins = rolling_origins(setting.split, periods)
    wanted = -(-max(setting.pseudo_tests, PSEUDO_TESTS) // max(1, len(origins)))
    # Flipping every pair asks the same question again, so only assignments that keep the first pair are others.
    others = flips[1:][flips[1:, 0] > 0]
    random = np.random.default_rng(setting.seed)
    found = []
    for origin in origins:
        signs = np.concatenate([flips[:1], random.permutation(others)[: wanted - 1]])
        before = setting.outcome[:, :origin].mean(axis=1)
        actual = setting.outcome[:, origin : origin + periods].sum(axis=1)
        null, changed, error, total = [], [], [], []
        for sign in signs:
            one, other = np.where(sign > 0, setting.pairs.T, setting.pairs.T[::-1])
            response = (actual - periods * before)[one] - (actual - periods * before)[other]
            share = sizes(before, np.isin(np.arange(before.size), one))[one]
            # As in the placebo certificate: the injected effect follows the outcome, the hypothesis the size.
            left = injected * (actual[one] - actual[one].sum() * share)
            null.append(flipped(response, flips, setting.trim))
            changed.append(flipped(response + left, flips, setting.trim))
            error.append(trimmed_ratio(response, share, setting.trim))
            total.append(actual[one].sum())
        found.append(Window(null, changed, np.array(error), np.array(total)))
    return judge(found, setting.level, injected, pseudo="assignments within the pairs")


def _covariance(difference: Floats, share: Floats, effect: float, se: float) -> Floats:
    """Return the covariance of the effects by period, shape (post, post), summing to ``se**2``, from the pairs' paths."""
    periods = difference.shape[1]
    residual = difference - effect / periods * share[:, None]
    pattern = residual.T @ residual
    total = pattern.sum()
    if not np.isfinite(se):
        return np.full_like(pattern, np.inf)
    return pattern * se**2 / total if total > 0 else np.eye(periods) * se**2 / periods
