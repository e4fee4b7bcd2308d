"""Experiments and the model that has seen them: every table and finding on whether the two can be believed together.

What the model says without an experiment comes from its own draws, weighted so that the experiment is taken away; where that
cannot be done, a fit without it is asked for and nothing is said of a conflict.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import ndtri, stdtrit

from mixproof.records.verdict import Finding
from mmm.calibration.agreement.asked import Asked, ask_all, return_draws
from mmm.calibration.agreement.conflict import Array, effective_weight
from mmm.calibration.agreement.findings import conflict_finding, refit_finding, tension_finding
from mmm.calibration.agreement.leave_one_out import without
from mmm.calibration.agreement.tables import CALIBRATION, TENSION
from mmm.calibration.agreement.tension import Tension, tension
from mmm.effects.contribution import Contributions
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem

DEMAND, ASSUMED = "demand_chasing", "observed_part"
"""Checks whose warning about a channel an experiment of its own answers."""
DARK = 0.05
"""Exposure without the test, as a share of that with it (or the other way round), up to which a test shows the whole effect."""
WORDS = {"warning": "disagrees", "pass": "agrees", "note": "not told"}


def judge_experiments(
    problem: Problem, draws: Draws, found: Contributions, posteriors: Mapping[str, xr.DataTree]
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """Return the tables and findings on a calibrated model's experiments; nothing where it has none.

    Parameters
    ----------
    problem : Problem
        Of the fit, with its experiments.
    draws : Draws
        Of the posterior.
    found : Contributions
        Of the same draws.
    posteriors : mapping of str to xarray.DataTree
        Of fits without one experiment each, by its name.

    Returns
    -------
    dict of str to pandas.DataFrame
    list of Finding
    """
    if problem.replay is None:
        return {}, []
    return judge_asked(problem, ask_all(problem, draws, posteriors), return_draws(problem, found))


def judge_asked(
    problem: Problem, asked: Sequence[Asked], roi: Array
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """Return the tables and findings on experiments that a model has been asked about.

    Parameters
    ----------
    problem : Problem
    asked : sequence of Asked
    roi : numpy.ndarray, shape (channel, sample)
        Return of each channel in the same draws; NaN where a channel has none.

    Returns
    -------
    dict of str to pandas.DataFrame
    list of Finding
    """
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
            found = tension([one.measured for one in mine], [one.expected for one in mine])
            findings.append(tension_finding(channel, [one.experiment.name for one in mine], found))
            tensions += _tension_rows(channel, mine, found, returns[channel], level)
    return {"calibration": CALIBRATION.frame(rows), "calibration_tension": TENSION.frame(tensions)}, findings


def without_tested(findings: Sequence[Finding], problem: Problem) -> tuple[Finding, ...]:
    """Return findings in which a channel's own experiments have answered what the panel alone cannot.

    A channel that one has measured is no longer mixed with demand; where it has taken the channel's exposure away, it has also
    shown what lies below the lowest level of the panel.

    Parameters
    ----------
    findings : sequence of Finding
    problem : Problem

    Returns
    -------
    tuple of Finding
    """
    tests: dict[tuple[str, str | None], list[str]] = {}
    said = "{} Here one did: {} calibrated its return."
    for number, each in enumerate(problem.replay.experiments if problem.replay is not None else ()):
        for channel in each.channels if len(each.channels) == 1 else ():
            tests.setdefault((DEMAND, channel), []).append(each.name)
            if _went_dark(problem, number, channel):
                tests.setdefault((ASSUMED, channel), []).append(each.name)
    return tuple(
        replace(
            finding,
            status="note",
            sentence=said.format(finding.sentence, ", ".join(tests[finding.check, finding.subject])),
        )
        if finding.status == "warning" and (finding.check, finding.subject) in tests
        else finding
        for finding in findings
    )


def _went_dark(problem: Problem, number: int, channel: str) -> bool:
    """Return whether an experiment compares a channel's exposure with next to none: one of its paths is empty, or nearly."""
    replay = problem.replay
    assert replay is not None  # an experiment is there
    place, span = problem.panel.channels.index(channel), replay.spans[number]
    exposure = np.concatenate([problem.media.exposure[..., place].ravel(), replay.exposure[:, place]])
    first, last = replay.starts[span.start], replay.starts[span.stop]
    means = {}
    for sign in (-1, 1):
        mine = [
            exposure[start : start + cells]
            for of, _, start, cells, into, which in replay.pieces
            if of == place and which == sign and first <= into < last
        ]
        means[sign] = float(np.concatenate(mine).mean()) if mine else 0.0
    return min(means.values()) <= DARK * max(*means.values(), 1e-12)


def mixed_with_demand(findings: Sequence[Finding]) -> list[str]:
    """Return the channels whose spend follows demand, so that their return is mixed with it."""
    return [str(f.subject) for f in findings if f.check == DEMAND and f.status == "warning" and f.subject]


def _conflict(one: Asked) -> Finding:
    if one.unknown:
        return refit_finding(one.experiment.name, one.left.pareto_k)
    return conflict_finding(one.experiment.name, float(one.measured.observed.sum()), one.before[2])


def _rows(
    one: Asked, said: Finding, returns: Mapping[str, Array], level: float, problem: Problem
) -> Iterator[dict[str, Any]]:
    """Yield a row for each readout, and one for all together where there are several."""
    each, found = one.experiment, one.before[2]
    weight = _weight(one, returns, problem.panel.channels)
    statement = any(label.endswith(", return") for label in each.labels)
    common = {
        "experiment": each.name,
        "channel": one.channel,
        "unit": f"{problem.panel.currency} per {problem.panel.currency}" if statement else problem.panel.outcome_unit,
        "level": level,
        "z": np.nan if one.unknown else found.z,
        "p": np.nan if one.unknown else found.p,
        "readouts": found.readouts,
        "conflict": "refit" if one.unknown else WORDS[said.status],
        "detectable": np.nan if one.unknown else found.detectable,
        "weight": np.nan if one.unknown else weight,
        "pareto_k": one.left.pareto_k,
        "note": " ".join(each.notes),
    }  # fmt: skip
    count = len(each.observed)
    sums = [(label, np.eye(count)[k]) for k, label in enumerate(each.labels)]
    for label, part in [*sums, *([("total", np.ones(count))] if count > 1 else [])]:
        yield {**common, "readout": label, **_numbers(one, part, level)}


def _weight(one: Asked, returns: Mapping[str, Array], names: Sequence[str]) -> float:
    """Return the effective weight of an experiment for the channel that it says most of; NaN where none has a return."""
    with_test = np.column_stack([returns[channel] for channel in one.experiment.channels])
    if one.refit is None:
        weight = effective_weight(with_test, with_test, one.left.weights)
    else:
        rows = [names.index(channel) for channel in one.experiment.channels]
        weight = effective_weight(with_test, one.refit.roi[rows].T)
    return float(np.nanmax(weight)) if np.isfinite(weight).any() else np.nan


def _numbers(one: Asked, part: Array, level: float) -> dict[str, float]:
    """Return what was measured and predicted of a sum of readouts, with intervals."""
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    freedom = one.measured.degrees_of_freedom
    ends = ndtri(tails) if np.isinf(freedom) else stdtrit(freedom, tails)
    value, error = float(part @ one.measured.observed), float(part @ one.measured.covariance @ part) ** 0.5
    found = {"measured": (value, *(value + error * ends))}
    equal = np.full(len(one.predicted), 1 / len(one.predicted))
    for name, draws, weights in (("before", *one.before[:2]), ("after", one.predicted, equal)):
        said = draws @ part
        found[name] = (float(weights @ said), *quantiles(said, weights, tails))
    if one.unknown:
        found["before"] = (np.nan, np.nan, np.nan)
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
