"""A geo experiment as `Evidence`: effects by span with their full covariance, and spend as run and without the test."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from lift.geo.config import Cell
from lift.geo.data.donors import Floats
from lift.geo.data.experiment_data import GeoTest
from lift.geo.data.setting import CellAnswer, Setting
from lift.geo.rows import Labels
from mixproof.records.evidence import ArmPopulation, Evidence, Readout, SpendPath

Analysed = Sequence[tuple[Cell, Setting, CellAnswer]]


def geo_evidence(test: GeoTest, cells: Analysed, words: Labels, level: float, config_sha256: str) -> Evidence:
    """Return the evidence of a geo experiment: a readout for each cell and week (or longer period) of test and cool-down.

    Parameters
    ----------
    test : GeoTest
    cells : sequence of (Cell, Setting, CellAnswer)
    words : Labels
    level : float
    config_sha256 : str
        SHA-256 of the experiment's section.
    """
    section = test.section
    assert section.start is not None and section.end is not None
    spans = _spans(test)
    readouts, lower, upper = [], [], []
    for cell, setting, answer in cells:
        gap = (setting.outcome[setting.treated].sum(axis=0) - answer.counterfactual[0])[test.split :]
        reach = _reach(answer)
        for first, last in spans:
            effect = float(gap[first:last].sum())
            share = float(answer.covariance[first:last, first:last].sum() / answer.covariance.sum()) ** 0.5
            readouts.append(_readout(test, cell, first, last, effect))
            lower.append(effect - reach[0] * share)
            upper.append(effect + reach[1] * share)
    notes = [answer.effect.words for _, _, answer in cells if answer.effect.words]
    return Evidence(
        experiment=section.name,
        kind="geo",
        estimand="incremental_outcome",
        outcome_kind=section.data.outcome_kind,
        outcome=words.outcome,
        unit=words.unit,
        currency=words.currency,
        readouts=tuple(readouts),
        covariance=_covariance(cells, spans),
        start=section.start,
        end=section.end,
        outcome_end=section.outcome_end,
        treated_share=1.0,
        arms=tuple(ArmPopulation(cell.name, "treated") for cell, _, _ in cells),
        spend=tuple(path for cell, setting, answer in cells for path in _spend(test, cell, setting, answer)),
        level=level,
        lower=tuple(lower),
        upper=tuple(upper),
        method=f"{section.method}, {cells[0][2].inference}",
        quality="randomised" if test.randomised else "quasi-experimental",
        in_panel=section.in_panel,
        hashes={"config": config_sha256, section.data.file: test.series.sha256},
        notes=tuple(dict.fromkeys(notes)),
    )


def _spans(test: GeoTest) -> list[tuple[int, int]]:
    """Return spans of test periods: weeks for daily data, else single periods; none crosses from test to cool-down."""
    width = 7 if test.series.period_days == 1 else 1
    last = test.test + test.cooldown
    starts = sorted({*range(0, test.test, width), *range(test.test, last, width)})
    return list(zip(starts, [*starts[1:], last], strict=True))


def _reach(answer: CellAnswer) -> tuple[float, float]:
    """Return how far the interval of the total reaches below and above the estimate; infinite where unbounded."""
    effect = answer.effect
    if effect.shape == "empty":
        return (answer.se, answer.se)
    return (max(effect.point - effect.lower, 0.0), max(effect.upper - effect.point, 0.0))


def _readout(test: GeoTest, cell: Cell, first: int, last: int, effect: float) -> Readout:
    dates = test.series.dates
    return Readout(
        arm=cell.name,
        channels=cell.channels or test.section.channels,
        start=dates[test.split + first],
        end=dates[test.split + last - 1] + timedelta(days=test.series.period_days - 1),
        effect=effect,
        geos=cell.geos,
    )


def _covariance(cells: Analysed, spans: list[tuple[int, int]]) -> tuple[tuple[float, ...], ...]:
    """Return the covariance of all readouts; cells share donors, so their errors go together as their fits did before."""
    pick = np.zeros((len(spans), spans[-1][1]))
    for k, (first, last) in enumerate(spans):
        pick[k, first:last] = 1.0
    blocks = [pick @ answer.covariance @ pick.T for _, _, answer in cells]
    fits = np.stack([_pre_test_gap(setting, answer) for _, setting, answer in cells])
    link: Floats = np.nan_to_num(np.atleast_2d(np.corrcoef(fits)))
    size = len(spans)
    whole = np.zeros((len(cells) * size, len(cells) * size))
    for i, one in enumerate(blocks):
        for j, other in enumerate(blocks):
            # Symmetric roots keep the whole matrix positive semi-definite for any correlation of cells.
            part = one if i == j else float(link[i, j]) * _root(one) @ _root(other)
            whole[i * size : (i + 1) * size, j * size : (j + 1) * size] = part
    return tuple(tuple(map(float, row)) for row in (whole + whole.T) / 2)


def _root(matrix: Floats) -> Floats:
    if not np.isfinite(matrix).all():
        return matrix
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T


def _pre_test_gap(setting: Setting, answer: CellAnswer) -> Floats:
    return (setting.outcome[setting.treated].sum(axis=0) - answer.counterfactual[0])[: setting.split]


def _spend(test: GeoTest, cell: Cell, setting: Setting, answer: CellAnswer) -> list[SpendPath]:
    """Return spend as run and without the test; by geo, the counterfactual split as spend was before the test."""
    channel = " + ".join(cell.channels or test.section.channels)
    if setting.spend is None:
        if setting.known_spend is None:
            return []
        days = test.series.period_days * test.test
        # Only the difference is known: a rise is counted from nothing, a cut is counted down to nothing.
        more, less = max(setting.known_spend, 0.0), max(-setting.known_spend, 0.0)
        return [
            SpendPath(channel, cell.name, (), (test.series.dates[test.split],), days, ((more,),), ((less,),))
        ]
    names = [geo for geo in test.series.geos if geo in cell.geos]
    rows = [test.series.geos.index(geo) for geo in names]
    assert test.series.spend is not None
    window = slice(test.split, test.split + setting.periods)
    as_run = test.series.spend[rows, window]
    before = test.series.spend[rows, : test.split].mean(axis=1)
    share = before / before.sum() if before.sum() > 0 else np.full(len(rows), 1 / len(rows))
    # A counterfactual of spend may dip below zero by noise alone; money cannot.
    without = np.outer(share, np.maximum(answer.counterfactual[1, window], 0.0))
    return [
        SpendPath(
            channel=channel,
            arm=cell.name,
            geos=tuple(names),
            dates=test.series.dates[window],
            period_days=test.series.period_days,
            as_run=tuple(tuple(map(float, row)) for row in as_run),
            without=tuple(tuple(map(float, row)) for row in without),
        )
    ]
