"""GeoLift's single-cell walkthrough (website/docs/GettingStarted/Walkthrough.md, facebookincubator/GeoLift)."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lift.experiment import Context
from lift.geo.analyse import analyse_geo
from lift.geo.config import Cell, Geo, GeoTable
from lift.geo.estimators.donors import Floats
from lift.geo.estimators.synthetic_control import fit_simplex
from lift.geo.estimators.table import ESTIMATORS
from lift.geo.inference.conformal import conformal_inference, shifts
from lift.geo.inference.placebo import p_value_of
from tests.lift.geo.plain import Counterfactual, estimate

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "geo"
FILE = FOLDER / "geolift_test.csv"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="public data folder is not present")
SPLIT, PERIODS = 90, 15
PUBLISHED = 1e-4
ROUNDED = 6e-5
"""Published weights have four decimals."""


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return pd.read_csv(FILE).pivot(index="location", columns="date", values="Y")


def _fit(panel: pd.DataFrame, method: str) -> Counterfactual:
    treated = panel.index.isin(["chicago", "portland"])
    return estimate(ESTIMATORS[method].weights, panel.to_numpy(float), treated, SPLIT)


CASES = [
    # method, ATT, relative lift, increment, L2, scaled L2
    ("synthetic_control", 155.556, 0.054232, 4666.67, 909.489, 0.1636),
    ("augmented_synthetic_control", 156.805, None, 4704.15, 903.525, 0.1626),
]


@pytest.mark.parametrize(("method", "att", "relative", "increment", "distance", "scaled"), CASES)
def test_walkthrough(
    panel: pd.DataFrame,
    method: str,
    att: float,
    relative: float | None,
    increment: float,
    distance: float,
    scaled: float,
) -> None:
    found = _fit(panel, method)
    uniform = _fit(panel, "difference_in_differences").fit_distance
    assert found.att == pytest.approx(att, rel=PUBLISHED)
    assert found.att * 2 * PERIODS == pytest.approx(increment, rel=PUBLISHED)
    assert found.fit_distance == pytest.approx(distance, rel=PUBLISHED)
    assert found.fit_distance / uniform == pytest.approx(scaled, abs=ROUNDED)
    if relative is not None:
        assert found.att / found.path[SPLIT:].mean() == pytest.approx(relative, rel=PUBLISHED)


def test_the_ridge_moves_the_estimate_by_the_published_bias(panel: pd.DataFrame) -> None:
    plain, augmented = _fit(panel, "synthetic_control"), _fit(panel, "augmented_synthetic_control")
    assert plain.att - augmented.att == pytest.approx(-1.249, abs=1e-3)


def test_weights(panel: pd.DataFrame) -> None:
    published = {
        "cincinnati": 0.2272, "miami": 0.2028, "baton rouge": 0.1335, "minneapolis": 0.0900, "dallas": 0.0739,
        "nashville": 0.0685, "honolulu": 0.0673, "austin": 0.0465, "san diego": 0.0451, "reno": 0.0306,
        "san antonio": 0.0054, "new york": 0.0046, "houston": 0.0046,
    }  # fmt: skip
    found = pd.Series(_fit(panel, "synthetic_control").weights, index=panel.index)
    assert found[list(published)].to_numpy() == pytest.approx(list(published.values()), abs=ROUNDED)
    assert found.drop(list(published)).abs().max() < ROUNDED


def _gap(outcome: Floats, treated: np.ndarray) -> Floats:
    centred = outcome - outcome.mean(axis=1, keepdims=True)
    return centred[treated].mean(axis=0) - fit_simplex(centred, treated[None])[0] @ centred


def test_block_conformal_p_value_of_no_effect(panel: pd.DataFrame) -> None:
    """The block value, .0476 = 5 / 105, is eight times the published iid value of .006."""
    treated = panel.index.isin(["chicago", "portland"])
    found = shifts(_gap(panel.to_numpy(float), treated), PERIODS, "path")
    assert p_value_of(found, np.ones(1)) == pytest.approx(5 / 105, rel=1e-12)


def test_a_rejected_constant_effect_is_said_and_not_replaced(panel: pd.DataFrame) -> None:
    """At the estimate itself the joint path is rejected, so the 90 % set of constant effects is empty."""
    treated = panel.index.isin(["chicago", "portland"])
    outcome = panel.to_numpy(float)
    point = _fit(panel, "synthetic_control").att * 2 * PERIODS
    joint = conformal_inference(_gap, outcome, treated, SPLIT, 0.9, point, "path")
    assert joint.shape == "empty" and np.isnan(joint.lower) and joint.p_value < 0.1
    assert "no constant effect fits" in joint.words
    total = conformal_inference(_gap, outcome, treated, SPLIT, 0.9, point)
    assert total.shape == "interval" and total.covers(4319.86)


def test_the_default_method_holds_the_truth() -> None:
    """The panel was made with +5.0 %, 4,319.86 units."""
    section = Geo(
        kind="geo",
        name="walkthrough",
        channels=("ads",),
        start=date(2021, 4, 1),
        end=date(2021, 4, 15),
        data=GeoTable(file=FILE.name, geo="location", outcome="Y"),
        cells=(Cell(name="test", geos=("chicago", "portland")),),
    )
    result = analyse_geo(section, Context(FOLDER, 1, 0.9, "USD"))
    row, relative = result.rows[0], result.rows[1]
    assert row["lower"] <= 4319.86 <= row["upper"]
    assert np.isfinite([row["lower"], row["upper"]]).all() and row["lower"] < row["upper"]
    assert (row["p_value"] < 0.1) == (not row["lower"] <= 0 <= row["upper"])
    assert relative["lower"] <= 0.05 <= relative["upper"]
    coverage = next(f for f in result.findings if f.check == "coverage")
    assert "pseudo-tests" in coverage.sentence
    assert result.tables["lift_certificate"][0]["pseudo_tests"] >= 200
