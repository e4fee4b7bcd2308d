"""Named repairs: what the YAML asks for is done, said and counted; nothing else is."""

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.contract.signs import net_refunds
from mixproof.errors import DataError


def test_missing_spend_is_zero_when_named(build, good):
    frame = good.weekly()
    frame.loc[[3, 4], "tv_spend"] = np.nan
    panel = build(frame, good.section(missing={"spend": "zero"}))
    assert panel.data["spend"].sel(channel="tv").values[0, [3, 4]].tolist() == [0, 0]
    assert any("missing: zero" in sentence for sentence in panel.notices)


def test_unknown_outcome_stays_unknown_when_named(build, good):
    frame = good.weekly()
    frame.loc[[9], "revenue"] = np.nan
    panel = build(frame, good.section(missing={"outcome": "leave"}))
    assert np.flatnonzero(~panel.observed[0]).tolist() == [9]


def test_control_keeps_its_last_value_when_named(build, good):
    frame = good.weekly()
    frame.loc[[9, 10], "price"] = np.nan
    panel = build(frame, good.section(missing={"control": "previous"}))
    assert panel.data["controls"].values[0, 9:11, 0].tolist() == [frame["price"][8]] * 2


REFUNDS = [
    ([5.0, 3.0, -2.0, 4.0], [5.0, 1.0, 0.0, 4.0]),
    ([5.0, 3.0, -7.0, 4.0], [1.0, 0.0, 0.0, 4.0]),
    ([5.0, 0.0, -7.0, 4.0], [0.0, 0.0, -2.0, 4.0]),
    ([5.0, -1.0, -2.0], [2.0, 0.0, 0.0]),
]


@pytest.mark.parametrize(("before", "after"), REFUNDS)
def test_refunds_come_off_the_latest_spend(before, after):
    netted = net_refunds(np.array(before))
    assert netted.tolist() == after
    assert netted.sum() == pytest.approx(sum(before))


def test_refunds_are_netted_only_by_name(build, good):
    frame = good.weekly()
    frame.loc[7, "tv_spend"] = -10.0
    panel = build(frame, good.section(refunds="net"))
    assert float(panel.data["spend"].sel(channel="tv").sum()) == pytest.approx(frame["tv_spend"].sum())
    assert (panel.data["spend"].values >= 0).all()


def test_geos_that_begin_late_must_be_declared(build, good):
    frame = good.by_geo()
    late = frame[~((frame["region"] == "west") & (frame["week"] < "2022-05-01"))]
    with pytest.raises(DataError, match="geo west"):
        build(late, good.geo_section())
    panel = build(late, good.geo_section(unbalanced=True))
    west = panel.observed[panel.geos.index("west")]
    assert not west[:17].any()
    assert west[17:].all()
    assert np.isfinite(panel.data["exposure"].values).all()
    assert np.isfinite(panel.data["controls"].values).all()


def test_media_before_the_outcome_are_warm_up(good, tmp_path):
    from mixproof.aggregates.config import DataConfig
    from mixproof.aggregates.sources import panel_from_frames

    frame = good.weekly(70)
    media, rest = frame[["week", "tv_spend", "search_spend"]], frame[["week", "revenue", "price"]].tail(60)
    data = good.section(tables=[{"file": "m.csv", "date": "week"}, {"file": "o.csv", "date": "week"}])
    panel = panel_from_frames(DataConfig.model_validate(data), {"m.csv": media, "o.csv": rest})
    assert panel.data.sizes["date"] == 70
    assert panel.observed[0].tolist() == [False] * 10 + [True] * 60
    assert any("warm-up" in sentence for sentence in panel.notices)


def test_window_is_cut_and_counted(build, good):
    panel = build(good.weekly(70), good.section(start="2022-03-14", end="2023-04-16"))
    assert panel.observed[0].sum() == 57
    assert panel.ledger[0].read == panel.ledger[0].used + panel.ledger[0].excluded == 70
    assert "3 after the panel ends" in panel.ledger[0].reason


def test_duplicates_are_summed_only_by_name(build, good):
    frame = good.weekly()
    half = frame.assign(tv_spend=frame["tv_spend"] / 2, search_spend=0.0, revenue=0.0)
    both = pd.concat([frame, half])
    table = {"file": "t.csv", "date": "week", "duplicates": "sum"}
    panel = build(both, good.section(tables=[table]))
    assert panel.data["spend"].sel(channel="tv").values[0] == pytest.approx(frame["tv_spend"] * 1.5)
    assert panel.data["controls"].values[0, :, 0] == pytest.approx(frame["price"])


def test_national_media_are_spread_only_by_name(good):
    from mixproof.aggregates.config import DataConfig
    from mixproof.aggregates.sources import panel_from_frames

    geo = good.by_geo().drop(columns="tv_spend")
    nation = good.weekly()[["week", "tv_spend"]]
    tables = [{"file": "g", "date": "week", "geo": "region"}, {"file": "n", "date": "week"}]
    search = {"name": "search", "spend": "search_spend"}
    data = good.geo_section(tables=tables, channels=[{"name": "tv", "spend": "tv_spend"}, search])
    with pytest.raises(DataError, match="nationally only"):
        panel_from_frames(DataConfig.model_validate(data), {"g": geo, "n": nation})
    data["channels"][0]["allocate"] = "population"
    panel = panel_from_frames(DataConfig.model_validate(data), {"g": geo, "n": nation})
    spread = panel.data["spend"].sel(channel="tv").values
    assert spread.sum(axis=0) == pytest.approx(nation["tv_spend"].to_numpy())
    assert spread[2] / spread[0] == pytest.approx(3.0)


ACCEPTED = [("all-zero-channel", 0), ("one-off-channel", 1)]


@pytest.mark.parametrize(("doubt", "active"), ACCEPTED)
def test_doubts_are_accepted_by_name(build, good, doubt, active):
    frame = good.weekly().assign(tv_spend=lambda f: np.where(f.index < active, 9.0, 0.0))
    panel = build(frame, good.section(accept=[doubt]))
    assert any(doubt in sentence for sentence in panel.notices)
