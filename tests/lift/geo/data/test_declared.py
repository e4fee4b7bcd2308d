"""A test that contradicts itself is refused: spend against what was declared, dead controls, a geo that is the others' sum."""

from datetime import date, timedelta

import numpy as np
import pytest

from lift.geo.config import Geo
from lift.geo.data.declared import declared_faults
from lift.geo.data.series import GeoSeries

GEOS = ("a", "b", "c", "d")
SPLIT, END = 40, 50
RNG = np.random.default_rng(5)
OUTCOME = RNG.gamma(20, 5, (4, 50))


def series(factor: float, before: float = 10.0, outcome: np.ndarray = OUTCOME) -> GeoSeries:
    """Return four geos whose spend in the first changes by a factor during the test."""
    spend = np.full(outcome.shape, 10.0)
    spend[0] = before
    spend[0, SPLIT:END] = 10.0 * factor
    dates = tuple(date(2024, 1, 1) + timedelta(days=t) for t in range(outcome.shape[1]))
    return GeoSeries(geos=GEOS, dates=dates, period_days=1, outcome=outcome, spend=spend, sha256="")


def section(intervention: str, **changes) -> Geo:
    plain = {"kind": "geo", "name": "t", "channels": ["tv"], "start": "2024-02-10", "end": "2024-02-19",
             "data": {"file": "g.csv", "spend": "spend"}, "cells": [{"name": "x", "geos": ["a"]}]}  # fmt: skip
    return Geo.model_validate({**plain, "intervention": intervention, **changes}, strict=False)


CASES = [
    ("heavy_up", 1.5, 10.0, []),
    ("go_dark", 0.0, 10.0, []),
    ("go_dark", 0.3, 10.0, []),
    ("new", 1.0, 0.0, []),
    ("heavy_up", 0.0, 10.0, ["intervention-contradicted"]),
    ("go_dark", 2.0, 10.0, ["intervention-contradicted"]),
    ("go_dark", 0.8, 10.0, ["intervention-contradicted"]),
    ("new", 2.0, 10.0, ["intervention-contradicted"]),
    ("heavy_up", 1.0, 10.0, ["spend-alike"]),
    ("go_dark", 0.0, 0.0, ["spend-alike"]),
]


@pytest.mark.parametrize(("said", "factor", "before", "codes"), CASES)
def test_what_is_declared_is_held_against_spend(said, factor, before, codes):
    data = series(factor, before)
    assert [one.code for one in declared_faults(section(said), data, [(SPLIT, END)])] == codes
    assert declared_faults(section(said, accept=codes), data, [(SPLIT, END)]) == []


@pytest.mark.parametrize(
    ("said", "money", "codes"), [("go_dark", 5.0, 1), ("heavy_up", -5.0, 1), ("go_dark", -5.0, 0)]
)
def test_stated_spend_has_the_sign_of_the_intervention(said, money, codes):
    factor = 0.0 if said == "go_dark" else 2.0
    cells = [{"name": "x", "geos": ["a"], "incremental_spend": money}]
    assert (
        len(declared_faults(section(said, cells=cells), series(factor), [(SPLIT, END)] * len(cells))) == codes
    )


def test_controls_that_are_all_zero_are_refused():
    dead = OUTCOME.copy()
    dead[1:] = 0
    assert [
        one.code for one in declared_faults(section("heavy_up"), series(2.0, outcome=dead), [(SPLIT, END)])
    ] == ["controls-dead"]
    dead[2:] = OUTCOME[2:]
    assert declared_faults(section("heavy_up"), series(2.0, outcome=dead), [(SPLIT, END)]) == []


def test_a_geo_that_is_the_sum_of_the_others_is_refused_or_excluded():
    total = OUTCOME.copy()
    total[3] = total[:3].sum(axis=0)
    data = series(2.0, outcome=total)
    found = declared_faults(section("heavy_up"), data, [(SPLIT, END)])
    assert [one.code for one in found] == ["geo-is-a-sum"] and ", d" in found[0].where
    assert declared_faults(section("heavy_up", excluded=["d"]), data, [(SPLIT, END)]) == []
