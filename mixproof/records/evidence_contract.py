"""Does an experiment's evidence hold together, and does it fit the panel it is to calibrate? Every contradiction is a fault."""

import math
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from mixproof.aggregates.panel import Panel
from mixproof.errors import Fault
from mixproof.records.evidence import Evidence

FAULTS: dict[str, tuple[str, str, str]] = {
    "evidence-window": (
        "data",
        "The experiment lies outside the data of the media-mix model, and is said to be inside or has no spend of its own.",
        "Give data that cover the test and its cool-down, or the spend of the test; or leave it out of calibration.",
    ),
    "evidence-channel": (
        "data",
        "The experiment tested a channel that the data do not have.",
        "Use the names under data.channels.",
    ),
    "evidence-geo": (
        "data",
        "The experiment names geos that the data do not have.",
        "Use the panel's names.",
    ),
    "evidence-unit": (
        "data",
        "The experiment's outcome, unit or currency contradicts the outcome of the media-mix model.",
        "Calibrate with a test on the same outcome in the same currency.",
    ),
    "evidence-spread": (
        "data",
        "A standard error is not positive, the covariance is impossible, or an interval does not hold its point.",
        "Write the evidence again with `mixproof lift`.",
    ),
}
"""Every fault that evidence can raise: code -> (family, meaning, remedy)."""


def evidence_faults(evidence: Sequence[Evidence], panel: Panel | None = None) -> list[Fault]:
    """Return every contradiction inside the evidence and, where a panel is given, between the two.

    Parameters
    ----------
    evidence : sequence of Evidence
    panel : Panel, optional
        What the evidence is to calibrate, or is said to be a part of.

    Returns
    -------
    list of Fault
        Empty where everything fits. A test that rules nothing out contradicts nothing.
    """
    faults: list[Fault] = []
    for item in evidence:
        faults += _inside(item)
        if panel is not None:
            faults += [*_window(item, panel), *_names(item, panel), *_unit(item, panel)]
    return faults


def part_of_panel(evidence: Sequence[Evidence], panel: Panel) -> list[Evidence]:
    """Return the evidence that is said to be part of the panel and counted the panel's kind of outcome.

    Parameters
    ----------
    evidence : sequence of Evidence
        A holdout gives one of conversions and one of revenue; only one of them can be the panel's.
    panel : Panel

    Returns
    -------
    list of Evidence
        In the same order.
    """
    return [item for item in evidence if item.in_panel and item.outcome_kind == panel.outcome_kind]


def outside(start: date, end: date, panel: Panel) -> str:
    """Return in words which days the panel covers, where not all from `start` to `end` are among them; else nothing.

    Parameters
    ----------
    start, end : datetime.date
        Both inclusive.
    panel : Panel

    Returns
    -------
    str
        Part of a sentence; empty where the panel covers all days.
    """
    first, last = covered_days(panel)
    return "" if first <= start and end <= last else f"the panel from {first} to {last}"


def covered_days(panel: Panel) -> tuple[date, date]:
    """Return the first and last day that the panel's periods cover: months and years end with the calendar's."""
    dates = panel.data["date"].values
    last = dates[-1].astype("datetime64[D]")
    if panel.frequency == "monthly":
        after = (last.astype("datetime64[M]") + np.timedelta64(1, "M")).astype("datetime64[D]")
    elif panel.frequency == "yearly":
        after = (last.astype("datetime64[Y]") + np.timedelta64(1, "Y")).astype("datetime64[D]")
    else:
        after = last + np.timedelta64(1 if panel.frequency == "daily" else 7, "D")
    return _day(dates[0]), _day(after - np.timedelta64(1, "D"))


def _inside(item: Evidence) -> Iterator[Fault]:
    """Yield what is wrong with spread and intervals."""
    covariance = np.asarray(item.covariance, float)
    size = len(item.readouts)
    where = f"evidence: {item.experiment}, {item.outcome}"
    if covariance.shape != (size, size):
        yield _fault("evidence-spread", where, f"The covariance is not a {size} x {size} matrix.")
        return
    if not item.informative:
        return
    if (np.diag(covariance) <= 0).any():
        yield _fault("evidence-spread", where, "A standard error is not above zero.")
    elif not np.allclose(covariance, covariance.T) or np.linalg.eigvalsh(_correlation(covariance))[0] < -1e-9:
        yield _fault("evidence-spread", where, "No readouts can have this covariance.")
    for readout, lower, upper in zip(item.readouts, item.lower, item.upper, strict=True):
        if math.isnan(lower) or not lower <= readout.effect <= upper:
            yield _fault(
                "evidence-spread", f"{where}, arm {readout.arm}", "The interval does not hold its point."
            )


def _correlation(covariance: np.ndarray) -> np.ndarray:
    sd = np.sqrt(np.diag(covariance))
    return covariance / np.outer(sd, sd)


def _window(item: Evidence, panel: Panel) -> Iterator[Fault]:
    """Yield a fault where a test lies outside the panel's days and is said to be inside, or has no spend of its own.

    A model can replay a test of other days from the spend that the evidence brings; what neither the panel nor the
    evidence says cannot be replayed.
    """
    if item.spend and not item.in_panel:
        return
    for readout in item.readouts:
        if readout.start is None or readout.end is None:
            continue
        covered = outside(readout.start, readout.end, panel)
        if covered:
            where = f"evidence: {item.experiment}, arm {readout.arm}"
            what = f"It counts {readout.start} to {readout.end}, {covered}."
            yield _fault("evidence-window", where, what)


def _names(item: Evidence, panel: Panel) -> Iterator[Fault]:
    """Yield faults for channels and geos that the panel does not have."""
    where = f"evidence: {item.experiment}"
    channels = [name for name in item.channels if name not in panel.channels]
    if channels:
        yield _fault("evidence-channel", where, f"The data have no channel {', '.join(channels)}.")
    geos = [name for name in item.geos if name not in panel.geos]
    if geos and panel.geos != ["national"]:
        more = f" and {len(geos) - 3} more" if len(geos) > 3 else ""
        yield _fault("evidence-geo", where, f"The data have no geo {', '.join(geos[:3])}{more}.")


def _unit(item: Evidence, panel: Panel) -> Iterator[Fault]:
    """Yield a fault where the test counted something else, or other money, than the panel."""
    where = f"evidence: {item.experiment}, {item.outcome}"
    if item.currency != panel.currency:
        yield _fault("evidence-unit", where, f"Its money is {item.currency}, the panel's {panel.currency}.")
    if item.outcome_kind != panel.outcome_kind:
        what = f"It measured a {item.outcome_kind}, the panel's outcome is a {panel.outcome_kind}."
        yield _fault("evidence-unit", where, what)


def _day(stamp: np.datetime64) -> date:
    return date.fromisoformat(str(np.datetime64(stamp, "D")))


def _fault(code: str, where: str, what: str) -> Fault:
    return Fault(code, where, what, FAULTS[code][2])
