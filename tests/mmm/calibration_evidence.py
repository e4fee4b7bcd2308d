"""Evidence of made-up experiments on a panel, for tests: geo tests, holdouts, statements, inside and outside its dates."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from mixproof.aggregates.panel import Panel
from mixproof.records.evidence import Evidence, Readout, SpendPath

WEEK = timedelta(days=7)


def monday(panel: Panel, week: int) -> date:
    """Return the first day of a week of the panel; weeks may lie outside it."""
    return date.fromisoformat(str(panel.data["date"].values[0])[:10]) + week * WEEK


def evidence_of(panel: Panel, readouts: tuple[Readout, ...], **fields: Any) -> Evidence:
    """Return evidence with every field that a test does not care about filled in."""
    effects = np.array([readout.effect for readout in readouts])
    covariance = fields.pop("covariance", np.diag((0.2 * np.abs(effects) + 20.0) ** 2))
    base: dict[str, Any] = {
        "experiment": "test", "kind": "geo", "estimand": "incremental_outcome",
        "outcome_kind": panel.outcome_kind, "outcome": panel.outcome_name, "unit": panel.outcome_unit,
        "currency": panel.currency, "start": None, "end": None, "outcome_end": None, "treated_share": None,
        "arms": (), "spend": (), "level": 0.9, "lower": tuple(effects - 1e6), "upper": tuple(effects + 1e6),
        "method": "made up", "quality": "randomised",
    }  # fmt: skip
    matrix = tuple(tuple(map(float, row)) for row in np.asarray(covariance))
    return Evidence(**{**base, "readouts": readouts, "covariance": matrix, **fields})


def geo_test(
    panel: Panel, geos: tuple[str, ...], channels: tuple[str, ...], first: int, weeks: tuple[int, int], dose: float,
    effects: tuple[float, ...], **fields: Any,
) -> Evidence:  # fmt: skip
    """Return a test of whole geos: `weeks` of treatment and of cool-down, weekly readouts; without = dose x as run."""
    test, cool = weeks
    start, end = monday(panel, first), monday(panel, first + test) - timedelta(days=1)
    readouts = tuple(
        Readout("treated", channels, monday(panel, first + n), monday(panel, first + n + 1) - timedelta(days=1),
                effect, geos, people_share=1.0, market_share=fields.get("market_share", 0.4))
        for n, effect in enumerate(effects)
    )  # fmt: skip
    share = fields.pop("market_share", 0.4)
    numbers = [panel.geos.index(geo) for geo in geos if geo in panel.geos]
    spend = []
    for channel in channels:
        rows = panel.data["spend"].transpose("geo", "date", "channel").sel(channel=channel).values
        if not 0 <= first < rows.shape[1]:
            run = np.full((len(geos), test + cool), np.nanmean(rows))
        elif numbers:
            run = rows[numbers, first : first + test + cool]
        else:
            run = np.repeat(share / len(geos) * rows[:, first : first + test + cool], len(geos), axis=0)
        before = np.full((len(geos), 6), float(np.nanmean(rows)))
        other = run.copy()
        other[:, :test] = dose * run[:, :test] if run[:, :test].any() else 40.0
        spend.append(
            SpendPath((channel,), "treated", geos, tuple(monday(panel, first + n) for n in range(test + cool)), 7,
                      tuple(map(tuple, run.tolist())), tuple(map(tuple, other.tolist())), tuple(map(tuple, before.tolist())))
        )  # fmt: skip
    whole = {
        "kind": "geo", "start": start, "end": end, "outcome_end": readouts[-1].end, "treated_share": 1.0,
        "spend": tuple(spend), "measurement": "randomised_geos", "in_panel": 0 <= first < panel.data.sizes["date"],
    }  # fmt: skip
    return evidence_of(panel, readouts, **{**whole, **fields})


def holdout(
    panel: Panel, channel: str, first: int, weeks: int, share: float, effect: float, **fields: Any
) -> Evidence:
    """Return a holdout of people: a share of them saw the channel as the panel spent on it, and one total was read."""
    start, end = monday(panel, first), monday(panel, first + weeks + 2) - timedelta(days=1)
    spend = panel.data["spend"].transpose("geo", "date", "channel").sel(channel=channel).values.sum(axis=0)
    money = (
        share * float(spend[first : first + weeks].sum())
        if first >= 0
        else share * float(spend.mean()) * weeks
    )
    readout = Readout("treated", (channel,), start, end, effect, people_share=share, market_share=1.0)
    path = SpendPath((channel,), "treated", (), (start,), 7 * weeks, ((money,),), ((0.0,),))
    whole = {
        "kind": "holdout", "start": start, "end": monday(panel, first + weeks) - timedelta(days=1),
        "outcome_end": end, "treated_share": share, "spend": (path,), "measurement": "randomised_people",
    }  # fmt: skip
    return evidence_of(panel, (readout,), **{**whole, **fields})


def free_holdout(
    panel: Panel, channel: str, first: int, weeks: int, share: float, effect: float, **fields: Any
) -> Evidence:
    """Return a holdout of people from a channel that costs nothing."""
    start, end = monday(panel, first), monday(panel, first + weeks) - timedelta(days=1)
    readout = Readout("treated", (channel,), start, end + WEEK, effect, people_share=share, market_share=1.0)
    whole = {"kind": "holdout", "start": start, "end": end, "measurement": "randomised_people"}
    return evidence_of(panel, (readout,), **{**whole, **fields})


def statement(panel: Panel, channel: str, roi: float, se: float, **fields: Any) -> Evidence:
    """Return a statement of a return without window, dose or geos."""
    whole = {
        "kind": "imported",
        "estimand": "roi",
        "measurement": "imported_statement",
        "quality": "imported",
    }
    readout = Readout("treated", (channel,), None, None, roi)
    return evidence_of(panel, (readout,), covariance=[[se**2]], **{**whole, **fields})


def named(item: Evidence, name: str) -> Evidence:
    """Return the same evidence of an experiment of another name."""
    return replace(item, experiment=name)


def evidences(panel: Panel) -> tuple[Evidence, ...]:
    """Return one of each kind: a geo test, two channels at once before the panel, a holdout, a statement of a return."""
    geos = panel.geos[1:2] if panel.geos != ["national"] else ["north", "south"]
    first, second, third = panel.channels[:3]
    correlated = 900.0 * (0.4 + 0.6 * np.eye(8))
    effects = (-300.0, -200.0, -100.0, -50.0, -20.0, 0.0, 10.0, 10.0)
    joint = {"shape": "student_t", "degrees_of_freedom": 4.0, "experiment": "joint"}
    return (
        geo_test(panel, tuple(geos), (first,), 8, (4, 4), 3.0, effects, covariance=correlated),
        geo_test(
            panel, tuple(geos), (second, third), -20, (3, 2), 0.5, (100.0, 90.0, 50.0, 10.0, 1.0), **joint
        ),
        holdout(panel, second, 14, 4, 0.4, 50.0, experiment="holdout"),
        statement(panel, third, 1.2, 0.3, experiment="statement"),
    )
