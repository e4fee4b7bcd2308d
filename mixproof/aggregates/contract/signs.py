"""Signs: spend, exposure and counts are not negative; refunds are netted where the YAML says so."""

import numpy as np

from mixproof.aggregates.reading.cells import Cells
from mixproof.aggregates.report import Report


def spend_not_negative(cells: Cells, report: Report) -> None:
    """Report negative spend, or set it against earlier spend under ``refunds: net``.

    Parameters
    ----------
    cells : Cells
        Netted spend takes the place of the stated in ``values``.
    report : Report
        Receives ``negative-spend`` or ``refund-too-large``, and a notice of what was netted.
    """
    for measure in cells.of("spend"):
        values = cells.values[measure.key]
        negative = values < 0
        if not negative.any():
            continue
        if cells.config.refunds == "refuse":
            report.add(
                "negative-spend", cells.where(measure, negative), f"{int(negative.sum())} cells are negative."
            )
            continue
        netted = np.stack([net_refunds(series) for series in values])
        left = netted < 0
        if left.any():
            report.add(
                "refund-too-large", cells.where(measure, left), "A refund exceeds all spend before it."
            )
        cells.values[measure.key] = netted
        report.note(
            f"{measure.name}: {int(negative.sum())} refunds were set against earlier spend (refunds: net)."
        )


def net_refunds(series: np.ndarray) -> np.ndarray:
    """Return spend, shape (period,), with each negative value taken off the latest earlier spend; the total stays.

    What earlier spend cannot absorb remains as a negative value where it stood.
    """
    out = series.copy()
    for at in np.flatnonzero(out < 0):
        owed, out[at] = -out[at], 0.0
        for before in range(at - 1, -1, -1):
            if owed <= 0:
                break
            taken = min(owed, max(out[before], 0.0)) if np.isfinite(out[before]) else 0.0
            out[before] -= taken
            owed -= taken
        if owed > 0:
            out[at] = -owed
    return out


def exposure_not_negative(cells: Cells, report: Report) -> None:
    """Report negative exposure, reach and frequency, and values of an outcome below zero.

    Parameters
    ----------
    cells : Cells
        Exposure, reach, frequency and the worth of an outcome are read.
    report : Report
        Receives ``negative-value``.
    """
    for measure in cells.of("exposure", "reach", "frequency", "value"):
        negative = cells.values[measure.key] < 0
        if negative.any():
            report.add(
                "negative-value", cells.where(measure, negative), f"{int(negative.sum())} cells are negative."
            )


def counts_not_negative(cells: Cells, report: Report) -> None:
    """Report negative counts; revenue may fall below zero in a period of returns.

    Parameters
    ----------
    cells : Cells
        The outcome is read where it is a count.
    report : Report
        Receives ``negative-value``.
    """
    if cells.config.outcome.kind != "count":
        return
    for measure in cells.of("outcome"):
        negative = cells.values[measure.key] < 0
        if negative.any():
            report.add(
                "negative-value",
                cells.where(measure, negative),
                f"{int(negative.sum())} counts are negative.",
            )
