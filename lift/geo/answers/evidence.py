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
    weeks = spans(test)
    readouts, lower, upper = [], [], []
    for found in cells:
        covariance, ends = found.answer.covariance, reach(found.answer)
        for first, last in weeks:
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
        covariance=_covariance(cells, weeks),
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


def _covariance(cells: Sequence[AnalysedCell], spans: list[tuple[int, int]]) -> tuple[tuple[float, ...], ...]:
    """Return the covariance of all readouts; cells share donors, so their errors go together as their fits did before."""
    pick = np.zeros((len(spans), spans[-1][1]))
    for k, (first, last) in enumerate(spans):
        pick[k, first:last] = 1.0
    blocks = [pick @ found.answer.covariance @ pick.T for found in cells]
    fits = np.stack([found.gap[: found.setting.split] for found in cells])
    link: Floats = np.nan_to_num(np.atleast_2d(np.corrcoef(fits)))
    size = len(spans)
    whole = np.zeros((len(cells) * size, len(cells) * size))
    for i, one in enumerate(blocks):
        for j, other in enumerate(blocks):
            # Symmetric roots keep the whole matrix positive semi-definite for any correlation of cells.
            part = one if i == j else float(link[i, j]) * _root(one) @ _root(other)
            whole[i * size : (i + 1) * size, j * size : (j + 1) * size] = part
    return _rows((whole + whole.T) / 2)


def _root(matrix: Floats) -> Floats:
    if not np.isfinite(matrix).all():
        return matrix
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T


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
