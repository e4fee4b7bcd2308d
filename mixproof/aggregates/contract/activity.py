"""Activity: an outcome that varies, channels that were on for long enough to be seen, regressors that move."""

import numpy as np

from mixproof.aggregates.reading.cells import Cells
from mixproof.aggregates.reading.measures import Measure
from mixproof.aggregates.report import Report, place

ONE_OFF = 2


def outcome_varies(cells: Cells, report: Report) -> None:
    """Report outcomes that never change, by geo."""
    for measure in cells.of("outcome"):
        values = cells.values[measure.key]
        known = np.isfinite(values)
        low = np.where(known, values, np.inf).min(axis=1, initial=np.inf)
        high = np.where(known, values, -np.inf).max(axis=1, initial=-np.inf)
        flat = (known.sum(axis=1) > 1) & (low == high)
        if flat.any():
            names = [cells.geos[g] for g in np.flatnonzero(flat)]
            report.add(
                "constant-outcome", place(measure.table, measure.column, names), "The outcome never changes."
            )


def channels_active(cells: Cells, report: Report) -> None:
    """Report channels that were never on, or on in one or two periods only."""
    accept = cells.config.accept
    for measure in cells.of("spend", "exposure", "reach"):
        values = np.nan_to_num(cells.values[measure.key])
        if measure.table in cells.tainted:
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
    """Report controls and treatments that never change."""
    for measure in cells.of("control", "treatment"):
        values = cells.values[measure.key]
        known = values[np.isfinite(values)]
        if known.size > 1 and known.min() == known.max():
            report.add(
                "constant-control", place(measure.table, measure.column), f"{measure.name} never changes."
            )


def _label(measure: Measure) -> str:
    return f"{measure.column} of {measure.label}" if measure.label else measure.column
