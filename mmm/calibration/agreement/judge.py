"""Experiments and the model that has seen them: every table and finding on whether the two can be believed together.

What the model says without an experiment comes from its own draws, weighted so that the experiment is taken away; where that
cannot be done, a fit without it is asked for and nothing is said of a conflict.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from mixproof.records.verdict import Finding
from mmm.calibration.agreement.conflict import Array, Measured, effective_weight
from mmm.calibration.agreement.findings import conflict_finding, refit_finding, tension_finding
from mmm.calibration.agreement.leave_one_out import LeftOut, leave_one_out, without
from mmm.calibration.agreement.tables import CALIBRATION, TENSION
from mmm.calibration.agreement.tension import Tension, tension
from mmm.calibration.predicted import predicted_readouts
from mmm.calibration.replay import Experiment
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem

DEMAND = "demand_chasing"
WORDS = {"warning": "disagrees", "pass": "agrees", "note": "not told"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One experiment, and what draws of the model say of it.

    Parameters
    ----------
    experiment : Experiment
    measured : Measured
        With the bias at its usual size.
    size : numpy.ndarray, shape (sample,)
        Size of the bias in each draw, in usual ones.
    predicted : numpy.ndarray, shape (sample, readout)
    left : LeftOut
    """

    experiment: Experiment
    measured: Measured
    size: Array
    predicted: Array
    left: LeftOut

    @property
    def channel(self) -> str:
        """Return the channels tested, joined."""
        return " + ".join(self.experiment.channels)


def judge_experiments(
    problem: Problem, draws: Draws, roi: Array
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """Return the tables and findings on a calibrated model's experiments; nothing where it has none.

    Parameters
    ----------
    problem : Problem
        Of the fit, with its experiments.
    draws : Draws
        Of the posterior.
    roi : numpy.ndarray, shape (channel, sample)
        Return of each channel in the same draws; NaN where a channel has none.

    Returns
    -------
    dict of str to pandas.DataFrame
    list of Finding
    """
    if problem.replay is None:
        return {}, []
    predicted = predicted_readouts(problem, draws)
    asked = [_ask(each, draws, predicted[each.name]) for each in problem.replay.experiments]
    names, level = problem.panel.channels, problem.config.interval.level
    returns = dict(zip(names, roi, strict=True))
    findings = [_conflict(one) for one in asked]
    rows = [
        row
        for one, said in zip(asked, findings, strict=True)
        for row in _rows(one, said, returns, level, problem)
    ]
    tensions: list[dict[str, Any]] = []
    for channel in names:
        mine = [one for one in asked if one.experiment.channels == (channel,)]
        if len(mine) > 1:
            found = tension([one.measured for one in mine], [_expected(one) for one in mine])
            findings.append(tension_finding(channel, [one.experiment.name for one in mine], found))
            tensions += _tension_rows(channel, mine, found, returns[channel], level)
    return {"calibration": CALIBRATION.frame(rows), "calibration_tension": TENSION.frame(tensions)}, findings


def without_demand(findings: Sequence[Finding], problem: Problem) -> tuple[Finding, ...]:
    """Return findings in which channels with an experiment of their own are no longer mixed with demand.

    Parameters
    ----------
    findings : sequence of Finding
    problem : Problem

    Returns
    -------
    tuple of Finding
    """
    tests: dict[str, list[str]] = {}
    for each in problem.replay.experiments if problem.replay is not None else ():
        for channel in each.channels if len(each.channels) == 1 else ():
            tests.setdefault(channel, []).append(each.name)
    return tuple(
        replace(
            finding,
            status="note",
            sentence=f"{finding.sentence} Here one did: {', '.join(tests[str(finding.subject)])} calibrated its return.",
        )
        if finding.check == DEMAND and finding.status == "warning" and finding.subject in tests
        else finding
        for finding in findings
    )


def mixed_with_demand(findings: Sequence[Finding]) -> list[str]:
    """Return the channels whose spend follows demand, so that their return is mixed with it."""
    return [str(f.subject) for f in findings if f.check == DEMAND and f.status == "warning" and f.subject]


def _ask(each: Experiment, draws: Draws, predicted: Array) -> Asked:
    """Return an experiment with what the model says of it, itself left out."""
    name = f"evidence_size_{each.kind}"
    sizes = draws.values(name) if each.bias_size > 0 and name in draws.arrays else np.zeros(draws.count)
    spread = np.sqrt(sizes**2 + each.age_variance)
    usual = float(np.sqrt(np.mean(spread**2)))
    freedom = np.inf if each.degrees_of_freedom is None else each.degrees_of_freedom
    measured = Measured(each.observed, each.covariance, usual * each.bias_scale, freedom)
    size = spread / usual if usual > 0 else np.ones(draws.count)
    return Asked(each, measured, size, predicted, leave_one_out(measured, predicted, size))


def _conflict(one: Asked) -> Finding:
    if one.left.refit:
        return refit_finding(one.experiment.name, one.left.pareto_k)
    return conflict_finding(one.experiment.name, float(one.measured.observed.sum()), one.left.conflict)


def _expected(one: Asked) -> Array:
    """Return what the model says of a test's readouts; where that is nothing, the course that its priors expect."""
    total = one.predicted.sum(axis=1)
    clear = abs(total.mean()) > total.std() or not one.experiment.bias_scale.any()
    return one.predicted.mean(axis=0) if clear else one.experiment.bias_scale


def _rows(
    one: Asked, said: Finding, returns: dict[str, Array], level: float, problem: Problem
) -> Iterator[dict[str, Any]]:
    """Yield a row for each readout, and one for all together where there are several."""
    each, left = one.experiment, one.left
    roi = np.column_stack([returns[channel] for channel in each.channels])
    weight = effective_weight(roi, roi, left.weights)
    kept = np.isfinite(weight)
    statement = any(label.endswith(", return") for label in each.labels)
    common = {
        "experiment": each.name,
        "channel": one.channel,
        "unit": f"{problem.panel.currency} per {problem.panel.currency}" if statement else problem.panel.outcome_unit,
        "level": level,
        "z": left.conflict.z,
        "p": left.conflict.p,
        "readouts": left.conflict.readouts,
        "conflict": "refit" if left.refit else WORDS[said.status],
        "detectable": left.conflict.detectable,
        "weight": float(weight[kept].max()) if kept.any() else np.nan,
        "pareto_k": left.pareto_k,
        "note": " ".join(each.notes),
    }  # fmt: skip
    count = len(each.observed)
    sums = [(label, np.eye(count)[k]) for k, label in enumerate(each.labels)]
    for label, part in [*sums, *([("total", np.ones(count))] if count > 1 else [])]:
        yield {**common, "readout": label, **_numbers(one, part, level)}


def _numbers(one: Asked, part: Array, level: float) -> dict[str, float]:
    """Return what was measured and predicted of a sum of readouts, with intervals."""
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    law = (
        stats.norm if np.isinf(one.measured.degrees_of_freedom) else stats.t(one.measured.degrees_of_freedom)
    )
    value, error = float(part @ one.measured.observed), float(part @ one.measured.covariance @ part) ** 0.5
    said = one.predicted @ part
    equal = np.full(len(said), 1 / len(said))
    found = {"measured": (value, *(value + error * law.ppf(tails)))}
    for name, weights in (("before", one.left.weights), ("after", equal)):
        found[name] = (float(weights @ said), *quantiles(said, weights, tails))
    return {
        f"{name}{end}": float(number)
        for name, numbers in found.items()
        for end, number in zip(("", "_lower", "_upper"), numbers, strict=True)
    }


def quantiles(values: Array, weights: Array, shares: Array) -> Array:
    """Return quantiles of weighted draws: between neighbouring draws they are interpolated.

    Parameters
    ----------
    values, weights : numpy.ndarray, shape (sample,)
        The weights sum to 1.
    shares : numpy.ndarray, shape (quantile,)

    Returns
    -------
    numpy.ndarray, shape (quantile,)
    """
    order = np.argsort(values)
    climbed = np.cumsum(weights[order]) - weights[order] / 2
    return np.interp(shares, climbed, values[order])


def _tension_rows(
    channel: str, mine: Sequence[Asked], found: Tension, roi: Array, level: float
) -> Iterator[dict[str, Any]]:
    """Yield a row for each test of a channel, with the channel's return where it is the only one."""
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    for k, one in enumerate(mine):
        others = [each for each in mine if each is not one]
        weights, pareto_k = without(
            [(each.measured, each.predicted) for each in others], [each.size for each in others]
        )
        low, high = quantiles(roi, weights, tails)
        yield {
            "channel": channel,
            "experiment": one.experiment.name,
            "multiple": found.multiples[k].value,
            "se": found.multiples[k].se,
            "against_rest": float(found.rest[k]),
            "largest": found.largest,
            "limit": found.limit,
            "contradiction": found.contradiction,
            "accused": found.accused == k,
            "roi_alone": float(weights @ roi),
            "roi_alone_lower": float(low),
            "roi_alone_upper": float(high),
            "pareto_k": pareto_k,
        }
