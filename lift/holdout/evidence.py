"""A holdout's increments as evidence for calibration: totals over the treated people, with their full covariance.

Where people entered day by day, a readout is a week of exposure: a total cannot tell a short strong effect from a long
weak one. The readouts of an arm add up to its increment, and their covariance to its squared standard error.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from lift.holdout.config import Holdout
from lift.holdout.methods.adjustment import MINIMUM_CONVERTERS
from lift.holdout.primary import Question, loading
from lift.holdout.table import HoldoutData
from lift.moments import Array, Moments, MomentTable
from mixproof.records.evidence import ArmPopulation, Evidence, Readout, SpendPath


def holdout_evidence(
    experiment: Holdout,
    data: HoldoutData,
    questions: Sequence[Question],
    level: float,
    currency: str,
    hashes: Mapping[str, str],
) -> Evidence:
    """Return the evidence of one outcome of a holdout.

    Parameters
    ----------
    experiment : Holdout
    data : HoldoutData
    questions : sequence of Question, shape (treated arm,)
        In the order of the YAML.
    level : float
        Of the published intervals, each by itself: not widened for several arms, for the covariance says what they share.
    currency : str
    hashes : mapping of str to str
        SHA-256 of the section and of the table.

    Returns
    -------
    Evidence
        Readouts of the first arm in the order of their weeks, then those of the next.
    """
    revenue = questions[0].outcome == "revenue"
    outcome = "revenue" if revenue else experiment.outcome
    increments = [question.increment_at(level) for question in questions]
    weeks = _weeks(experiment, data.table, questions, level)
    parts = [_parts(question, level, weeks) for question in questions]
    treated = math.fsum(question.people for question in questions)
    notes = [*data.notices, *(answer.words for answer in increments if answer.words)]
    if experiment.looks is not None and experiment.looks.kind == "always_valid":
        notes.append("intervals hold at any time; the covariance is that of the fixed-size estimate")
    return Evidence(
        experiment=experiment.name,
        kind="holdout",
        estimand="incremental_outcome",
        outcome_kind="revenue" if revenue else "count",
        outcome=outcome,
        unit=currency if revenue else outcome,
        currency=currency,
        readouts=tuple(
            _readout(experiment, question, week, effect)
            for question, part in zip(questions, parts, strict=True)
            for week, effect in zip(weeks, part.effects, strict=True)
        ),
        covariance=_covariance(parts),
        start=experiment.start,
        end=experiment.end,
        outcome_end=experiment.outcome_end,
        treated_share=None if experiment.population is None else treated / experiment.population,
        arms=_populations(experiment, data),
        spend=_spend(experiment, questions),
        level=increments[0].level,
        lower=tuple(value for part in parts for value in part.lower),
        upper=tuple(value for part in parts for value in part.upper),
        method=increments[0].method,
        quality="randomised",
        measurement="randomised_people",
        in_panel=experiment.in_panel,
        hashes=dict(hashes),
        notes=tuple(dict.fromkeys(notes)),
    )


@dataclass(frozen=True, slots=True)
class _Week:
    """People who entered in one span of days; the whole test where `entered` is None."""

    table: MomentTable
    control: Moments
    entered: tuple[date, date] | None
    end: date | None


def _weeks(
    experiment: Holdout, table: MomentTable, questions: Sequence[Question], level: float
) -> list[_Week]:
    """Return the weeks of exposure; one span, the whole test, where they cannot be told apart.

    A week with fewer than `MINIMUM_CONVERTERS` converters in an arm is joined with the next.
    """
    whole = [_Week(table, questions[0].control, None, experiment.outcome_end)]
    start, end = experiment.start, experiment.end
    measured = all(
        math.isfinite(q.increment_at(level).point) and _standard_error(q, level) > 0 for q in questions
    )
    spans = _spans(table) if measured and len(table.days) > 1 else []
    if start is None or end is None or len(spans) < 2:
        return whole
    found = []
    for first, last in spans:
        part, final = table.entered(first, last), min(start + timedelta(days=last), end)
        follow = experiment.follow_up
        through = experiment.outcome_end if follow is None else final + timedelta(days=follow.days)
        entered = (start + timedelta(days=first), final)
        found.append(_Week(part, part.arm(experiment.control.name), entered, through))
    outcome = questions[0].outcome
    steady = all(_spread(w.table.arm(q.arm.name), w.control, outcome) > 0 for q in questions for w in found)
    return found if steady else whole


def _spans(table: MomentTable) -> list[tuple[int, int]]:
    """Return first and last entry day of each week, counted from the start, thin weeks joined with the next."""
    spans: list[tuple[int, int]] = []
    first: int | None = None
    for week in sorted({day // 7 for day in table.days}):
        first = 7 * week if first is None else first
        part = table.entered(first, 7 * week + 6)
        arms = [part.arm(name) for name in part.arms]
        if all(arm.users >= 2 and arm.total("conversion") >= MINIMUM_CONVERTERS for arm in arms):
            spans.append((first, 7 * week + 6))
            first = None
    if first is not None and spans:
        spans[-1] = (spans[-1][0], 7 * (table.days[-1] // 7) + 6)
    return spans


@dataclass(frozen=True, slots=True)
class _Parts:
    """An arm's increment by week: effects, their standard errors and intervals, and what each owes to the control."""

    effects: list[float]
    errors: Array
    lower: list[float]
    upper: list[float]
    loadings: Array


def _parts(question: Question, level: float, weeks: Sequence[_Week]) -> _Parts:
    """Return the increment of an arm by week of exposure.

    Notes
    -----
    Weeks hold different people, so their plain differences are independent. What the method of the answer adds to the
    plain differences, an adjustment say, is spread over the weeks by their variance.
    """
    outcome, increment, error = (
        question.outcome,
        question.increment_at(level),
        _standard_error(question, level),
    )
    if len(weeks) == 1:
        ends = [increment.lower], [increment.upper]
        return _Parts([increment.point], np.array([error]), *ends, np.array([question.loading]))
    arms = [(week.table.arm(question.arm.name), week.control) for week in weeks]
    plain = np.array([(one.mean(outcome) - zero.mean(outcome)) * one.users for one, zero in arms])
    variance = np.array([_spread(one, zero, outcome) ** 2 for one, zero in arms])
    share = variance / variance.sum()
    effects = plain + share * (increment.point - plain.sum())
    below, above = increment.point - increment.lower, increment.upper - increment.point
    return _Parts(
        effects=[float(effect) for effect in effects],
        errors=error * np.sqrt(share),
        lower=[float(effect - below * root) for effect, root in zip(effects, np.sqrt(share), strict=True)],
        upper=[float(effect + above * root) for effect, root in zip(effects, np.sqrt(share), strict=True)],
        loadings=np.array([loading(one, zero, outcome) for one, zero in arms]),
    )


def _covariance(parts: Sequence[_Parts]) -> tuple[tuple[float, ...], ...]:
    """Return the covariance of all readouts, shape (arm x week, arm x week): arms of a week share its control."""
    rows = []
    for i, one in enumerate(parts):
        for week in range(one.errors.size):
            row = []
            for j, other in enumerate(parts):
                together = 1.0 if i == j else float(one.loadings[week] * other.loadings[week])
                both = float(one.errors[week]) * float(other.errors[week]) * together
                row += [both if at == week else 0.0 for at in range(other.errors.size)]
            rows.append(tuple(row))
    return tuple(rows)


def _readout(experiment: Holdout, question: Question, week: _Week, effect: float) -> Readout:
    """Return the effect on the people of one arm who entered in one week."""
    people = week.table.arm(question.arm.name)
    return Readout(
        arm=question.arm.name,
        channels=question.arm.channels or experiment.channels,
        start=experiment.start if week.entered is None else week.entered[0],
        end=week.end,
        effect=effect,
        entered=week.entered,
        people_share=None if experiment.population is None else people.users / experiment.population,
        market_share=1.0,
        baseline=people.total(question.outcome) - effect,
    )


def _standard_error(question: Question, level: float) -> float:
    """Return the standard error of an increment; that of the plain difference where the interval has none."""
    increment = question.increment_at(level)
    if math.isfinite(increment.se) and increment.se > 0:
        return increment.se
    return _spread(question.treated, question.control, question.outcome)


def _spread(treated: Moments, control: Moments, outcome: str) -> float:
    """Return the standard error of the plain difference, times the treated people."""
    return treated.users * math.sqrt(sum(arm.variance(outcome) / arm.users for arm in (treated, control)))


def _populations(experiment: Holdout, data: HoldoutData) -> tuple[ArmPopulation, ...]:
    """Return people and exposed people of every arm, the control first."""
    found = []
    for name in data.table.arms:
        arm = data.table.arm(name)
        exposed = arm.total("exposed") if "exposed" in arm.variables else None
        role = "control" if name == experiment.control.name else "treated"
        found.append(ArmPopulation(name, role, arm.users, exposed))  # type: ignore[arg-type]
    return tuple(found)


def _spend(experiment: Holdout, questions: Sequence[Question]) -> tuple[SpendPath, ...]:
    """Return the spend of each arm and channel over the test; nothing where its days are not known."""
    if experiment.start is None or experiment.end is None:
        return ()
    return tuple(
        path
        for question in questions
        if question.spend is not None
        for path in question.spend.paths(question.arm.name, experiment.start, experiment.end)
    )
