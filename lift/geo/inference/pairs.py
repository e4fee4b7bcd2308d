"""Trimmed match: pairs of one treated and one control geo, the most deviant pairs cut, exact by flipping signs.

The certificate comes from the same pairs before the test.
"""

import itertools
from dataclasses import dataclass, replace

import numpy as np

from lift.geo.answers.cell_answer import CellAnswer
from lift.geo.answers.money import Joint, KnownSpendJoint, PlaceboJoint
from lift.geo.data.setting import Setting
from lift.geo.estimators.donors import Flags, Floats
from lift.geo.estimators.rolling import Fits, rolling_origins
from lift.geo.inference.placebo import Inference, invert_by_search, standard_error
from lift.geo.trust.certificate import PSEUDO_TESTS, Certificate, Window, judge, sizes
from lift.geo.trust.support import independent_sets

_FLIPS = 4096
"""Most sign vectors; all of them where pairs are no more than 12."""


def answer_by_pairs(setting: Setting, comparison: PlaceboJoint, fits: Fits) -> CellAnswer:
    """Return the answer of trimmed match; its effect by period is that of the pairs that were kept.

    Parameters
    ----------
    setting : Setting
        With pairs.
    comparison : PlaceboJoint
        The same question by the ensemble.
    fits : Fits
        Of the ensemble.

    Returns
    -------
    CellAnswer
        The ensemble's answer stands among the comparisons.
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
        fits=fits,
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

    Returns
    -------
    Certificate
        Its sets are assignments within the pairs.
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
        paths = signs @ (
            setting.outcome[setting.pairs[:, 0], :origin] - setting.outcome[setting.pairs[:, 1], :origin]
        )
        alike = independent_sets(paths)
        found.append(Window(null, changed, np.array(error), np.array(total), origin, periods, alike))
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


@dataclass(frozen=True, slots=True)
class PairsJoint:
    """Answers of trimmed match.

    Parameters
    ----------
    response : numpy.ndarray, shape (series, pairs)
        Treated minus control, outcome and spend.
    share : numpy.ndarray, shape (pairs,)
        How a total effect is spread over pairs.
    trim, level : float
    seed : int
    widen : float
    """

    response: Floats
    share: Floats
    trim: float
    level: float
    seed: int
    widen: float

    def combination(self, outcome: float, spend: float) -> Inference:
        """Return the effect on a combination of outcome and spend.

        Parameters
        ----------
        outcome, spend : float
            Weights of the two series; `spend` is not read where there is no spend series.

        Returns
        -------
        Inference
            Total over the test's periods, in the unit that the weights make.
        """
        weights = np.array([outcome, spend])[: self.response.shape[0]]
        return self._match(weights @ self.response, self.share)

    def ratio(self, value: float) -> Inference:
        """Return the iROAS; unbounded where pairs' spend moved in both directions."""
        dose = self.response[1]
        if not ((dose >= 0).all() or (dose <= 0).all()) or not dose.any():
            effect = self.combination(value, 0.0)
            return replace(effect, point=float("nan"), lower=-np.inf, upper=np.inf, shape="unbounded")
        return self._match(value * self.response[0], dose)

    def _match(self, response: Floats, dose: Floats) -> Inference:
        return trimmed_match(response, dose, self.trim, self.level, self.seed, self.widen).inference


@dataclass(frozen=True, slots=True)
class TrimmedMatch:
    """What pairs of geos say.

    Parameters
    ----------
    inference : Inference
        Response per unit of dose.
    kept : numpy.ndarray of bool, shape (pairs,)
        Pairs that were not cut at the point estimate.
    """

    inference: Inference
    kept: Flags


def trimmed_match(
    response: Floats, dose: Floats, trim: float, level: float, seed: int = 0, widen: float = 1.0
) -> TrimmedMatch:
    """Return theta for which the trimmed mean of ``response - theta dose`` is zero, with its exact interval.

    Parameters
    ----------
    response : numpy.ndarray, shape (pairs,)
        Treated minus control, over the test less its expectation from before the test.
    dose : numpy.ndarray, shape (pairs,)
        Treated minus control: spend for an iROAS, each pair's share of the total for a total effect. Of one sign.
    trim : float
        Share of pairs cut at each end, below 0.5.
    level : float
    seed : int
        Draws sign vectors when there are more than 12 pairs; below, all are used.
    widen : float
        Factor, at least 1, on the statistics of the other sign vectors.

    Returns
    -------
    TrimmedMatch
        theta with its interval, in units of `response` per unit of `dose`, and which pairs were kept.

    Raises
    ------
    ValueError
        Doses of both signs or zero throughout: the ratio is not defined pair by pair.

    Notes
    -----
    Which geo of a pair was treated was a coin flip, so under the hypothesis each pair's residual might as well have the
    other sign. No normal quantile and no chosen standard error is needed; few pairs give few p-values, and say so.

    References
    ----------
    Chen, A. and Au, T. (2022). Robust causal inference for incremental return on ad spend with randomized paired geo
    experiments. Annals of Applied Statistics 16, 1-20.
    """
    if not ((dose >= 0).all() or (dose <= 0).all()) or not np.abs(dose).sum() > 0:
        raise ValueError("doses must have one sign and not all be zero")
    pairs = response.size
    cut = int(np.floor(trim * pairs))
    flips = sign_vectors(pairs, seed)
    theta = trimmed_ratio(response, dose, trim)

    def p_at(value: float) -> float:
        residual = response - value * dose
        statistic = flipped(residual, flips, trim)
        statistic[1:] *= widen
        return float((statistic >= statistic[0] - 1e-9 * np.abs(residual).max()).mean())

    spread = response - theta * dose
    step = float(np.sqrt((spread**2).sum())) / float(np.abs(dose).sum()) or 1e-9 * max(abs(theta), 1.0)
    found = invert_by_search(p_at, theta, step, level, flips.shape[0] - 1)
    # Flipping every pair gives the same size of mean, so the observed signs are never alone.
    found = replace(found, minimum_p=max(found.minimum_p, 2 / 2.0**pairs), widened=widen)
    order = np.argsort(spread, kind="stable")
    kept = np.ones(pairs, dtype=bool)
    kept[order[:cut]] = kept[order[pairs - cut :]] = False
    return TrimmedMatch(found, kept)


def flipped(residual: Floats, flips: Floats, trim: float) -> Floats:
    """Return the size of the trimmed mean of the residuals under each sign vector, shape (flips,).

    Parameters
    ----------
    residual : numpy.ndarray, shape (pairs,)
    flips : numpy.ndarray, shape (flips, pairs)
    trim : float
        Share of pairs cut at each end.

    Returns
    -------
    numpy.ndarray, shape (flips,)
        At least 0.
    """
    cut = int(np.floor(trim * residual.size))
    return np.abs(np.sort(flips * residual, axis=1)[:, cut : residual.size - cut].mean(axis=1))


def sign_vectors(pairs: int, seed: int) -> Floats:
    """Return sign vectors, the observed one (all +1) first; all of them where there are few.

    Parameters
    ----------
    pairs : int
        Number of pairs.
    seed : int
        Draws the vectors where not all are taken.

    Returns
    -------
    numpy.ndarray, shape (flips, pairs)
        +1 where the pair is as observed, -1 where it is flipped.
    """
    if 2**pairs <= _FLIPS:
        return np.array(list(itertools.product((1.0, -1.0), repeat=pairs)))
    drawn = np.random.default_rng(seed).choice((1.0, -1.0), size=(_FLIPS - 1, pairs))
    return np.concatenate([np.ones((1, pairs)), drawn])


def trimmed_ratio(response: Floats, dose: Floats, trim: float) -> float:
    """Return the zero of the trimmed mean, which is monotone in theta when doses have one sign.

    Parameters
    ----------
    response : numpy.ndarray, shape (pairs,)
        Treated minus control.
    dose : numpy.ndarray, shape (pairs,)
        Treated minus control, of one sign and not all zero.
    trim : float
        Share of pairs cut at each end, below 0.5.

    Returns
    -------
    float
        In units of `response` per unit of `dose`.
    """
    cut = int(np.floor(trim * response.size))

    def mean(theta: float) -> float:
        return float(np.sort(response - theta * dose)[cut : dose.size - cut].mean())

    used = dose != 0
    ratios = response[used] / dose[used]
    low, high = float(ratios.min()), float(ratios.max())
    width = high - low + 1e-9 * (1 + abs(high))
    low, high = low - width, high + width
    sign = 1.0 if dose.sum() > 0 else -1.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if sign * mean(middle) > 0 else (low, middle)
        if high - low <= 1e-14 * max(abs(low), abs(high), width):
            break
    return (low + high) / 2
