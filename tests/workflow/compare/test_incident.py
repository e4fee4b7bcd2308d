"""Incidents: each kind is named by what it leaves in the data, the right channel with it, and quiet weeks name none."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks.bridge import WEEKS, reading
from benchmarks.incidents import named
from mixproof.aggregates.panel import Panel
from workflow.compare.causes import APPENDED, CONFIG, Side, causes
from workflow.compare.incident import COSTS, IDENTITY, MARKET, MODEL, TRACKING, Incident, incidents

LAST = slice(WEEKS, None)


def credit(panel: Panel) -> pd.DataFrame:
    """Return what a system credits: a hundredth of each channel's spend in orders, two thirds of the rest to nobody."""
    spend = panel.data["spend"].values[0]
    noise = np.random.default_rng(3).normal(1, 0.03, spend.shape)
    days = pd.DatetimeIndex(panel.data["date"].values).strftime("%Y-%m-%d")
    table = pd.DataFrame(spend * noise / 10, index=days, columns=panel.channels)
    return table.assign(**{"(unattributed)": 600 - table.sum(axis=1).clip(upper=500)})


def side(name: str, panel: Panel, table: pd.DataFrame | None, section: dict[str, Any] | None = None) -> Side:
    tables = {}
    if table is not None:
        long = (
            table.rename_axis("start")
            .reset_index()
            .melt("start", var_name="channel", value_name="attributed")
        )
        tables["attributed"] = long.assign(system="analytics", arm="")
    run: Any = SimpleNamespace(
        path=Path(name), tables=tuple(tables), table=tables.get, config={"mmm": section or {}},
        manifest={"versions": {"mixproof": "1"}, "artefacts": {}},
    )  # fmt: skip
    return Side(run, panel, run.config)


def found(
    change: Any = None, *, system: bool = True, section: dict[str, Any] | None = None
) -> list[Incident]:
    """Return the incidents of a market read eight weeks later, after a change of its panel or credit."""
    before, after = reading(2, ()), reading(2, {APPENDED})
    table = credit(after)
    if change is not None:
        change(after.data, table)
    a = side("a", before, table.iloc[:WEEKS] if system else None)
    b = side("b", after, table if system else None, section)
    return incidents(a, b, causes(a, b))


def lost(data: Any, table: pd.DataFrame) -> None:
    table.loc[table.index[LAST], "(unattributed)"] += 0.5 * table.loc[table.index[LAST], "search"]
    table.loc[table.index[LAST], "search"] *= 0.5


def rotated(data: Any, table: pd.DataFrame) -> None:
    for name in ("tv", "search"):
        table.loc[table.index[LAST], "(unattributed)"] += 0.4 * table.loc[table.index[LAST], name]
        table.loc[table.index[LAST], name] *= 0.6


def cents(data: Any, table: pd.DataFrame) -> None:
    data["spend"].values[0, LAST, 1] *= 100


def fewer(data: Any, table: pd.DataFrame) -> None:
    data["outcome"].values[0, LAST] *= 0.75
    table.iloc[LAST] *= 0.75


def unseen(data: Any, table: pd.DataFrame) -> None:
    data["exposure"].values[0, :, 0] *= 7.0
    data["exposure"].values[0, LAST, 0] *= 0.4


CASES = {
    "a tag lost in one channel": (lost, True, TRACKING, "search"),
    "keys rotated": (rotated, True, IDENTITY, "analytics"),
    "costs in cents": (cents, True, COSTS, "search"),
    "costs in cents, no system": (cents, False, COSTS, "search"),
    "a real drop of demand": (fewer, True, MARKET, ""),
    "a real drop of demand, no system": (fewer, False, MARKET, ""),
}


@pytest.mark.parametrize("name", CASES, ids=str)
def test_each_kind_is_named_first_with_its_channel(name: str) -> None:
    change, system, kind, subject = CASES[name]
    first = found(change, system=system)[0]
    assert (first.kind, first.subject) == (kind, subject)


def test_exposure_that_falls_against_spend_is_tracking_where_no_system_counts() -> None:
    before, after = reading(2, ()), reading(2, {APPENDED})
    for panel in (before, after):  # of their own: the readings' exposure is their spend
        panel.data["exposure"] = panel.data["exposure"].copy(deep=True)
    before.data["exposure"].values[0, :, 0] *= 7.0
    unseen(after.data, credit(after))
    a, b = side("a", before, None), side("b", after, None)
    assert [(each.kind, each.subject) for each in incidents(a, b, causes(a, b))] == [(TRACKING, "tv")]


def test_costs_restated_by_one_factor_are_an_upload() -> None:
    before, after = reading(2, ()), reading(2, ())
    after.data["spend"].values[0, 30:40, 0] /= 1.2
    a, b = side("a", before, None), side("b", after, None)
    first = incidents(a, b, causes(a, b))[0]
    assert (first.kind, first.subject) == (COSTS, "tv") and "0.8333 times" in first.sentence


def test_another_prior_is_the_model_and_quiet_weeks_are_nothing() -> None:
    assert found() == []
    model = found(section={"channels": {"tv": {"prior": {"roi": {"median": 3.0}}}}})
    assert [each.kind for each in model] == [MODEL] and "median: not set -> 3.0" in model[0].sentence
    assert CONFIG not in model[0].sentence


def test_a_channel_that_pauses_has_lost_no_tag() -> None:
    before, after = reading(2, ()), reading(2, {APPENDED})
    place = list(after.channels).index("search")
    for panel in (before, after):  # of even spend, so that the past tells nothing of what comes without it
        for name in ("spend", "exposure"):
            panel.data[name] = panel.data[name].copy(deep=True)
            panel.data[name].values[0, :, place] = 300.0
    table = credit(after)
    for name in ("spend", "exposure"):
        after.data[name].values[0, LAST, place] = 0.0
    table.loc[table.index[LAST], "search"] = 0.0
    a, b = side("a", before, table.iloc[:WEEKS]), side("b", after, table)
    assert not [each for each in incidents(a, b, causes(a, b)) if each.kind in (TRACKING, IDENTITY)]


@pytest.mark.parametrize(("kind", "seed", "world"), [("nothing", 1, "national"), (IDENTITY, 11, "demo")])
def test_a_season_that_credit_does_not_follow_names_no_channel(kind: str, seed: int, world: str) -> None:
    assert named(kind, seed, world) == kind.replace("nothing", "")
