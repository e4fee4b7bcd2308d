"""One cell of a geo experiment, on plain arrays: from series and treated geos to every answer about it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lift.geo.answers.cell_answer import CellAnswer
from lift.geo.answers.money import Joint, KnownSpendJoint, PlaceboJoint
from lift.geo.data.setting import Setting
from lift.geo.estimators.donors import Estimator, Flags, Floats
from lift.geo.estimators.rolling import Fits, Scores, fit_cell, members_of, score
from lift.geo.estimators.table import REFITTED, TRIMMED_MATCH
from lift.geo.inference.conformal import certify_stretches, conformal_inference
from lift.geo.inference.pairs import answer_by_pairs
from lift.geo.inference.placebo import Inference, standard_error
from lift.geo.trust.certificate import Certificate, certify, sizes


def analyse_cell(setting: Setting, fits: Fits | None = None) -> CellAnswer:
    """Return every answer about one cell.

    Parameters
    ----------
    setting : Setting
    fits : Fits, optional
        Of `fit_cell`, where they are known: members of the ensemble read nothing of the test, so that outcomes that
        differ in the test alone share them.

    Returns
    -------
    CellAnswer
        Effect, money, effect by period, certificate and comparisons.
    """
    # 1. Fit and score every set.
    members = members_of(setting.method)
    fits = fits or fit_cell(setting)
    scores = score(fits, setting.series, len(fits.origins) - 1, setting.periods)
    factor = setting.understated
    if setting.method == TRIMMED_MATCH:
        return answer_by_pairs(setting, _placebo(setting, scores, factor), fits)
    kind = inference_kind(setting, fits.treated.shape[0] - 1)
    # 2. The certificate comes before the answer, because it may widen it.
    certificate = _certificate(setting, fits, members, scores, kind)
    # 3. The answer.
    joint: Joint = _placebo(setting, scores, factor * certificate.widen)
    effect = joint.combination(1.0, 0.0)
    if kind == "conformal":
        effect = _conformal(setting, members, scores, certificate.widen)
    if kind == "conformal" or setting.spend is None:
        known = float(scores.total[1, 0]) if setting.spend is not None else setting.known_spend
        joint = KnownSpendJoint(effect, known)
    return _answer(
        setting,
        scores,
        joint,
        effect,
        kind,
        certificate,
        _comparisons(setting, fits, members, scores, kind, factor),
        fits,
    )


def effect_of_test_alone(setting: Setting, answer: CellAnswer, periods: int) -> Inference | None:
    """Return the effect over the first periods after the start, without the cool-down, by the inference of the answer.

    Weights depend on the time before the test alone, so the fits of the whole answer serve; so does the factor of its
    certificate.

    Parameters
    ----------
    setting : Setting
        Of test and cool-down.
    answer : CellAnswer
    periods : int
        Of the test alone.

    Returns
    -------
    Inference or None
        None for methods whose weights read the test itself, and for pairs.
    """
    if setting.method not in REFITTED:
        return None
    last = setting.split + periods
    spend = None if setting.spend is None else setting.spend[:, :last]
    shorter = replace(setting, outcome=setting.outcome[:, :last], spend=spend)
    fits = answer.fits
    scores = score(fits, shorter.series, len(fits.origins) - 1, periods)
    widen = answer.certificate.widen
    if answer.inference == "conformal":
        return _conformal(shorter, members_of(setting.method), scores, widen)
    return _placebo(shorter, scores, setting.understated * widen).combination(1.0, 0.0)


def inference_kind(setting: Setting, references: int) -> str:
    """Return which inference answers: the stated one, or the most credible one that can reject at the level.

    Parameters
    ----------
    setting : Setting
    references : int
        Reference sets that there are.

    Returns
    -------
    str
        "randomisation", "placebo" or "conformal".
    """
    if setting.inference != "auto":
        return setting.inference
    if setting.randomised:
        return "randomisation"
    can_reject = (1 + references) * (1 - setting.level) >= 2 - 1e-9
    # Stretches of time are compared by size, which tells no direction.
    return "placebo" if can_reject or setting.side or setting.method not in REFITTED else "conformal"


def _certificate(
    setting: Setting, fits: Fits, members: Mapping[str, Estimator], scores: Scores, kind: str
) -> Certificate:
    if kind == "conformal":
        return certify_stretches(
            fits, members, setting.outcome, setting.periods, setting.level, setting.pseudo_tests
        )
    injected = setting.relative(float(scores.total[0, 0]))
    return certify(
        fits, setting.outcome, setting.periods, setting.level, injected, setting.pseudo_tests, setting.side
    )


def _placebo(setting: Setting, scores: Scores, widen: float) -> PlaceboJoint:
    spread = sizes(setting.outcome[:, : setting.split].mean(axis=1), setting.treated)
    return PlaceboJoint(
        scores.total, scores.scale, scores.contrast @ spread, setting.level, widen, setting.side
    )


def _conformal(setting: Setting, members: Mapping[str, Estimator], scores: Scores, widen: float) -> Inference:
    """Return block conformal inference with the mix of the ensemble held and its members refitted."""
    mix = scores.mix[0]
    periods = setting.outcome.shape[1]

    def gap(outcome: Floats, treated: Flags) -> Floats:
        rows = treated[None]
        donors = sum(
            w * member(outcome, rows, periods).unit[0]
            for w, member in zip(mix, members.values(), strict=True)
        )
        found = outcome[treated].mean(axis=0) - donors @ outcome
        return found - found.mean()

    point = float(scores.total[0, 0])
    return conformal_inference(
        gap, setting.outcome, setting.treated, setting.split, setting.level, point, widen=widen
    )


def _comparisons(
    setting: Setting, fits: Fits, members: Mapping[str, Estimator], scores: Scores, kind: str, factor: float
) -> tuple[tuple[str, Inference], ...]:
    """Return what each member alone says with the same inference, and what the other inference says."""
    found: list[tuple[str, Inference]] = []
    if not setting.compare:
        return ()
    if len(members) > 1:
        for k, name in enumerate(members):
            alone = replace(fits, contrast=[c[k : k + 1] for c in fits.contrast], time=None)
            one = score(alone, setting.outcome[None], len(fits.origins) - 1, setting.periods)
            joint = _placebo(setting, one, factor)
            found.append((f"{name}, placebo", joint.combination(1.0, 0.0)))
    if kind != "conformal" and scores.time is None:
        found.append(
            (
                f"{setting.method}, block conformal",
                _conformal(setting, members, scores, 1.0),
            )
        )
    return tuple(found)


def _answer(
    setting: Setting,
    scores: Scores,
    joint: Joint,
    effect: Inference,
    kind: str,
    certificate: Certificate,
    comparisons: tuple[tuple[str, Inference], ...],
    fits: Fits,
) -> CellAnswer:
    statistic = scores.total[0] / np.sqrt(scores.scale[:, 0, 0])
    se = standard_error(effect, statistic, float(np.sqrt(scores.scale[0, 0, 0])))
    gaps = np.stack([_gap(scores, one)[0] for one in setting.series])
    actual = np.stack([one[setting.treated].sum(axis=0) for one in setting.series])
    return CellAnswer(
        joint=joint,
        effect=effect,
        inference=kind,
        se=se,
        counterfactual=actual - gaps,
        covariance=period_covariance(setting, scores, float(scores.total[0, 0]), se),
        certificate=certificate,
        weights=-scores.contrast[0] / setting.treated.sum() * ~setting.treated,
        mix=dict(zip(members_of(setting.method), map(float, scores.mix[0]), strict=True)),
        references=statistic,
        comparisons=comparisons,
        fits=fits,
    )


def _gap(scores: Scores, series: Floats) -> Floats:
    """Return each set's treated total minus its counterfactual in every period, shape (sets, time)."""
    gap = scores.contrast @ series
    before = gap[:, : scores.origin]
    level = before.mean(axis=1) if scores.time is None else (before * scores.time).sum(axis=1)
    return gap - level[:, None]


def period_covariance(setting: Setting, scores: Scores, effect: float, se: float) -> Floats:
    """Return the covariance of the effects by period, shape (post, post), summing to ``se**2``.

    Its pattern is that of the reference sets' own paths, each brought to the treated set's scale, with the estimated effect
    taken out first.

    Parameters
    ----------
    setting : Setting
    scores : Scores
    effect : float
        Total effect.
    se : float

    Returns
    -------
    numpy.ndarray, shape (post, post)
        In the outcome's unit squared; infinite where `se` is.
    """
    spread = sizes(setting.outcome[:, : setting.split].mean(axis=1), setting.treated)
    clean = setting.outcome.copy()
    clean[:, setting.split :] -= effect / setting.periods * spread[:, None]
    scale = np.sqrt(scores.scale[:, 0, 0])
    paths = _gap(scores, clean)[1:, setting.split :] * (scale[0] / scale[1:])[:, None]
    pattern = paths.T @ paths / max(1, paths.shape[0])
    # Few reference paths cannot fill the matrix; part of it is put on the diagonal so that no sum has variance zero.
    pattern = 0.9 * pattern + 0.1 * np.diag(np.diag(pattern))
    total = pattern.sum()
    if not total > 0:
        pattern, total = np.eye(setting.periods), float(setting.periods)
    return pattern * (se**2 / total) if np.isfinite(se) else np.full_like(pattern, np.inf)
