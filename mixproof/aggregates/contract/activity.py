"""Activity: an outcome that varies, channels that were on for long enough to be seen, regressors that move."""

import numpy as np

from mixproof.aggregates.reading.cells import Cells
from mixproof.aggregates.reading.measures import Measure
from mixproof.aggregates.report import Report, place

ONE_OFF = 2


def outcome_varies(cells: Cells, report: Report) -> None:
    """Report outcomes that never change, by geo.

    Parameters
    ----------
    cells : Cells
        Only the outcome is read.
    report : Report
        Receives ``constant-outcome``.
    """
    for measure in cells.of("outcome"):
        values = cells.values[measure.key]
        known = np.isfinite(values)
        low = np.where(known, values, np.inf).min(axis=1, initial=np.inf)
        high = np.where(known, values, -np.inf).max(axis=1, initial=-np.inf)
        flat = (known.sum(axis=1) > 1) & (low == high)
        if flat.any() and not cells.unread(measure):
            names = [cells.geos[g] for g in np.flatnonzero(flat)]
            report.add(
                "constant-outcome", place(measure.table, measure.column, names), "The outcome never changes."
            )


def channels_active(cells: Cells, report: Report) -> None:
    """Report channels that were never on, or on in one or two periods only.

    Parameters
    ----------
    cells : Cells
        Spend, exposure and reach are read.
    report : Report
        Receives ``all-zero-channel`` and ``one-off-channel``, unless the YAML accepts them.
    """
    accept = cells.config.accept
    for measure in cells.of("spend", "exposure", "reach"):
        values = np.nan_to_num(cells.values[measure.key])
        if cells.unread(measure):
            continue
        active = (values != 0).any(axis=0)
        count = int(active.sum())
        if count == 0:
            what = f"{measure.name}: {measure.role} is zero in every period."
            report.doubt(accept, "all-zero-channel", place(measure.table, _label(measure)), what)
        elif count <= ONE_OFF and len(cells.dates) > 3 * ONE_OFF:
            where = place(measure.table, _label(measure), days=cells.dates[active])
            what = f"{measure.name} was active in {count} of {len(cells.dates)} periods."
            report.doubt(accept, "one-off-channel", where, what)


def regressors_vary(cells: Cells, report: Report) -> None:
    """Report controls and treatments that never change.

    Parameters
    ----------
    cells : Cells
        Controls and treatments are read, all geos together.
    report : Report
        Receives ``constant-control``.
    """
    for measure in cells.of("control", "treatment"):
        values = cells.values[measure.key]
        known = values[np.isfinite(values)]
        if not cells.unread(measure) and known.size > 1 and known.min() == known.max():
            report.add(
                "constant-control", place(measure.table, measure.column), f"{measure.name} never changes."
            )


def _label(measure: Measure) -> str:
    return f"{measure.column} of {measure.label}" if measure.label else measure.column
