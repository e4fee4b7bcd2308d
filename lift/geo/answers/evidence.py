"""A geo experiment as `Evidence`: effects by span with their full covariance, and spend as run and without the test."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from lift.geo.answers.cell_answer import AnalysedCell
from lift.geo.answers.rows import reach, spans
from lift.geo.estimators.donors import Floats
from mixproof.records.evidence import ArmPopulation, Evidence, Readout, SpendPath

_DAYS_BEFORE = 182
"""Days before the test whose spend is handed on: what carries over from before them is nothing."""


def geo_evidence(cells: Sequence[AnalysedCell], config_sha256: str) -> Evidence:
    """Return the evidence of a geo experiment: a readout for each cell and week (or longer period) of test and cool-down.

    Parameters
    ----------
    cells : sequence of AnalysedCell
    config_sha256 : str
        SHA-256 of the experiment's section.

    Returns
    -------
    Evidence
        Effects of a cell add up to its total effect, and their covariance to its squared standard error.
    """
    test, units = cells[0].test, cells[0].test.units
    section = test.section
    readouts, lower, upper = [], [], []
    for found in cells:
        covariance, ends = found.answer.covariance, reach(found.answer)
        for first, last in spans(found.test):
            readout = _readout(found, first, last)
            share = float(covariance[first:last, first:last].sum() / covariance.sum()) ** 0.5
            readouts.append(readout)
            lower.append(readout.effect - ends[0] * share)
            upper.append(readout.effect + ends[1] * share)
    return Evidence(
        experiment=section.name,
        kind="geo",
        estimand="incremental_outcome",
        outcome_kind=section.data.outcome_kind,
        outcome=units.outcome,
        unit=units.unit,
        currency=units.currency,
        readouts=tuple(readouts),
        covariance=_covariance(cells),
        start=section.start,
        end=section.end,
        outcome_end=section.outcome_end,
        treated_share=1.0,
        arms=tuple(ArmPopulation(found.cell.name, "treated") for found in cells),
        spend=tuple(path for found in cells for path in _spend(found)),
        level=cells[0].setting.level,
        lower=tuple(lower),
        upper=tuple(upper),
        method=f"{section.method}, {cells[0].answer.inference}",
        quality="randomised" if test.randomised else "quasi-experimental",
        measurement="randomised_geos" if test.randomised else "matched_geos",
        in_panel=section.in_panel,
        hashes={"config": config_sha256, section.data.file: test.series.sha256},
        notes=tuple(dict.fromkeys(words for found in cells if (words := found.answer.effect.words))),
    )


def _readout(found: AnalysedCell, first: int, last: int) -> Readout:
    """Return the effect of one cell over the periods from `first` up to `last`, counted from the start of the test."""
    test, dates = found.test, found.test.series.dates
    window = slice(test.split + first, test.split + last)
    return Readout(
        arm=found.cell.name,
        channels=found.channels,
        start=dates[window.start],
        end=dates[window.stop - 1] + timedelta(days=test.series.period_days - 1),
        effect=float(found.gap[window].sum()),
        geos=found.cell.geos,
        people_share=1.0,
        market_share=_market_share(found),
        baseline=float(found.answer.counterfactual[0, window].sum()),
    )


def _market_share(found: AnalysedCell) -> float | None:
    """Return what the treated geos had of the outcome of all geos of the table before the test; None where that is none."""
    series = found.test.series
    before = series.outcome[:, : found.test.split].sum(axis=1)
    treated = float(before[np.isin(series.geos, found.cell.geos)].sum())
    return treated / float(before.sum()) if treated > 0 and before.min() >= 0 else None


def _covariance(cells: Sequence[AnalysedCell]) -> tuple[tuple[float, ...], ...]:
    """Return the covariance of all readouts; cells share donors, so their errors go together as their fits did before."""
    link = fit_correlation(cells)
    roots = [_weekly_root(found) for found in cells]
    blocks = []
    for i, found in enumerate(cells):
        row = []
        for j, other in enumerate(roots):
            # Roots keep the whole matrix positive semi-definite for any correlation of cells.
            part = float(link[i, j]) * roots[i] @ other.T
            row.append(_own_covariance(found) if i == j else np.nan_to_num(part))
        blocks.append(row)
    whole = np.block(blocks)
    return _rows((whole + whole.T) / 2)


def fit_correlation(cells: Sequence[AnalysedCell]) -> Floats:
    """Return the correlation of the cells' errors, (cells, cells), as their fits show it before the first of them began."""
    first = min(found.setting.split for found in cells)
    return np.nan_to_num(np.atleast_2d(np.corrcoef(np.stack([found.gap[:first] for found in cells]))))


def _picked(found: AnalysedCell) -> Floats:
    """Return which periods of the test each readout of a cell adds up, shape (readouts, post)."""
    pick = np.zeros((len(spans(found.test)), found.setting.periods))
    for k, (first, last) in enumerate(spans(found.test)):
        pick[k, first:last] = 1.0
    return pick


def _own_covariance(found: AnalysedCell) -> Floats:
    pick = _picked(found)
    return np.asarray(pick @ found.answer.covariance @ pick.T)


def _weekly_root(found: AnalysedCell) -> Floats:
    """Return a root of the covariance of a cell's readouts on the calendar of the table, shape (readouts, time)."""
    calendar = np.zeros((found.setting.periods, len(found.test.series.dates)))
    root = _root(found.answer.covariance)
    calendar[:, found.test.split : found.test.split + found.setting.periods] = root
    return np.asarray(_picked(found) @ calendar)


def _root(matrix: Floats) -> Floats:
    """Return the lower triangular root: what happens on a day shows on that day and later ones alone."""
    if not np.isfinite(matrix).all():
        return np.zeros_like(matrix)  # an error without bounds shares nothing that could be told
    return np.linalg.cholesky(matrix + 1e-12 * np.trace(matrix) * np.eye(len(matrix)))


def _spend(found: AnalysedCell) -> list[SpendPath]:
    """Return spend as run and without the test; by geo, the counterfactual split as spend was before the test."""
    test, setting = found.test, found.setting
    if setting.spend is None:
        if setting.known_spend is None:
            return []
        days = test.series.period_days * test.test
        # Only the difference is known: a rise is counted from nothing, a cut is counted down to nothing.
        more, less = max(setting.known_spend, 0.0), max(-setting.known_spend, 0.0)
        start = (test.series.dates[test.split],)
        return [SpendPath(found.channels, found.cell.name, (), start, days, ((more,),), ((less,),))]
    treated = setting.spend[setting.treated]
    before = treated[:, : test.split].mean(axis=1)
    share = before / before.sum() if before.sum() > 0 else np.full(before.size, 1 / before.size)
    # A counterfactual of spend may dip below zero by noise alone; money cannot.
    without = np.outer(share, np.maximum(found.answer.counterfactual[1, test.split :], 0.0))
    lead = max(test.split - _DAYS_BEFORE // test.series.period_days, 0)
    return [
        SpendPath(
            channels=found.channels,
            arm=found.cell.name,
            geos=tuple(geo for geo, hit in zip(found.geos, setting.treated, strict=True) if hit),
            dates=test.series.dates[test.split : test.split + setting.periods],
            period_days=test.series.period_days,
            as_run=_rows(treated[:, test.split :]),
            without=_rows(without),
            before=_rows(treated[:, lead : test.split]),
        )
    ]


def _rows(matrix: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, row)) for row in matrix)
