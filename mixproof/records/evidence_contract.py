"""Does an experiment's evidence hold together, and does it fit the panel it is to calibrate? Every contradiction is a fault."""

import math
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from mixproof.aggregates.panel import Panel
from mixproof.errors import Fault
from mixproof.records.evidence import Evidence
from mixproof.records.evidence_faults import FAULTS


def evidence_faults(evidence: Sequence[Evidence], panel: Panel | None = None) -> list[Fault]:
    """Return every contradiction inside the evidence and, where a panel is given, between the two.

    Parameters
    ----------
    evidence : sequence of Evidence
    panel : Panel, optional
        What the evidence is to calibrate.
    """
    faults: list[Fault] = []
    for item in evidence:
        faults += _inside(item)
        if panel is not None:
            faults += [*_window(item, panel), *_names(item, panel), *_unit(item, panel)]
    return faults


def _inside(item: Evidence) -> Iterator[Fault]:
    """Yield what is wrong with spread and intervals."""
    covariance = np.asarray(item.covariance, float)
    size = len(item.readouts)
    where = f"evidence: {item.experiment}, {item.outcome}"
    if covariance.shape != (size, size) or not np.isfinite(covariance).all():
        yield _fault("evidence-spread", where, f"The covariance is not a finite {size} x {size} matrix.")
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
    """Yield a fault where the test's days are not all in the panel."""
    dates = panel.data["date"].values
    first, last = (_day(dates[at]) for at in (0, -1))
    last += timedelta(days=_period_days(dates) - 1)
    for readout in item.readouts:
        if readout.start is None or readout.end is None:
            continue
        if readout.start < first or readout.end > last:
            where = f"evidence: {item.experiment}, arm {readout.arm}"
            what = f"It counts {readout.start} to {readout.end}, the data run from {first} to {last}."
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


def _period_days(dates: np.ndarray) -> int:
    """Return the length of the panel's last period in days; one where there is but one date."""
    return int((dates[-1] - dates[-2]) / np.timedelta64(1, "D")) if len(dates) > 1 else 1


def _fault(code: str, where: str, what: str) -> Fault:
    return Fault(code, where, what, FAULTS[code][2])
