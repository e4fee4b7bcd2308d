"""A holdout's increments as evidence for calibration: totals over the treated people, with their full covariance."""

import math
from collections.abc import Mapping, Sequence

from lift.holdout.config import Holdout, spend_by_channel
from lift.holdout.methods.interval import Answer
from lift.holdout.primary import Question
from lift.holdout.table import HoldoutData
from mixproof.records.evidence import ArmPopulation, Evidence, Readout, SpendPath


def holdout_evidence(
    experiment: Holdout,
    data: HoldoutData,
    questions: Sequence[Question],
    increments: Sequence[Answer],
    currency: str,
    hashes: Mapping[str, str],
) -> Evidence:
    """Return the evidence of one outcome of a holdout.

    Parameters
    ----------
    experiment : Holdout
    data : HoldoutData
    questions, increments : sequence, shape (treated arm,)
        Primary answers in the order of the YAML; increments are single answers, not widened for several arms: the
        covariance says what they share.
    currency : str
    hashes : mapping of str to str
    """
    revenue = questions[0].outcome == "revenue"
    outcome = "revenue" if revenue else experiment.outcome
    errors = [_standard_error(q, answer) for q, answer in zip(questions, increments, strict=True)]
    covariance = tuple(
        tuple(
            errors[i] * errors[j] * (1.0 if i == j else questions[i].loading * questions[j].loading)
            for j in range(len(errors))
        )
        for i in range(len(errors))
    )
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
            Readout(
                arm=arm.name,
                channels=arm.channels or experiment.channels,
                start=experiment.start,
                end=experiment.outcome_end,
                effect=answer.point,
            )
            for arm, answer in zip(experiment.arms, increments, strict=True)
        ),
        covariance=covariance,
        start=experiment.start,
        end=experiment.end,
        outcome_end=experiment.outcome_end,
        treated_share=None if experiment.population is None else treated / experiment.population,
        arms=_populations(experiment, data),
        spend=_spend(experiment),
        level=increments[0].level,
        lower=tuple(answer.lower for answer in increments),
        upper=tuple(answer.upper for answer in increments),
        method=increments[0].method,
        quality="randomised",
        in_panel=experiment.in_panel,
        hashes=dict(hashes),
        notes=tuple(dict.fromkeys(notes)),
    )


def _standard_error(question: Question, increment: Answer) -> float:
    """Return the standard error of an increment; that of the plain difference where the interval has none."""
    if math.isfinite(increment.se) and increment.se > 0:
        return increment.se
    spread = sum(arm.variance(question.outcome) / arm.users for arm in (question.treated, question.control))
    return question.people * math.sqrt(spread)


def _populations(experiment: Holdout, data: HoldoutData) -> tuple[ArmPopulation, ...]:
    """Return people and exposed people of every arm, the control first."""
    found = []
    for name in data.table.arms:
        arm = data.table.arm(name)
        exposed = arm.total("exposed") if "exposed" in arm.variables else None
        role = "control" if name == experiment.control.name else "treated"
        found.append(ArmPopulation(name, role, arm.users, exposed))  # type: ignore[arg-type]
    return tuple(found)


def _spend(experiment: Holdout) -> tuple[SpendPath, ...]:
    """Return the spend of each arm and channel over the test: one period, for only totals are stated."""
    if experiment.start is None or experiment.end is None:
        return ()
    days = (experiment.end - experiment.start).days + 1
    paths = []
    for arm in experiment.arms:
        channels = arm.channels or experiment.channels
        run = spend_by_channel(arm.spend, channels)
        without = spend_by_channel(arm.spend_without, channels) or {}
        for channel, money in (run or {}).items():
            rows = ((float(money),),), ((float(without.get(channel, 0.0)),),)
            paths.append(SpendPath((channel,), arm.name, (), (experiment.start,), days, *rows))
    return tuple(paths)
