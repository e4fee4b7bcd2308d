"""Experiments and plans of the walk over the schema: every kind, method and way of pooling."""

from pathlib import Path

import numpy as np
import pandas as pd

from lift.config import Pooling, StartedTest
from lift.design.config import GeoPlan, HoldoutPlan
from lift.geo.config import Assignment, GeoTable, OneSided, Outcome
from lift.geo.config import Geo as GeoTest
from lift.geo.estimators.table import REFITTED, TRIMMED_MATCH
from lift.holdout.config import FollowUp, Holdout, Looks
from lift.imports.config import Imported
from tests.end_to_end.walk.rows import Row, choices, given, pairwise, turn, values

ROOT = Path(__file__).parents[3]
COLUMNS = (
    *("arm", "users", "converters", "revenue", "revenue_squared", "stratum", "day"),
    *("exposed", "exposed_converters", "exposed_revenue"),
)
COVARIATE = {
    "covariate": "before", "covariate_squared": "before_squared", "covariate_revenue": "before_revenue",
    "covariate_converters": "before_converters",
}  # fmt: skip
HOLDOUTS = pairwise(
    choices(
        *(
            (Holdout, key)
            for key in ("count_method", "revenue_method", "adjustment", "multiplicity", "decimal")
        )
    )
)
GEO_NAMES = [f"geo {number:02}" for number in range(12)]
TREATED = GEO_NAMES[:3]
DAYS = pd.date_range("2024-01-01", periods=26, freq="7D")


def drawable(row: Row) -> bool:
    """Return whether a geo test may be analysed so: the contract refuses the others."""
    drawn = row["assignment"] != "chosen"
    if row["method"] == TRIMMED_MATCH and row["assignment"] == "complete":
        return False
    if row["direction"] and (row["method"] == TRIMMED_MATCH or row["inference"] == "conformal"):
        return False
    return (row["inference"] != "randomisation" or drawn) and (
        row["inference"] != "conformal" or row["method"] in REFITTED
    )


GEO_TESTS = pairwise(
    choices(*((GeoTest, key) for key in ("method", "inference", "intervention", "cross_check", "estimand")))
    | choices((GeoTable, "outcome_kind"), (GeoTable, "decimal"), (GeoTable, "missing"))
    | {
        "assignment": values(Assignment, "kind"),
        "direction": (*values(OneSided, "direction"), None),
        "secondary": (*values(Outcome, "outcome_kind"), None),
    },
    drawable,
)
IMPORTS = pairwise(
    choices((Imported, "source"), (Imported, "scope"), (Imported, "outcome_kind")),
    lambda row: row["outcome_kind"] == {"iroas": "revenue", "cost_per_incremental": "count"}.get(
        row["scope"], row["outcome_kind"]
    ),
)  # fmt: skip
POOLS = pairwise(choices((Pooling, "estimand"), (Pooling, "method")))
LIFTS = len(POOLS)


def holdout(number: int, row: Row) -> Row:
    """Return a holdout on the shipped table."""
    looks = turn((*values(Looks, "kind"), None), number)
    at = {"at": [0.5]} if looks == "group_sequential" else {}
    return {
        "name": f"holdout {number}",
        "kind": "holdout",
        "channels": ["newsletter"],
        "table": "holdout_comma.csv" if row["decimal"] == "," else "holdout.csv",
        "columns": {name: name for name in COLUMNS} | COVARIATE,
        "follow_up": {"days": 14, "through": 41, "immature": turn(values(FollowUp, "immature"), number)},
        "control": {"name": "holdout", "share": 0.2},
        "arms": [{"name": "newsletter", "share": 0.8, "spend": 9000.0}],
        **({"looks": {"kind": looks, "planned_users": 400000, **at}} if looks else {}),
        **given(row),
    }


def geo_table(folder: Path, intervention: str) -> None:
    """Write weekly series of twelve geos, three of which were treated in the last four weeks."""
    rng, frames = np.random.default_rng(7), []
    season = 20 * np.sin(np.arange(len(DAYS)))
    for place, name in enumerate(GEO_NAMES):
        spend = np.zeros(len(DAYS)) if intervention == "new" else rng.uniform(40, 60, len(DAYS))
        if name in TREATED:
            spend[-4:] = {"go_dark": 0.0, "heavy_up": 120.0, "new": 80.0}[intervention]
        outcome = (10 + place) * (30 + season / 5) + 0.3 * spend + rng.normal(0, 4, len(DAYS))
        days = DAYS.strftime("%Y-%m-%d")
        frames.append(
            pd.DataFrame(
                {
                    "geo": name,
                    "date": days,
                    "outcome": outcome.round(),
                    "spend": spend.round(2),
                    "returns": (outcome / 9).round(),
                }
            )
        )
    table = pd.concat(frames)
    table.to_csv(folder / f"{intervention}.csv", index=False)
    table.to_csv(folder / f"{intervention}_comma.csv", index=False, decimal=",")


def geo_test(number: int, row: Row) -> Row:
    """Return a geo test on the series of its intervention."""
    rest, row = list(GEO_NAMES[3:]), dict(row)
    kind, decimal = row.pop("assignment"), row.pop("decimal")
    direction, further = row.pop("direction"), row.pop("secondary")
    asked: Row = (
        {"one_sided": {"direction": direction, "declared": str(DAYS[-5].date())}} if direction else {}
    )
    if further:
        asked["secondary"] = [{"outcome": "returns", "outcome_kind": further}]
    table = {key: row.pop(key) for key in ("outcome_kind", "missing")}
    file = f"{row['intervention']}{'_comma' if decimal == ',' else ''}.csv"
    pairs = row["method"] == TRIMMED_MATCH
    size = 1 if pairs else 3
    groups = [[name, *rest[size * place : size * (place + 1)]] for place, name in enumerate(TREATED)]
    return {
        "name": f"geo {number}",
        "kind": "geo",
        "channels": ["video"],
        "start": str(DAYS[-4].date()),
        "end": str(DAYS[-1].date() + pd.Timedelta(days=6)),
        "data": given({"file": file, "spend": "spend", "decimal": decimal, **table}),
        "cells": [{"name": "treated", "geos": TREATED, "intervention": row["intervention"]}],
        "assignment": {"kind": kind, **({"groups": groups} if pairs or kind == "strata" else {})},
        "references": 50,
        **asked,
        **row,
    }


def imported(number: int, row: Row) -> Row:
    """Return a result of another tool."""
    revenue = row["outcome_kind"] == "revenue"
    per = {"per_user": " per person", "per_period": " per period"}.get(row["scope"], "")
    unit = {"relative": "fraction", "iroas": "EUR per EUR", "cost_per_incremental": "EUR per conversions"}
    more = {"per_user": {"users": 500}, "per_period": {"periods": 4}}.get(row["scope"], {})
    return {
        "name": f"imported {number}",
        "kind": "imported",
        "channels": ["social"],
        "unit": unit.get(row["scope"], ("EUR" if revenue else "conversions") + per),
        **{
            "point": 1.9,
            "lower": 0.4,
            "upper": 3.4,
            "interval_level": 0.9,
            "spend": 600.0,
            "baseline": 5000.0,
        },
        **more,
        **row,
    }


def lift(folder: Path, number: int) -> Row:
    """Return a run of experiments of all kinds, and a way to pool them."""
    people = pd.read_csv(ROOT / "configs/data/lift_holdout.csv")
    people.to_csv(folder / "holdout.csv", index=False)
    people.to_csv(folder / "holdout_comma.csv", index=False, decimal=",")
    for intervention in values(GeoTest, "intervention"):
        geo_table(folder, intervention)
    experiments = [
        make(place, row)
        for make, rows in ((holdout, HOLDOUTS), (geo_test, GEO_TESTS), (imported, IMPORTS))
        for place, row in enumerate(rows)
        if place % LIFTS == number
    ]
    states = values(StartedTest, "state")
    registry = [
        {"name": f"registered {state}", "channels": ["social"], "started": "2024-03-04", "state": state}
        for state in states
    ]
    overlaps = {experiment["name"] for experiment in experiments if experiment["kind"] == "geo"}
    for experiment in experiments:
        experiment["accept"] = list(values(GeoTest, "accept"))
        if experiment["name"] in overlaps:
            experiment["overlaps"] = sorted(overlaps - {experiment["name"]})
    section = {"currency": "EUR", "experiments": experiments, "registry": registry, "pooling": POOLS[number]}
    return {"name": f"lift-{number}", "lift": section}


def plans(folder: Path, number: int) -> Row:
    """Return plans of all kinds."""
    geo_table(folder, "heavy_up")
    holdouts = [
        {"kind": "holdout", "users": 100000, "conversion_rate": 0.05, "expected_lift": 0.1, "order_value": 30.0,
         "order_variation": 1.0, "exposed_share": 0.6, **row}
        for row in pairwise(choices((HoldoutPlan, "outcome"), (HoldoutPlan, "lift_on")))
    ]  # fmt: skip
    geos = [
        {"kind": "geo", "sizes": [3], "periods": [4], "expected_lift": 0.1, "candidates": 40, "method": row["method"],
         "data": {"file": "heavy_up.csv", "outcome_kind": row["outcome_kind"]}}
        for row in pairwise({"method": values(GeoPlan, "method"), "outcome_kind": values(GeoTable, "outcome_kind")})
    ]  # fmt: skip
    named = [{"name": f"plan {place}", **plan} for place, plan in enumerate([*holdouts, *geos])]
    return {"name": "plans", "design": {"currency": "EUR", "plans": named}}
