"""Completeness: every cell that a model needs is there, or its repair is named."""

import numpy as np

from mixproof.aggregates.reading.cells import Cells, repair_key
from mixproof.aggregates.reading.measures import MEDIA, Measure
from mixproof.aggregates.report import Report, place


def complete(cells: Cells, report: Report) -> None:
    """Report what is missing where it is needed, and make the named repairs.

    Media are needed in every period, warm-up included; outcome, value, controls and treatments from the first outcome on.

    Parameters
    ----------
    cells : Cells
        Values that are repaired are changed in place.
    report : Report
        Receives a fault for each measure with holes, and a notice for each repair.
    """
    if not len(cells.dates):
        return
    span = _spans(cells, report)
    modelled = _modelled(cells, span, report)
    told: set[tuple[str, str | None, bytes]] = set()
    for measure in cells.of(*MEDIA, "outcome", "value", "treatment", "control"):
        needed = span if measure.role in MEDIA else modelled
        _hold(cells, measure, needed, report, told)
    _population(cells, report)


def _spans(cells: Cells, report: Report) -> np.ndarray:
    """Return where each geo takes part, shape (geo, period): everywhere, or its own span in unbalanced panels."""
    shape = (len(cells.geos), len(cells.dates))
    if not cells.config.unbalanced:
        return np.ones(shape, dtype=bool)
    there = np.zeros(shape, dtype=bool)
    for measure in cells.of(*MEDIA, "outcome"):
        there |= cells.present[measure.key]
    span = _hull(there)
    if not span.all():
        report.note(
            "Geos begin or end at different times (unbalanced): outside its span a geo has no media, no outcome."
        )
    return span


def _hull(there: np.ndarray) -> np.ndarray:
    """Return True from the first to the last True of each row."""
    return (np.cumsum(there, axis=1) > 0) & (np.cumsum(there[:, ::-1], axis=1)[:, ::-1] > 0)


def _modelled(cells: Cells, span: np.ndarray, report: Report) -> np.ndarray:
    """Return where an outcome is needed; before it lies the warm-up, where outcomes are left out."""
    outcome = cells.outcome
    if outcome is None:
        return np.zeros(span.shape, dtype=bool)
    start = cells.config.start
    after = span.copy()
    if start is not None:
        after &= cells.dates[None, :] >= np.datetime64(start, "D")
        early = np.isfinite(outcome) & ~after & span
        if early.any():
            report.note(f"Outcomes before {start} were left out ({int(early.any(axis=0).sum())} periods).")
            outcome[early] = np.nan
    known = np.isfinite(outcome)
    measure = cells.of("outcome")[0]
    begun = (
        _hull(known)
        if cells.config.unbalanced
        else np.cumsum(known.any(axis=0) * np.ones_like(known), axis=1) > 0
    )
    if start is None:
        after &= begun
        warm_up = int((~begun & span).any(axis=0).sum())
        blank = ~begun & span & cells.present[measure.key]
        if warm_up and not cells.config.unbalanced:
            empty = " (its cells there are empty)" if blank.any() else ""
            report.note(
                f"Media begin {warm_up} periods before the outcome{empty}: they are warm-up for carryover."
            )
    return after


def _hold(
    cells: Cells,
    measure: Measure,
    needed: np.ndarray,
    report: Report,
    told: set[tuple[str, str | None, bytes]],
) -> None:
    """Report or repair what one measure lacks."""
    values, present = cells.values[measure.key], cells.present[measure.key]
    lacking = needed & ~np.isfinite(values)
    repair = _repair(cells, measure)
    if lacking.any() and repair == "refuse":
        _report(cells, measure, lacking, present, report, told)
    elif lacking.any():
        what = {"zero": "taken as zero", "leave": "left unknown", "previous": "given the last known value"}[
            repair
        ]
        report.note(
            f"{measure.role} of {measure.name}: {int(lacking.sum())} missing cells were {what} (missing: {repair})."
        )
        if repair == "zero":
            values[lacking] = 0.0
        elif repair == "previous":
            _carry(values, lacking)
            _never_known(cells, measure, needed & ~np.isfinite(values), report)
    _outside(values, ~needed & ~np.isfinite(values), measure)


def _never_known(cells: Cells, measure: Measure, still: np.ndarray, report: Report) -> None:
    """Report cells before the first known value, for which there is no last one."""
    later = cells.dates[np.flatnonzero(still.any(axis=0)).max(initial=-1) + 1 :]
    if not still.any() or measure.table in cells.tainted:
        return
    leave = f"leave {measure.column} out of the {measure.role}s"
    remedy = f"Say start: {later[0]}, or {leave}." if later.size else f"{leave.capitalize()}."
    what = f"{measure.role.title()}: {int(still.sum())} cells have no earlier value to take."
    report.add("missing-value", cells.where(measure, still), what, remedy)


def _repair(cells: Cells, measure: Measure) -> str:
    return str(getattr(cells.config.missing, repair_key(measure), "refuse"))


def _outside(values: np.ndarray, rest: np.ndarray, measure: Measure) -> None:
    """Give cells that no outcome meets a neutral value: no media, no treatment, a control at its geo's mean."""
    if measure.role in MEDIA or measure.role == "treatment":
        values[rest] = 0.0
    elif measure.role == "control" and rest.any():
        known = np.isfinite(values)
        mean = np.where(known, values, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        values[rest] = np.broadcast_to(mean[:, None], values.shape)[rest]


def _carry(values: np.ndarray, lacking: np.ndarray) -> None:
    """Put the last known value into the lacking cells, geo by geo."""
    at = np.where(np.isfinite(values), np.arange(values.shape[1]), -1)
    last = np.maximum.accumulate(at, axis=1)
    found = np.take_along_axis(values, np.maximum(last, 0), axis=1)
    use = lacking & (last >= 0)
    values[use] = found[use]


def _report(
    cells: Cells,
    measure: Measure,
    lacking: np.ndarray,
    present: np.ndarray,
    report: Report,
    told: set[tuple[str, str | None, bytes]],
) -> None:
    """Report missing rows once a table, and empty cells once a column."""
    if measure.table in cells.tainted:
        return
    gap, empty = lacking & ~present, lacking & present & ~cells.told[measure.key]
    if measure.role == "outcome" and _tail(gap).any() and not (gap & ~_tail(gap)).any():
        report.add("outcome-ends-early", cells.where(measure, gap), "Media go on after the last outcome.")
        told.add((measure.table, measure.label, gap.tobytes()))
    elif gap.any() and (token := (measure.table, measure.label, gap.tobytes())) not in told:
        told.add(token)
        geo, at = np.nonzero(gap)
        names = [cells.geos[g] for g in np.unique(geo)]
        count = int(gap.any(axis=0).sum())
        what = f"{count} {'period has' if count == 1 else 'periods have'} no row" + (
            f" for {measure.label}." if measure.label else "."
        )
        report.add("date-gap", place(measure.table, None, names, cells.dates[np.unique(at)]), what)
    if empty.any():
        report.add(
            "missing-value",
            cells.where(measure, empty),
            f"{measure.role.title()}: {int(empty.sum())} cells are empty.",
            _filled(measure),
        )


def _filled(measure: Measure) -> str:
    """Return the remedy of empty cells: the repair that can be named for a measure of this role."""
    repairs = {"outcome": "leave", "control": "previous", "value": None}
    repair = repairs.get(measure.role, "zero")
    named = f", or say missing: {{{repair_key(measure)}: {repair}}}" if repair else ""
    return f"Fill them in the source{named}."


def _tail(gap: np.ndarray) -> np.ndarray:
    """Return the cells of a gap that reach to the last period."""
    return gap & (np.cumsum(~gap[:, ::-1], axis=1)[:, ::-1] == 0)


def _population(cells: Cells, report: Report) -> None:
    """Report populations that are unknown, not positive, or not one number a geo."""
    for measure in cells.of("population"):
        values = cells.values[measure.key]
        known = np.isfinite(values)
        low, high = np.where(known, values, np.inf).min(axis=1), np.where(known, values, -np.inf).max(axis=1)
        bad = ~(low > 0) | (high > low * (1 + 1e-9)) | ~np.isfinite(low)
        if bad.any():
            names = [cells.geos[g] for g in np.flatnonzero(bad)]
            report.add(
                "population",
                place(measure.table, measure.column, names),
                "It is not one positive number a geo.",
            )
