"""Geo design: which markets, how many, how long, scored by the whole analysis on windows the selection never saw."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from lift.design.config import GeoPlan
from lift.geo.data.assignment import understatement
from lift.geo.estimators.donors import Flags, Floats
from lift.geo.estimators.rolling import (
    Fits,
    Scores,
    fit_all,
    in_sample,
    learned,
    members_of,
    rolling_origins,
    score,
)
from lift.geo.inference.placebo import p_value_of
from lift.geo.trust.support import independent_sets, separate_windows, widening

_WINDOWS = 16
OWN_SCALE = 0.25
"""Standard deviation of the logarithm of a set's true error over what the panel tells of it, beyond few windows."""
_TOP_SHARE = 0.1
"""Share of the best candidates whose behaviour on unseen windows stands for the chosen set's."""


@dataclass(frozen=True, slots=True)
class GeoOption:
    """One size and length of a test.

    Parameters
    ----------
    treated : tuple of int
        Units to treat; for a randomised design the set that was drawn.
    periods : int
    mde : float
        Smallest relative lift found with the wanted power; infinite where even doubling the outcome is not.
    power : float
        Probability of finding the expected lift, on windows that the selection did not see.
    power_lower, power_upper : float
        Interval of `power` at the plan's level: few windows, and windows and sets that go together, leave it wide.
    power_claimed : float
        The same on the windows that chose the set: what a design without unseen windows would promise.
    false_positives : float
        Share of unseen windows in which sets like the chosen one would have shown an effect, after widening.
    windows : int
        Unseen windows.
    outcome : float
        Outcome of the treated units over the latest window of that length.
    budget : float or None
        Spend that the test needs.
    reasons : tuple of str
        Why not to run it; empty where it may be run.
    """

    treated: tuple[int, ...]
    periods: int
    mde: float
    power: float
    power_lower: float
    power_upper: float
    power_claimed: float
    false_positives: float
    windows: int
    outcome: float
    budget: float | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """Units of a plan.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
    spend : numpy.ndarray, shape (units, time), or None
    must, never : numpy.ndarray of bool, shape (units,)
        Units that must be treated, and that must not.
    """

    outcome: Floats
    spend: Floats | None
    must: Flags
    never: Flags


def design_geo(plan: GeoPlan, pool: Pool, seed: int) -> tuple[GeoOption, ...]:
    """Return an option for each size and length, best first: runnable ones by cost and length, then by power.

    Parameters
    ----------
    plan : GeoPlan
    pool : Pool
    seed : int

    Returns
    -------
    tuple of GeoOption
        Each with its power, cost and the reasons that speak against running it.
    """
    longest = max(plan.periods) + plan.cooldown
    origins = rolling_origins(pool.outcome.shape[1], longest, _WINDOWS)
    members = members_of(plan.method)
    options = []
    for size in plan.sizes:
        candidates = candidate_sets(
            pool, size, plan.candidates, origins[len(origins) // 3] if origins else 0, seed
        )
        # The last origin is the end of the data, where only the scale is read: the one that the test will divide by.
        ends = (*origins, pool.outcome.shape[1])
        fits = fit_all(members, pool.outcome, candidates, ends, longest)
        options += [_option(plan, pool, fits, periods, seed) for periods in plan.periods]
    best = max((option.power for option in options), default=0.0)
    return tuple(
        sorted(
            options,
            # Where the power of options differs by less than is known of it, the cheaper and shorter one comes first.
            key=lambda o: (
                bool(o.reasons),
                _cost(o) if not o.reasons else 0.0 if o.power_upper >= best else 1.0 - o.power,
                o.periods,
                len(o.treated),
            ),
        )
    )


def _cost(option: GeoOption) -> float:
    return option.outcome if option.budget is None else option.budget


def candidate_sets(pool: Pool, size: int, count: int, seen: int, seed: int) -> Flags:
    """Return sets to try, shape (sets, units): half easy to match on the first `seen` periods, half at random.

    Parameters
    ----------
    pool : Pool
    size : int
        Treated units.
    count : int
        Sets wanted; fewer where fewer exist.
    seen : int
        Periods that selection may read.
    seed : int

    Returns
    -------
    numpy.ndarray of bool, shape (sets, units)
        Those drawn at random first.

    Notes
    -----
    The random half is what the test will be compared with, so it must not be chosen.
    """
    random = np.random.default_rng(seed)
    free = np.flatnonzero(~pool.must & ~pool.never)
    fixed = np.flatnonzero(pool.must)
    draws: dict[tuple[int, ...], None] = {}
    for _ in range(20 * count):
        picked = random.choice(free, size - fixed.size, replace=False)
        draws.setdefault(tuple(sorted(map(int, (*fixed, *picked)))))
    sets = np.zeros((len(draws), pool.outcome.shape[0]), dtype=bool)
    for row, members in zip(sets, draws, strict=True):
        row[list(members)] = True
    at_random, rest = sets[: count // 2], sets[count // 2 :]
    if not rest.size or not seen:
        return sets[:count]
    before = pool.outcome[:, :seen]
    before = before - before.mean(axis=1, keepdims=True)
    inside, outside = rest @ before, ~rest @ before
    spread = np.linalg.norm(inside, axis=1) * np.linalg.norm(outside, axis=1)
    alike = (inside * outside).sum(axis=1) / np.where(spread > 0, spread, 1.0)
    return np.concatenate([at_random, rest[np.argsort(-alike, kind="stable")[: count - at_random.shape[0]]]])


def _option(plan: GeoPlan, pool: Pool, fits: Fits, periods: int, seed: int) -> GeoOption:
    """Return one size and length: choose on the first third of the windows, score on later ones."""
    length = periods + plan.cooldown
    usable = [i for i, o in enumerate(fits.origins[:-1]) if fits.origins[0] + length <= o]
    chosen_on = usable[: max(1, len(usable) // 3)]
    # A window is unseen when it begins after the last period that the selection read.
    scored_on = [i for i in usable if chosen_on and fits.origins[i] >= fits.origins[chosen_on[-1]] + length]
    if not scored_on:
        reason = (
            "the data are too short to score a test of this length on windows that the selection has not seen"
        )
        nan = float("nan")
        return GeoOption((), periods, float("inf"), 0.0, 0.0, 1.0, nan, nan, 0, nan, None, (reason,))
    series = pool.outcome[None]
    if not plan.randomise:
        # The test of a set that was chosen believes its fit no further than the panel warrants; so does the plan.
        fits = learned(fits, pool.outcome, length)
    earlier = [score(fits, series, i, length) for i in chosen_on]
    later = [score(fits, series, i, length) for i in scored_on]
    ranked = np.argsort(
        np.mean([misfit(pool.outcome, fits.treated, s) for s in earlier], axis=0), kind="stable"
    )
    best = int(np.random.default_rng(seed).integers(ranked.size)) if plan.randomise else int(ranked[0])
    group = np.arange(ranked.size) if plan.randomise else ranked[: max(10, round(_TOP_SHARE * ranked.size))]
    outcome = float(pool.outcome[fits.treated[best], -length:].sum())
    gain = _gain(score(fits, series, len(fits.origins) - 1, length), best, outcome)
    factor = 1.0 if plan.randomise else understatement(fits.treated[best], plan.level)
    curve = _PowerCurve(later, [gain] * len(later), group, plan.level, factor, pool.outcome)
    own = [_gain(scores, best, _outcome(pool.outcome, fits.treated, scores)[best]) for scores in earlier]
    claimed = _PowerCurve(earlier, own, group, plan.level, factor, pool.outcome).at(plan.expected_lift)
    power = curve.at(plan.expected_lift)
    budget = _budget(plan, pool, fits.treated[best], periods, outcome)
    reasons = _reasons(plan, power, budget, curve.references, curve.mde(plan.power))
    treated = tuple(map(int, np.flatnonzero(fits.treated[best])))
    return GeoOption(
        treated,
        periods,
        curve.mde(plan.power),
        power,
        *curve.interval(plan.expected_lift),
        claimed,
        curve.at(0.0),
        len(scored_on),
        outcome,
        budget,
        reasons,
    )


def misfit(outcome: Floats, treated: Flags, scores: Scores) -> Floats:
    """Return each set's in-sample error as a share of its outcome in the window: what selection minimises.

    Not the scale that the test divides by: choosing the smallest of those would choose the most understated, and the
    test of the chosen set would find effects that are not there.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
    treated : numpy.ndarray of bool, shape (sets, units)
    scores : Scores
        Of the window.

    Returns
    -------
    numpy.ndarray, shape (sets,)
    """
    inside = in_sample(scores.contrast, outcome[None], scores.origin, scores.length)[:, 0, 0]
    return np.asarray(np.sqrt(inside) / _outcome(outcome, treated, scores))


def _outcome(outcome: Floats, treated: Flags, scores: Scores) -> Floats:
    """Return each set's outcome in the window."""
    return np.asarray(treated @ outcome[:, scores.origin : scores.origin + scores.length].sum(axis=1))


def _gain(scores: Scores, index: int, outcome: float) -> float:
    """Return the studentised effect that doubling the outcome of one set would have."""
    return float(outcome / np.sqrt(scores.scale[index, 0, 0]))


class _PowerCurve:
    """Power of one set as a function of the lift.

    The set's own error in a handful of windows says little, so the studentised errors of the group it was chosen from
    stand in for it, in every unseen window; its size and scale are its own. The scale is that of the end of the data:
    at windows soon after the selection it still flatters a set that was chosen for its fit, and would promise too much.
    Sets that were chosen because they are easy to match err more than their scale says; the certificate of the analysis
    will widen the interval for that, and so does the power.

    Parameters
    ----------
    windows : sequence of Scores
    gains : sequence of float
        Studentised effect of a lift of 1, a window.
    group : numpy.ndarray of int
        Sets that stand in for the chosen one.
    level : float
    factor : float
        On the reference statistics, as in the analysis.
    outcome : numpy.ndarray, shape (units, time)
        From which it is told how far sets go together.
    """

    def __init__(
        self,
        windows: Sequence[Scores],
        gains: Sequence[float],
        group: np.ndarray,
        level: float,
        factor: float,
        outcome: Floats,
    ) -> None:
        self.alpha = 1 - level
        self.windows = []
        for scores, gain in zip(windows, gains, strict=True):
            statistic = scores.total[0] / np.sqrt(scores.scale[:, 0, 0])
            others = np.delete(statistic, group) if group.size < statistic.size else statistic
            self.windows.append((statistic[group], others, gain))
        self.references = self.windows[0][1].size
        self.separate = separate_windows([scores.origin for scores in windows], windows[0].length)
        gaps = windows[-1].contrast[group] @ outcome[:, : windows[-1].origin]
        self.effective = min(float(group.size * len(windows)), self.separate * independent_sets(gaps))
        rows = [row for errors, others, _ in self.windows for row in _rows(errors, others)]
        self.widen = max(factor, widening(rows, level))

    def at(self, lift: float) -> float:
        """Return the probability that the placebo test finds a relative lift."""
        found = []
        for errors, others, gain in self.windows:
            rows = _rows(errors + lift * gain, others)
            found.append(p_value_of(rows, np.ones(1), self.widen) < self.alpha - 1e-12)
        return float(np.mean(found))

    def interval(self, lift: float) -> tuple[float, float]:
        """Return the ends of the power's interval at the level of the test.

        Two things are not known: the share of pseudo-tests that find the lift, which is that of as many independent trials as
        windows and sets are worth; and the scale that the test will divide by, from few windows and with a part that is the
        chosen set's own. Their reaches are put together as those of independent errors, on the normal scale.
        """
        power, trials = self.at(lift), max(1.0, self.effective)
        tails = np.array([self.alpha / 2, 1 - self.alpha / 2])
        share = special.betaincinv(power * trials + 0.5, (1 - power) * trials + 0.5, tails)
        # A scale from n windows has a logarithm with standard deviation 1 / sqrt(2 n).
        off = np.exp(special.ndtri(tails) * np.sqrt(1 / (2 * max(1.0, self.separate)) + OWN_SCALE**2))
        shifted = np.array([self.at(lift * factor) for factor in off])
        centre, *ends = (special.ndtri(np.clip(x, 1e-3, 1 - 1e-3)) for x in (power, share, shifted))
        reach = np.sqrt(sum(np.clip((end - centre) * [-1, 1], 0.0, None) ** 2 for end in ends))
        low, high = special.ndtr(centre + reach * [-1, 1])
        return float(min(low, power)), float(max(high, power))

    def mde(self, power: float) -> float:
        """Return the smallest lift found with `power`, to a thousandth of itself; infinite above 100 %."""
        low, high = 0.0, 1.0
        if self.at(high) < power:
            return float("inf")
        while high - low > 1e-3 * high and high > 1e-6:
            middle = (low + high) / 2
            low, high = (low, middle) if self.at(middle) >= power else (middle, high)
        return high


def _rows(errors: Floats, others: Floats) -> Floats:
    """Return each studentised error followed by the references, shape (errors, 1 + others)."""
    return np.concatenate([errors[:, None], np.tile(others, (errors.size, 1))], axis=1)


def _budget(plan: GeoPlan, pool: Pool, treated: Flags, periods: int, outcome: float) -> float | None:
    """Return the spend that the test needs; None where the plan does not say how spend makes outcome."""
    if plan.spend_increase is not None and pool.spend is not None:
        return plan.spend_increase * float(pool.spend[treated, -periods:].sum())
    if plan.cost_per_incremental is not None:
        return plan.cost_per_incremental * outcome * plan.expected_lift / (1 + plan.expected_lift)
    return None


def _reasons(
    plan: GeoPlan, power: float, budget: float | None, references: int, mde: float
) -> tuple[str, ...]:
    found = []
    if (1 + references) * (1 - plan.level) < 1:
        found.append(f"{references} other sets of geos cannot give a p-value below {1 - plan.level:.2g}")
    if power < plan.power:
        words = (
            "no lift up to 100 % reaches that"
            if not np.isfinite(mde)
            else f"a lift of {mde:.1%} or more reaches that"
        )
        found.append(
            f"a lift of {plan.expected_lift:.1%} would be found with probability {power:.0%}; {plan.power:.0%} is asked for "
            f"({words})"
        )
    if budget is not None and plan.most_budget is not None and budget > plan.most_budget:
        found.append(f"it needs {budget:,.0f}, more than the {plan.most_budget:,.0f} allowed")
    return tuple(found)
