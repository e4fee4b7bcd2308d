"""Who was treated, seen from the panel, and whose outcomes have been used by the test."""

from dataclasses import replace

import pytest

from mixproof.aggregates.panel import Panel
from mixproof.records.evidence import Evidence
from mmm.calibration import Market
from mmm.calibration.treated import Treated, leaving, treated
from mmm.config import MmmConfig
from mmm.problem.pathways import pathways
from mmm.problem.scaling import scale
from tests.mmm.calibration_evidence import geo_test, holdout
from tests.mmm.random_panels import Shape, random_panel

NATION, GEOS = random_panel(Shape(paid=2), seed=5), random_panel(Shape(geos=3, paid=2), seed=5)
IN_GEOS = geo_test(GEOS, ("geo 1",), ("paid 0",), 8, (2, 1), 0.5, (9.0,) * 3)
OF_NATION = geo_test(NATION, ("north",), ("paid 0",), 8, (2, 1), 0.5, (9.0,) * 3, market_share=0.25)
PEOPLE = holdout(NATION, "paid 0", 8, 2, 0.3, 9.0)
EVERYBODY = replace(
    holdout(NATION, "paid 0", 8, 2, 1.0, 9.0), kind="imported", measurement="imported_statement",
    readouts=tuple(replace(r, people_share=None) for r in PEOPLE.readouts), treated_share=None,
)  # fmt: skip


def market_of(panel: Panel) -> Market:
    return Market(panel, scale(panel, MmmConfig()), pathways(panel, MmmConfig()))


CASES: dict[str, tuple[Panel, Evidence, Treated, int]] = {
    "whole geos": (GEOS, IN_GEOS, Treated(True, 1.0), 3),
    "geos of a nation": (NATION, OF_NATION, Treated(False, 0.25), 0),
    "a share of people": (NATION, PEOPLE, Treated(False, 0.3), 0),
    "all that the panel spent": (NATION, EVERYBODY, Treated(True, 1.0), 4),
    "a part of it, of nobody knows whom": (
        NATION, replace(EVERYBODY, spend=PEOPLE.spend), Treated(False, None), 0
    ),
    "another market": (GEOS, replace(IN_GEOS, in_panel=False), Treated(True, 1.0), 0),
    "before the panel": (GEOS, geo_test(GEOS, ("geo 1",), ("paid 0",), -9, (2, 1), 0.5, (9.0,) * 3), Treated(True, 1.0), 0),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_who_was_treated_and_what_leaves_the_likelihood(name: str) -> None:
    panel, item, who, rows = CASES[name]
    market = market_of(panel)
    assert treated(market, item, item.readouts[0]) == who
    assert len(set(leaving(market, item))) == rows
