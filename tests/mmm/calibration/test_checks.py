"""What keeps an experiment from calibrating a panel is refused by name, all of it at once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from mixproof.aggregates.panel import Panel
from mixproof.errors import DataError
from mixproof.records.evidence import Evidence, Readout, SpendPath
from mmm.calibration import Calibration, Market
from mmm.calibration.checks import raise_if_unusable
from mmm.config import CalibrateConfig, MmmConfig
from mmm.problem.pathways import pathways
from mmm.problem.scaling import scale
from tests.mmm.calibration_evidence import evidence_of, evidences, geo_test, holdout, monday, named, statement
from tests.mmm.random_panels import Shape, random_panel

NATION, GEOS = random_panel(Shape(paid=3, organic=1), seed=5), random_panel(Shape(geos=3, paid=3), seed=5)
COUNTS = random_panel(Shape(paid=3, counts=True), seed=5)


def refused(panel: Panel, *items: Evidence) -> list[tuple[str, str]]:
    """Return code and message of every fault."""
    market = Market(panel, scale(panel, MmmConfig()), pathways(panel, MmmConfig()))
    try:
        raise_if_unusable(Calibration(CalibrateConfig(), items), market)
    except DataError as error:
        return [(fault.code, str(fault)) for fault in error.faults]
    return []


def dark(panel: Panel, geos: tuple[str, ...] = ("geo 1",)) -> Evidence:
    return geo_test(panel, geos, ("paid 0",), 8, (4, 4), 3.0, (-9.0,) * 8)


def of_path(item: Evidence, change: Callable[[SpendPath], SpendPath]) -> Evidence:
    return replace(item, spend=tuple(change(path) for path in item.spend))


def more(path: SpendPath) -> SpendPath:
    return replace(path, as_run=tuple(tuple(1.05 * value for value in row) for row in path.as_run))


CASES: dict[str, tuple[Panel, Evidence, str, str]] = {
    "channel": (GEOS, geo_test(random_panel(Shape(geos=3, paid=4), 5), ("geo 1",), ("paid 3",), 8, (2, 1), 0.5, (1.0,)),
                "evidence-channel", "no channel paid 3"),
    "geo": (GEOS, replace(dark(GEOS), readouts=tuple(replace(r, geos=("moon",)) for r in dark(GEOS).readouts)),
            "evidence-geo", "no geo moon"),
    "currency": (GEOS, replace(dark(GEOS), currency="USD"), "evidence-unit", "USD"),
    "counts for revenue": (GEOS, replace(dark(GEOS), outcome_kind="count"), "evidence-unit", "measured a count"),
    "other counts": (COUNTS, replace(holdout(COUNTS, "paid 0", 8, 4, 0.5, 9.0), outcome="calls"), "evidence-unit",
                     "counted `calls`"),
    "spend": (GEOS, of_path(dark(GEOS), more), "calibrate-spend", "more than 2.0% apart"),
    "more than everybody": (NATION, of_path(holdout(NATION, "paid 0", 8, 4, 1.0, 9.0), more), "calibrate-spend", "apart"),
    "no money": (GEOS, replace(dark(GEOS), spend=()), "calibrate-dose", "is not known"),
    "no dose": (GEOS, of_path(dark(GEOS), lambda path: replace(path, without=path.as_run)), "calibrate-dose", "alike"),
    "no share": (NATION, replace(holdout(NATION, "paid 0", 8, 4, 0.5, 9.0), treated_share=None,
                 readouts=(replace(holdout(NATION, "paid 0", 8, 4, 0.5, 9.0).readouts[0], people_share=None),)),
                 "calibrate-share", "not known"),
    "no market share": (NATION, replace(dark(NATION), readouts=tuple(
        replace(r, market_share=None) for r in dark(NATION).readouts)), "calibrate-share", "not known"),
    "no days": (GEOS, replace(dark(GEOS), start=None, end=None), "evidence-window", "over which days"),
    "relative": (NATION, replace(statement(NATION, "paid 0", 0.1, 0.02), estimand="relative_lift"), "calibrate-dose",
                 "baseline"),
    "return of what is free": (NATION, statement(NATION, "organic 0", 0.1, 0.02), "calibrate-dose", "costs nothing"),
    "infinite": (NATION, statement(NATION, "paid 0", float("inf"), 0.02), "calibrate-empty", "not a finite number"),
    "impossible": (NATION, statement(NATION, "paid 0", 1.0, 0.0), "evidence-spread", "not above zero"),
    "nothing left": (GEOS, geo_test(GEOS, ("geo 1",), ("paid 0",), 0, (20, 4), 3.0, (-9.0,) * 24), "calibrate-empty",
                     "every outcome of the geo"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_does_not_fit_is_refused(name: str) -> None:
    panel, item, code, said = CASES[name]
    found = refused(panel, item)
    assert [each for each, _ in found] == [code]
    assert said in found[0][1]


@pytest.mark.parametrize("panel", [NATION, GEOS, COUNTS], ids=["national", "geos", "counts"])
def test_what_fits_is_not(panel: Panel) -> None:
    assert refused(panel, *evidences(panel)) == []


def test_all_at_once() -> None:
    items = [named(CASES[name][1], name) for name in ("geo", "currency", "no money")]
    assert [code for code, _ in refused(GEOS, *items)] == ["evidence-geo", "evidence-unit", "calibrate-dose"]


def test_a_test_of_another_market_may_spend_otherwise() -> None:
    assert refused(GEOS, replace(of_path(dark(GEOS), more), in_panel=False)) == []


def test_revenue_can_be_asked_of_counts_with_a_value_and_a_free_channel_of_people() -> None:
    money = replace(holdout(COUNTS, "paid 0", 8, 4, 0.5, 900.0), outcome_kind="revenue")
    assert refused(COUNTS, money) == []
    readout = Readout("treated", ("organic 0",), monday(NATION, 8), monday(NATION, 10), 9.0, people_share=0.3)
    free = evidence_of(NATION, (readout,), kind="holdout", start=monday(NATION, 8), end=monday(NATION, 9))
    assert refused(NATION, free) == []
