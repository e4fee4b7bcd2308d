"""What finance may book of a channel, and why: the best source there is, at a stated quantile, or nothing with its reason.

Sources are not averaged. A calibrated model has weighed its experiments already; where there is none, what was measured comes
before what was modelled, and what was modelled before what was credited. A claim without a test behind it is never booked.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from mixproof.records.verdict import Finding, Grade, Verdict
from workflow.triangulation.sources import UNTESTED
from workflow.triangulation.statements import (
    BOOK,
    CALIBRATED,
    EXPERIMENT,
    MODEL,
    NAN,
    Statement,
)

APART = 2.0
"""Standard errors between an uncalibrated model and experiments above which they are said to disagree."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the rest of the run says of its channels.

    Parameters
    ----------
    verdict : Verdict
    calibrated : collection of str
        Channels whose experiments the model has seen.
    quantile : float
        At which increments are booked.
    """

    verdict: Verdict
    calibrated: Collection[str]
    quantile: float

    def warned(self, check: str, channel: str) -> bool:
        """Return whether a check warns of a channel.

        Parameters
        ----------
        check, channel : str

        Returns
        -------
        bool
        """
        grave = ("warning", "failure")
        return any(
            f.check == check and f.subject == channel and f.status in grave for f in self.verdict.findings
        )


def to_book(statements: Sequence[Statement], known: Known) -> Iterator[Statement]:
    """Yield what may be booked of each channel.

    Parameters
    ----------
    statements : sequence of Statement
    known : Known

    Yields
    ------
    Statement
        Of the source `to book`: the increment is the booked one, its ends those of the source that it is booked from.
    """
    for channel in dict.fromkeys(one.channel for one in statements):
        mine = [one for one in statements if one.channel == channel]
        chosen, why = _choice(channel, mine, known)
        if chosen is None:
            model = _of(mine, MODEL)
            window, spend = (model[0].window, model[0].spend) if model else (("", ""), NAN)
            yield Statement(channel, BOOK, "nothing", window, spend, (0.0, NAN, NAN), NAN, why)
            continue
        booked = chosen.quantile(known.quantile)
        if not booked > 0:
            why += f" At the {known.quantile:.0%} quantile that is not above zero: nothing is booked."
        amount = (max(booked, 0.0), chosen.increment[1], chosen.increment[2])
        yield Statement(channel, BOOK, chosen.source, chosen.window, chosen.spend, amount, chosen.level, why)


def _choice(channel: str, mine: Sequence[Statement], known: Known) -> tuple[Statement | None, str]:
    """Return the statement to book from, or None, and why."""
    model, tests, credit = _of(mine, MODEL), _of(mine, EXPERIMENT), _of(mine, CALIBRATED)
    if known.warned("calibration_tension", channel):
        return (
            None,
            "Its experiments cannot all be right: nothing is booked until it is known which is wrong.",
        )
    if model and channel in known.calibrated:
        refused = _refused(channel, model[0], known, tested=True)
        return (
            (None, refused) if refused else (model[0], "The model that was calibrated with its experiments.")
        )
    if tests:
        measured = pooled(tests)
        if measured is None:
            return None, "What its experiments measured has no limit on one side."
        why = f"Measured by {len(tests)} experiment{'s' * (len(tests) > 1)}; the model is not calibrated with it."
        if not model:
            return measured, why.replace("; the model is not calibrated with it", "")
        return measured.at(
            model[0].spend, model[0].window
        ), why + " The return measured is taken for all spend."
    if model:
        refused = _refused(channel, model[0], known, tested=False)
        return (None, refused) if refused else (model[0], "The model; the channel has no experiment.")
    proven = [one for one in credit if one.note != UNTESTED]
    if proven:
        narrowest = min(proven, key=lambda one: one.increment[2] - one.increment[1])
        return narrowest, f"Calibrated credit of {narrowest.detail}; no model has the channel."
    return None, "Nothing but claims that no test of the channel bears out."


def _refused(channel: str, model: Statement, known: Known, *, tested: bool) -> str:
    """Return why a model's number is not booked, empty where it may be."""
    if known.verdict.grade is Grade.NOT_REPORTABLE:
        return "The run is not reportable."
    if not tested and known.warned("demand_chasing", channel):
        return "Its return is mixed with demand: spend follows demand, and no experiment has measured it."
    if not tested and known.warned("observed_part", channel):
        return (
            "Most of its return may lie below its lowest observed level, and no experiment has measured it."
        )
    if model.note and not model.note.startswith("only within"):
        return "" if tested else f"Its return is {model.note}, and no experiment has measured it."
    if model.note:
        return f"The model cannot tell the channel apart from others ({model.note})."
    if not tested and known.warned("prior_domination", channel):
        return "Its return is mostly what was believed beforehand, and no experiment has measured it."
    return ""


def disagreements(statements: Sequence[Statement], known: Known) -> Iterator[Finding]:
    """Yield a finding for each channel whose experiments an uncalibrated model disagrees with.

    Parameters
    ----------
    statements : sequence of Statement
    known : Known

    Yields
    ------
    Finding
    """
    for model in _of(statements, MODEL):
        tests = [one for one in _of(statements, EXPERIMENT) if one.channel == model.channel]
        measured = pooled(tests) if tests else None
        if measured is None or model.channel in known.calibrated:
            continue
        (said, *ends), (found, *others) = model.per_spend, measured.per_spend
        error = np.hypot(_sd(ends, model.level), _sd(others, measured.level))
        z = (said - found) / error
        if abs(z) > APART:
            what = (
                f"The model disagrees with the experiments of {model.channel}: a return of {said:.2f} against {found:.2f}"
                f" ({z:+.1f} standard errors). The model has not seen them: calibrate it."
            )
            yield Finding("triangulation", "warning", what, float(abs(z)), APART, model.channel)


def pooled(tests: Sequence[Statement]) -> Statement | None:
    """Return one return of several arms and experiments of a channel: weighted by precision, errors widened by their scatter.

    Parameters
    ----------
    tests : sequence of Statement
        At least one.

    Returns
    -------
    Statement or None
        None where no test has both ends.
    """
    usable = [
        one for one in tests if np.isfinite(one.per_spend).all() and _sd(one.per_spend[1:], one.level) > 0
    ]
    if len(usable) < 2:
        return usable[0] if usable else None
    middle = np.array([one.per_spend[0] for one in usable])
    weight = np.array([_sd(one.per_spend[1:], one.level) ** -2 for one in usable])
    mean = float(weight @ middle / weight.sum())
    scatter = float(weight @ (middle - mean) ** 2 / (len(usable) - 1))
    level = usable[0].level
    reach = float(_normal(level) * (max(scatter, 1.0) / weight.sum()) ** 0.5)
    spend = float(sum(one.spend for one in usable))
    ends = (mean * spend, (mean - reach) * spend, (mean + reach) * spend)
    window = (min(one.window[0] for one in usable), max(one.window[1] for one in usable))
    details = ", ".join(one.detail for one in usable)
    return Statement(usable[0].channel, EXPERIMENT, details, window, spend, ends, level)


def _sd(ends: Sequence[float], level: float) -> float:
    return float((ends[1] - ends[0]) / (2 * _normal(level)))


def _normal(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)


def _of(statements: Sequence[Statement], source: str) -> list[Statement]:
    return [one for one in statements if one.source == source]
