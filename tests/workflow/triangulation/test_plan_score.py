"""A plan that is sealed, and scored when its quarter is over, gives the realised numbers exactly."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.panel import Panel
from mixproof.errors import ConfigError
from mixproof.records.plan_record import PlanRecord, read_record
from mmm.config import MmmConfig
from mmm.forecast.ahead import look_ahead
from mmm.forecast.config import Outlook
from mmm.forecast.future import continued
from mmm.forecast.results import forecast_tables, simulated
from mmm.prior.draws import prior_draws
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel
from workflow.triangulation.plan_score import record_of, score

WINDOW = 4
PANEL = random_panel(Shape(geos=2, dates=64, paid=2))
KNOWN = replace(PANEL, data=PANEL.data.isel(date=slice(0, 60)))
TIMES = {"paid 0": 1.0, "paid 1": 0.5}
"""Money planned, in times what came to be spent."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return what a plan's folder says: spend of the window times `TIMES`, and a forecast of the outcome."""
    later = PANEL.data["spend"].isel(date=slice(60, None)).to_series().rename("proposed").reset_index()
    budget = later.rename(columns={"date": "period"})
    budget["proposed"] *= budget["channel"].map(TIMES)
    model = MmmConfig.model_validate({"baseline": {"seasonality": {"yearly": 0}}})
    problem = build_problem(KNOWN, model)
    future = continued(problem, Outlook(), WINDOW, WINDOW)
    found = simulated(look_ahead(problem, future), prior_draws(problem, 1), future, np.random.default_rng(2))
    tables = forecast_tables(found, "proposed") | {"plan_budget": budget}
    path = tmp_path_factory.mktemp("plans") / "shop" / "20260101T000000Z-0007"
    path.mkdir(parents=True)
    (path / "manifest.json").write_text("{}", encoding="utf-8")
    manifest = {"run_id": path.name, "panel": KNOWN.facts()}
    return SimpleNamespace(path=path, tables=tuple(tables), table=tables.__getitem__, manifest=manifest)


@pytest.fixture(scope="module")
def record(folder: Any) -> PlanRecord:
    return record_of(folder, "proposed")


def test_a_sealed_plan_is_read_back(record: PlanRecord, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(record.text(), encoding="utf-8")
    assert read_record(file) == record and len(record.spend) == 2 * 2 * WINDOW


def test_what_came_is_told_exactly(record: PlanRecord) -> None:
    tables = score(record, PANEL).tables
    window = PANEL.data.isel(date=slice(60, None))
    spend = tables["plan_score"]
    for row in spend.to_dict("records"):
        came = float(window["spend"].sel(geo=row["geo"], channel=row["channel"], date=row["period"]))
        assert row["spent"] == came
        assert row["planned"] == came * TIMES[row["channel"]]
        assert row["difference"] == row["spent"] - row["planned"]
    outcome = tables["plan_score_outcome"]
    weeks = outcome[outcome["periods"] == 1].set_index(["geo", "start"])
    for geo in PANEL.geos:
        np.testing.assert_array_equal(weeks.loc[geo, "actual"], window["outcome"].sel(geo=geo))
    total = outcome[outcome["periods"] == WINDOW].set_index("geo")
    assert total.loc["all geos", "actual"] == pytest.approx(float(window["outcome"].sum()), rel=1e-15)
    for row in outcome.to_dict("records"):
        assert row["inside_90"] == ("yes" if row["lower_90"] <= row["actual"] <= row["upper_90"] else "no")
    channels = tables["plan_score_channels"].set_index("channel")
    assert channels.loc["paid 0", "delivered"] == pytest.approx(1.0) and channels.loc[
        "paid 1", "delivered"
    ] == pytest.approx(2.0)
    assert "not delivered as planned" in str(channels.loc["paid 1", "sentence"])


def test_an_experiment_in_the_window_is_held_against_what_was_promised(record: PlanRecord) -> None:
    day = str(PANEL.data["date"].values[61])[:10]
    rows = {
        "channel": ["paid 0", "paid 1", "paid 1"],
        "source": ["experiment", "experiment", "model"],
        "detail": ["regions in spring", "an earlier test", ""],
        "start": [day, "2020-01-06", day],
        "unit": ["EUR"] * 3,
        "per_spend": [1e9, 1.0, 1.0],
        "per_spend_lower": [9e8, 0.5, 0.5],
        "per_spend_upper": [2e9, 1.5, 1.5],
    }
    found = score(record, PANEL, pd.DataFrame(rows))
    channels = found.tables["plan_score_channels"].set_index("channel")
    assert channels.loc["paid 0", "measured"] == 1e9 and channels.loc["paid 1", "experiment"] == ""
    assert "regions in spring measured a return outside what was promised" in str(
        channels.loc["paid 0", "sentence"]
    )
    text = found.text()
    assert "another was spent" in text  # paid 1 got twice its money
    assert f"sealed {record.seal[:16]}" in text and "of 4 in their 90 % interval" in text


def without(panel: Panel, what: str) -> Panel:
    """Return a panel that cannot tell what came."""
    if what == "periods":
        return KNOWN
    return replace(panel, currency="USD", data=panel.data.isel(geo=[0]))


@pytest.mark.parametrize(
    ("what", "words"), [("periods", "periods have no outcome"), ("geos", "no geo called geo 1")]
)
def test_a_run_of_something_else_is_refused(record: PlanRecord, what: str, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        score(record, without(PANEL, what))
    assert words in " ".join(fault.what for fault in refused.value.faults)


def test_a_folder_without_a_forecast_or_that_plan_is_refused(folder: Any) -> None:
    with pytest.raises(ConfigError, match="no forecast of a plan called current"):
        record_of(folder, "current")
    bare: Any = SimpleNamespace(
        path=folder.path, tables=("plan_budget",), table=folder.table, manifest=folder.manifest
    )
    with pytest.raises(ConfigError, match="It lacks forecast"):
        record_of(bare, "proposed")
