"""One cell of a geo experiment, on plain arrays: from series and treated geos to every answer about it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from lift.geo.assignment import Mechanism, among_controls, reference_sets, understatement
from lift.geo.certificate import Certificate, certify, sizes
from lift.geo.conformal import conformal_inference
from lift.geo.donors import Estimator, Flags, Floats
from lift.geo.ensemble import rolling_origins
from lift.geo.estimators import ESTIMATORS, MEMBERS
from lift.geo.inference import Inference
from lift.geo.money import Joint, KnownSpendJoint, PairsJoint, PlaceboJoint
from lift.geo.rolling import Fits, Scores, fit_all, score
from lift.geo.trimmed_match import trimmed_match


@dataclass(frozen=True, slots=True)
class Setting:
    """What is analysed and how.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
        From the first period of the data to the end of the cool-down.
    spend : numpy.ndarray, shape (units, time), or None
    treated : numpy.ndarray of bool, shape (units,)
    split : int
        Number of pre-test periods.
    level : float
    method : str
        A row of `lift.geo.estimators.ESTIMATORS`, "ensemble" or "trimmed_match".
    inference : {"auto", "randomisation", "placebo", "conformal"}
    mechanism : Mechanism
        How treatment was, or might have been, given.
    randomised : bool
        Whether it really was drawn so.
    pairs : numpy.ndarray of int, shape (pairs, 2), or None
        Treated and control unit of each pair, for trimmed match.
    trim : float
    references, pseudo_tests, seed : int
    known_spend : float or None
        Change of spend where there is no spend series.
    compare : bool
        Whether other methods answer too.
    """

    outcome: Floats
    spend: Floats | None
    treated: Flags
    split: int
    level: float
    method: str
    inference: str
    mechanism: Mechanism
    randomised: bool
    pairs: np.ndarray | None = None
    trim: float = 0.1
    references: int = 250
    pseudo_tests: int = 200
    seed: int = 0
    known_spend: float | None = None
    compare: bool = True

    @property
    def periods(self) -> int:
        """Periods of test and cool-down together."""
        return self.outcome.shape[1] - self.split

    @property
    def series(self) -> Floats:
        """Outcome and, where known, spend, shape (series, units, time)."""
        return self.outcome[None] if self.spend is None else np.stack([self.outcome, self.spend])


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """Everything one cell proves.

    Parameters
    ----------
    joint : Joint
        Answers for outcome, spend and their combinations.
    effect : Inference
        Total effect on the outcome over test and cool-down.
    inference : str
        How it was inferred: randomisation, placebo, conformal, or sign flips.
    se : float
        Standard error that a normal with the same interval would have; from the references where it is unbounded.
    counterfactual : numpy.ndarray, shape (series, time)
        Treated totals without the test; before it, the fit.
    covariance : numpy.ndarray, shape (post, post)
        Of the effects by period; adds up to ``se**2``.
    certificate : Certificate or None
        None for methods whose interval comes from flipped pairs.
    weights : numpy.ndarray, shape (units,)
        Donor weights.
    mix : mapping of str to float
        Weight of each member of the ensemble.
    references : numpy.ndarray, shape (references,)
        Studentised effects of the reference sets; entry 0 is the treated set.
    comparisons : tuple of (str, Inference)
        The same question by other methods.
    """

    joint: Joint
    effect: Inference
    inference: str
    se: float
    counterfactual: Floats
    covariance: Floats
    certificate: Certificate | None
    weights: Floats
    mix: Mapping[str, float]
    references: Floats
    comparisons: tuple[tuple[str, Inference], ...]


def fit_cell(setting: Setting) -> Fits:
    """Return every member's weights for every set that might have been treated, at the test and at windows before it.

    Parameters
    ----------
    setting : Setting
    """
    apart = None if setting.randomised else among_controls(setting.treated, setting.level)
    sets = reference_sets(
        setting.treated, apart or setting.mechanism, setting.references, setting.seed
    ).treated
    origins = (*rolling_origins(setting.split, setting.periods), setting.split)
    return fit_all(_members(setting), setting.outcome, sets, origins, setting.periods)


def _members(setting: Setting) -> dict[str, Estimator]:
    names = MEMBERS if setting.method in ("ensemble", "trimmed_match") else (setting.method,)
    return {name: ESTIMATORS[name] for name in names}


def analyse_cell(setting: Setting, fits: Fits | None = None) -> CellAnswer:
    """Return every answer about one cell.

    Parameters
    ----------
    setting : Setting
    fits : Fits, optional
        Of `fit_cell`, where they are known: members of the ensemble read nothing of the test, so that outcomes that
        differ in the test alone share them.
    """
    # 1. Fit and score every set.
    members = _members(setting)
    fits = fits or fit_cell(setting)
    scores = score(fits, setting.series, len(fits.origins) - 1, setting.periods)
    if setting.method == "trimmed_match":
        return _by_pairs(setting, scores)
    # 2. The certificate comes before the answer, because it may widen it. It tests the placebo machine, so a
    #    conformal interval is printed without one.
    kind = inference_kind(setting, fits.treated.shape[0] - 1)
    factor = 1.0 if setting.randomised else understatement(setting.treated, setting.level)
    placebo = _placebo(setting, scores, factor)
    certificate = None
    if kind != "conformal":
        actual = float(setting.outcome[setting.treated, setting.split :].sum())
        point = placebo.total[0, 0]
        certificate = certify(
            fits,
            setting.outcome,
            setting.periods,
            setting.level,
            point / (actual - point) if actual != point else 0.0,
            setting.pseudo_tests,
            factor,
        )
        placebo = _placebo(setting, scores, factor * certificate.widen)
    # 3. The answer.
    joint: Joint = placebo
    effect = placebo.combination(1.0, 0.0)
    if kind == "conformal":
        effect = _conformal(setting, members, scores, float(scores.total[0, 0]))
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
        dict(zip(members, scores.mix[0], strict=True)),
        _comparisons(setting, fits, members, scores, kind, factor),
    )


def inference_kind(setting: Setting, references: int) -> str:
    """Return which inference answers: the stated one, or the most credible one that can reject at the level.

    Parameters
    ----------
    setting : Setting
    references : int
        Reference sets that there are.
    """
    if setting.inference != "auto":
        return setting.inference
    if setting.randomised:
        return "randomisation"
    can_reject = (1 + references) * (1 - setting.level) >= 2 - 1e-9
    return "placebo" if can_reject or setting.method == "synthetic_difference_in_differences" else "conformal"


def _placebo(setting: Setting, scores: Scores, widen: float) -> PlaceboJoint:
    spread = sizes(setting.outcome[:, : setting.split].mean(axis=1), setting.treated)
    return PlaceboJoint(scores.total, scores.scale, scores.contrast @ spread, setting.level, widen)


def _conformal(setting: Setting, members: Mapping[str, object], scores: Scores, point: float) -> Inference:
    """Return block conformal inference with the mix of the ensemble held and its members refitted."""
    mix = scores.mix[0]
    periods = setting.outcome.shape[1]

    def gap(outcome: Floats, treated: Flags) -> Floats:
        rows = treated[None]
        donors = sum(
            w * ESTIMATORS[name](outcome, rows, periods).unit[0] for w, name in zip(mix, members, strict=True)
        )
        found = outcome[treated].mean(axis=0) - donors @ outcome
        return found - found.mean()

    return conformal_inference(gap, setting.outcome, setting.treated, setting.split, setting.level, point)


def _comparisons(
    setting: Setting, fits: Fits, members: Mapping[str, object], scores: Scores, kind: str, factor: float
) -> tuple[tuple[str, Inference], ...]:
    """Return what each member alone says with the same inference, and what the other inference says."""
    found: list[tuple[str, Inference]] = []
    if not setting.compare:
        return ()
    if len(members) > 1:
        for k, name in enumerate(members):
            alone = Fits(fits.treated, fits.origins, [c[k : k + 1] for c in fits.contrast], None)
            one = score(alone, setting.outcome[None], len(fits.origins) - 1, setting.periods)
            joint = _placebo(setting, one, factor)
            found.append((f"{name}, placebo", joint.combination(1.0, 0.0)))
    if kind != "conformal" and scores.time is None:
        found.append(
            (
                f"{setting.method}, block conformal",
                _conformal(setting, members, scores, float(scores.total[0, 0])),
            )
        )
    return tuple(found)


def _answer(
    setting: Setting,
    scores: Scores,
    joint: Joint,
    effect: Inference,
    kind: str,
    certificate: Certificate | None,
    mix: Mapping[str, float],
    comparisons: tuple[tuple[str, Inference], ...],
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
        mix=mix,
        references=statistic,
        comparisons=comparisons,
    )


def _gap(scores: Scores, series: Floats) -> Floats:
    """Return each set's treated total minus its counterfactual in every period, shape (sets, time)."""
    gap = scores.contrast @ series
    before = gap[:, : scores.origin]
    level = before.mean(axis=1) if scores.time is None else (before * scores.time).sum(axis=1)
    return gap - level[:, None]


def standard_error(effect: Inference, statistic: Floats, scale: float) -> float:
    """Return the standard error of a normal with the same interval; from the references' spread where it is unbounded.

    Parameters
    ----------
    effect : Inference
    statistic : numpy.ndarray
        Studentised effects, the treated set first.
    scale : float
        The treated set's scale.
    """
    half = (effect.upper - effect.lower) / 2
    if np.isfinite(half):
        return float(half / special.ndtri((1 + effect.level) / 2))
    return (
        float(scale * np.median(np.abs(statistic[1:])) / special.ndtri(0.75))
        if statistic.size > 1
        else float("inf")
    )


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


def _by_pairs(setting: Setting, scores: Scores) -> CellAnswer:
    """Return the answer of trimmed match; its effect by period is that of the pairs that were kept."""
    assert setting.pairs is not None
    first, second = setting.pairs.T
    levelled = setting.series - setting.series[:, :, : setting.split].mean(axis=2, keepdims=True)
    difference = levelled[:, first] - levelled[:, second]
    response = difference[:, :, setting.split :].sum(axis=2)
    share = sizes(setting.outcome[:, : setting.split].mean(axis=1), setting.treated)[first]
    match = trimmed_match(response[0], share, setting.trim, setting.level, setting.seed)
    effect, kept = match.inference, match.kept
    part = difference[:, kept] / share[kept].sum()
    gaps = part.sum(axis=1)
    residual = (
        part[0, :, setting.split :]
        - effect.point / setting.periods * (share[kept] / share[kept].sum())[:, None]
    )
    pattern = residual.T @ residual
    se = standard_error(effect, np.zeros(1), float("nan"))
    total = pattern.sum()
    covariance = (
        pattern * se**2 / total
        if total > 0 and np.isfinite(se)
        else np.eye(setting.periods) * se**2 / setting.periods
    )
    actual = np.stack([one[setting.treated].sum(axis=0) for one in setting.series])
    weights = np.zeros(setting.treated.size)
    weights[second[kept]] = 1 / kept.sum()
    joint: Joint = PairsJoint(response, share, setting.trim, setting.level, setting.seed)
    if setting.spend is None:
        joint = KnownSpendJoint(effect, setting.known_spend)
    placebo = _placebo(
        setting, scores, 1.0 if setting.randomised else understatement(setting.treated, setting.level)
    )
    return CellAnswer(
        joint,
        effect,
        "sign flips",
        se,
        actual - gaps,
        covariance,
        None,
        weights,
        {},
        np.zeros(0),
        (("ensemble, placebo", placebo.combination(1.0, 0.0)),),
    )
