"""National columns beside geo columns: what is the same everywhere is repeated, what is not must be spread by name."""

import numpy as np

from mixproof.aggregates.reading.cells import Cells
from mixproof.aggregates.reading.measures import MEDIA, Measure
from mixproof.aggregates.report import Report, place

REPEATED = ("control", "treatment", "value")


def spread_national(cells: Cells, report: Report) -> None:
    """Give national series of a geo panel their geos, or report that they have none.

    Parameters
    ----------
    cells : Cells
        Values of shape (1, period) become (geo, period) in place; those that cannot be spread are removed.
    report : Report
        Receives a notice for each column that was spread, a fault for each that could not be.
    """
    count = len(cells.geos)
    for measure in cells.of(*MEDIA, *REPEATED, "outcome", "population"):
        values = cells.values[measure.key]
        if values.shape[0] == count:
            continue
        shares = np.ones((count, 1))
        if measure.role in REPEATED:
            report.note(f"{measure.column} is national: every geo has the same value.")
        elif measure.role in MEDIA and measure.allocate is not None:
            shares = _shares(cells, measure)
            report.note(
                f"{measure.name}: national {measure.role} was spread over geos by {measure.allocate}."
            )
        else:
            report.add(
                "national-in-geo",
                place(measure.table, measure.column),
                f"{measure.name} is known nationally only.",
            )
            del cells.values[measure.key]
            continue
        cells.values[measure.key] = values * shares
        cells.present[measure.key] = np.repeat(cells.present[measure.key], count, axis=0)


def _shares(cells: Cells, measure: Measure) -> np.ndarray:
    """Return each geo's share of a national medium, shape (geo, 1); contacts per person are not shared out."""
    count = len(cells.geos)
    if measure.role == "frequency":
        return np.ones((count, 1))
    people = next((cells.values[m.key] for m in cells.of("population")), None)
    if measure.allocate == "equal" or people is None or people.shape[0] != count:
        return np.full((count, 1), 1.0 / count)
    known = np.isfinite(people)
    size = np.where(known, people, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return (size / max(size.sum(), 1e-300))[:, None]
