"""The tables of a run tie to the cent, and say what paid media brought together."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mmm.analyse import Analysis, analyse
from mmm.config import MmmConfig
from mmm.effects.accounts import _value_by_date, fit_quality_table, paid_media_by_period_table
from mmm.effects.contribution import contributions
from mmm.effects.fitted import fitted
from mmm.problem.draws import thin
from mmm.problem.problem import build_problem

CENT = 0.005


@pytest.fixture(scope="module")
def analysis(demo: tuple[Panel, MmmConfig, Any]) -> Analysis:
    panel, config, tree = demo
    return analyse(tree, panel, config)


def test_components_and_residual_are_the_actual_outcome_in_every_table(
    demo: tuple[Panel, MmmConfig, Any], analysis: Analysis
) -> None:
    panel, _, _ = demo
    tables = analysis.tables
    lines = tables["tie_out"].set_index("line")["amount"]
    given = float(np.nansum(panel.data["outcome"].values))
    assert lines["actual outcome"] == pytest.approx(given, abs=CENT)
    assert lines.drop("actual outcome").sum() == pytest.approx(given, abs=CENT)
    fit = tables["fit"]
    residual = float((fit["actual"] - fit["expected_mean"]).sum())
    assert lines["residual"] == pytest.approx(residual, abs=CENT)
    for name in ("waterfall", "decomposition"):
        parts = tables[name].groupby("component")["contribution_mean"].sum()
        assert parts.sum() == pytest.approx(fit["expected_mean"].sum(), abs=CENT)
        assert parts.to_dict() == pytest.approx(lines[parts.index].to_dict(), abs=CENT)
    for _, periods in tables["contributions"].groupby("grain"):
        assert periods["contribution_mean"].sum() == pytest.approx(fit["expected_mean"].sum(), abs=CENT)


def test_spend_is_as_read_and_members_are_counted_once(
    demo: tuple[Panel, MmmConfig, Any], analysis: Analysis
) -> None:
    panel, config, _ = demo
    problem = build_problem(panel, config)
    as_read = float(np.nansum(problem.spend[problem.window]))
    paid, channels = analysis.tables["paid_media"], analysis.tables["channels"]
    total, rows = paid.iloc[-1], paid.iloc[:-1]
    assert total["channel"] == "all paid channels"
    for name in ("spend", "contribution_mean"):
        assert rows[name].sum() == pytest.approx(total[name], abs=CENT)
    for name in ("spend_share", "effect_share_mean"):
        assert np.isnan(total[name]) or rows[name].sum() == pytest.approx(1.0)
    assert total["spend"] == pytest.approx(as_read, abs=CENT)
    members = channels[channels["kind"] == "paid"].set_index("channel")
    assert members["spend"].to_dict() == pytest.approx(rows.set_index("channel")["spend"].to_dict(), abs=CENT)
    for grain, periods in analysis.tables["contributions"].groupby("grain"):
        assert periods["spend"].sum() == pytest.approx(as_read, abs=CENT), grain
    by_geo = analysis.tables["channels_by_geo"]
    assert by_geo["spend"].sum() == pytest.approx(as_read, abs=CENT)
    value = (rows["roi_mean"] * rows["spend"]).sum()
    assert total["roi_mean"] == pytest.approx(value / as_read, rel=1e-9)
    assert (paid["roi_lower"] <= paid["roi_median"]).all()
    assert (paid["roi_median"] <= paid["roi_upper"]).all()


def test_the_prior_stands_beside_the_posterior(analysis: Analysis) -> None:
    rows = analysis.tables["paid_media"].iloc[:-1]
    assert (rows["prior_on"] != "").all()
    assert (rows["prior_lower"] < rows["prior_median"]).all()
    assert (rows["prior_median"] < rows["prior_upper"]).all()


def test_fit_quality_by_hand_and_nothing_is_divided_by_zero(demo: tuple[Panel, MmmConfig, Any]) -> None:
    panel, config, tree = demo
    problem = build_problem(panel, config)
    result = fitted(problem, thin(tree["posterior"].to_dataset(), 20))
    off = replace(result, predicted=np.where(problem.window, problem.outcome * 1.1, np.nan))
    row = fit_quality_table(problem, off).iloc[0]
    known = problem.window & np.isfinite(problem.outcome)
    actual = np.where(known, problem.outcome, 0.0).sum(axis=0)[known.any(axis=0)]
    expected = 1 - ((0.1 * actual) ** 2).sum() / ((actual - actual.mean()) ** 2).sum()
    assert (row["mape"], row["wmape"]) == pytest.approx((0.1, 0.1))
    assert row["r2"] == pytest.approx(expected)
    assert row["periods"] == row["mape_periods"] == len(actual)


def test_quarters_add_up_to_the_window_and_channels_to_their_total(
    demo: tuple[Panel, MmmConfig, Any], analysis: Analysis
) -> None:
    frame, whole = analysis.tables["paid_media_by_period"], analysis.tables["paid_media"]
    assert set(frame["grain"]) == {"quarter", "fiscal_year", "year"}
    for _, periods in frame.groupby("grain"):
        for column in ("spend", "contribution_mean"):
            sums = periods[periods["kind"] != "group"].groupby("channel")[column].sum()
            assert sums.to_dict() == pytest.approx(whole.set_index("channel")[column].to_dict(), rel=1e-9)
    quarters = frame[frame["grain"] == "quarter"]
    months = analysis.tables["contributions"].query("grain == 'quarter' and kind == 'paid'")
    both = quarters[quarters["kind"] == "paid"].merge(
        months, left_on=["period", "channel"], right_on=["period", "component"], suffixes=("", "_there")
    )
    assert len(both) == len(months) > 20
    for column in ("spend", "contribution_lower", "contribution_upper", "periods", "periods_in_full"):
        assert both[column].to_numpy() == pytest.approx(both[f"{column}_there"].to_numpy(), rel=1e-9)
    for _, rows in quarters.groupby("period"):
        total = rows[rows["kind"] == "total"].iloc[0]
        alone = rows[rows["kind"] == "paid"]
        assert alone["contribution_mean"].sum() == pytest.approx(total["contribution_mean"])
        assert alone["spend_share"].sum() == pytest.approx(1.0)
        spent = alone[alone["spend"] > 0]
        assert (spent["roi_mean"] * spent["spend"]).to_numpy() == pytest.approx(
            spent["contribution_mean"].to_numpy()
        )
        assert (rows["cpia_lower"].fillna(0) <= rows["cpia_upper"].fillna(0)).all()
        assert rows.loc[rows["spend"] == 0, ["roi_mean", "cpia_mean"]].isna().all(axis=None)


def test_a_group_stands_beside_its_members(demo: tuple[Panel, MmmConfig, Any]) -> None:
    panel, config, tree = demo
    problem = build_problem(panel, config)
    found = contributions(problem, thin(tree["posterior"].to_dataset(), 50))
    frame = paid_media_by_period_table(problem, found, ((0, 1),))
    rows = frame[frame["period"] == "2023-Q2"].set_index("channel")
    members = list(panel.channels[:2])
    group = rows.loc[" + ".join(members)]
    assert group["kind"] == "group"
    for column in ("spend", "contribution_mean"):
        assert group[column] == pytest.approx(rows.loc[members, column].sum())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([[1.0, 1.0, 1.0]], [1.0, 1.0]),
        ([[9.0, 2.0, 3.0], [9.0, 2.0, 4.0]], [2.0, np.nan]),
        ([[9.0, np.nan, 3.0], [9.0, np.nan, 3.0]], [np.nan, 3.0]),
    ],
)
def test_a_value_that_differs_between_geos_is_none(value: list[list[float]], expected: list[float]) -> None:
    window = np.tile([False, True, True], (len(value), 1))
    problem = SimpleNamespace(window=window, value=np.array(value), span=slice(1, 3))
    assert _value_by_date(problem)[:, 0] == pytest.approx(expected, nan_ok=True)  # type: ignore[arg-type]
