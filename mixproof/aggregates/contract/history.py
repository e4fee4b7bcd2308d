"""History: enough periods with an outcome to learn anything."""

import numpy as np

from mixproof.aggregates.panel import Frequency
from mixproof.aggregates.reading.cells import Cells
from mixproof.aggregates.report import Report, place

LEAST: dict[Frequency, int] = {"daily": 60, "weekly": 26, "monthly": 18, "yearly": 12}
NEVER_BELOW = 8


def enough_history(cells: Cells, report: Report) -> None:
    """Report panels whose longest geo has too few periods with an outcome; below eight nothing helps.

    Parameters
    ----------
    cells : Cells
        Only the outcome is read.
    report : Report
        Receives ``little-data``; a notice where the YAML accepts it.
    """
    for measure in cells.of("outcome"):
        if measure.table in cells.tainted or cells.told[measure.key].any():
            continue
        count = int(np.isfinite(cells.values[measure.key]).sum(axis=1).max(initial=0))
        least = LEAST[cells.config.frequency]
        what = f"{count} {cells.config.frequency} periods have an outcome; {least} are needed."
        if count < NEVER_BELOW:
            report.add("little-data", place(measure.table, measure.column), what, "Bring a longer history.")
        elif count < least and "little-data" not in cells.config.accept:
            report.add("little-data", place(measure.table, measure.column), what)
        elif count < least:
            report.note(f"{what} Accepted by name (little-data).")
