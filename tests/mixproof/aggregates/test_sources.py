"""Whole readings: public data, long tables, reach and frequency, several tables, and the time it takes."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.sources import panel_from_frames, read_panel
from mixproof.errors import ConfigError, DataError

PUBLIC = Path(__file__).parents[4] / "shared" / "data" / "mmm"
PAID = [
    {"name": f"c{i}", "spend": f"Channel{i}_spend", "exposure": f"Channel{i}_impression"} for i in range(5)
]
MERIDIAN = {
    "frequency": "weekly", "currency": "USD", "channels": PAID,
    "outcome": {"column": "conversions", "kind": "count", "value": "revenue_per_conversion"},
    "organic": [{"name": "organic", "exposure": "Organic_channel0_impression"}],
    "treatments": [{"name": "promotion", "column": "Promo"}],
    "controls": [{"name": c, "column": f"{c}_control"} for c in ("competitor_sales", "sentiment_score")],
}  # fmt: skip
ROBYN = {
    "frequency": "weekly", "currency": "EUR", "outcome": {"column": "revenue", "kind": "revenue"},
    "channels": [{"name": c, "spend": f"{c}_S"} for c in ("tv", "ooh", "print")]
    + [{"name": "facebook", "spend": "facebook_S", "exposure": "facebook_I"}],
    "organic": [{"name": "newsletter", "exposure": "newsletter"}],
    "controls": [{"name": "competitor", "column": "competitor_sales_B"}],
}  # fmt: skip
PINKHAM = {
    "frequency": "yearly", "currency": "USD", "outcome": {"column": "sales", "kind": "revenue"},
    "channels": [{"name": "advertising", "spend": "advertising"}],
}  # fmt: skip
PYMC = {
    "frequency": "weekly", "currency": "USD", "outcome": {"column": "y", "kind": "revenue"},
    "channels": [{"name": c, "spend": c} for c in ("x1", "x2")],
}  # fmt: skip
PEOPLE = {"population": {"column": "population"}}
FILES = [
    ("meridian_geo_all_channels.csv", {"date": "time", "geo": "geo"}, MERIDIAN | PEOPLE, (40, 156, 6)),
    ("meridian_national_all_channels.csv", {"date": "time"}, MERIDIAN, (1, 156, 6)),
    ("robyn_dt_simulated_weekly.csv", {"date": "DATE"}, ROBYN, (1, 208, 5)),
    ("pinkham_annual.csv", {"date": "year"}, PINKHAM, (1, 54, 1)),
    ("pymc_example.csv", {"date": "date_week"}, PYMC, (1, 179, 2)),
]  # fmt: skip


@pytest.mark.skipif(not PUBLIC.exists(), reason="the public data sets are not beside the project")
@pytest.mark.parametrize(("file", "table", "section", "shape"), FILES, ids=[f[0] for f in FILES])
def test_public_data_make_a_panel(file, table, section, shape):
    panel = read_panel(DataConfig.model_validate(section | {"tables": [{"file": file, **table}]}), PUBLIC)
    raw = pd.read_csv(PUBLIC / file)
    assert panel.data["exposure"].shape == shape
    assert float(panel.data["outcome"].sum()) == pytest.approx(raw[section["outcome"]["column"]].sum())
    first = section["channels"][0]
    assert float(panel.data["spend"].isel(channel=0).sum()) == pytest.approx(raw[first["spend"]].sum())
    assert panel.ledger[0].used == len(raw)
    if "population" in section:
        assert panel.data["population"].values.sum() == pytest.approx(
            raw.groupby("geo")["population"].first().sum()
        )


def long_media(frame: pd.DataFrame) -> pd.DataFrame:
    """Return media as one row a week and channel, with a channel of its own spelling."""
    media = frame.melt("week", ["tv_spend", "search_spend"], "medium", "cost")
    return media.assign(medium=media["medium"].map({"tv_spend": "TV", "search_spend": "search"}))


@pytest.fixture
def long(good):
    tables = [
        {"file": "m", "date": "week", "layout": "long", "channel": "medium"},
        {"file": "o", "date": "week"},
    ]
    channels = [{"name": "tv", "label": "TV", "spend": "cost"}, {"name": "search", "spend": "cost"}]
    return lambda **changes: good.section(tables=tables, channels=channels) | changes


def test_long_and_wide_are_the_same_panel(good, long, build):
    frame = good.weekly()
    frames = {"m": long_media(frame).sample(frac=1, random_state=2), "o": frame[["week", "revenue", "price"]]}
    panel = panel_from_frames(DataConfig.model_validate(long()), frames)
    assert panel.fingerprint() == build(frame).fingerprint()


LABELS = [
    ("grown", lambda m: pd.concat([m, m.head(60).assign(medium="radio")]), "unknown-channel"),
    ("gone", lambda m: m[m["medium"] != "TV"], "missing-channel"),
    ("gap of one channel", lambda m: m.drop(index=[3]), "date-gap"),
    ("without a name", lambda m: m.assign(medium=m["medium"].where(m.index != 3)), "missing-key"),
]


@pytest.mark.parametrize(("change", "code"), [case[1:] for case in LABELS], ids=[case[0] for case in LABELS])
def test_channels_of_a_long_table_are_held_to_the_config(good, long, change, code):
    frame = good.weekly()
    frames = {"m": change(long_media(frame)), "o": frame[["week", "revenue", "price"]]}
    with pytest.raises(DataError) as raised:
        panel_from_frames(DataConfig.model_validate(long()), frames)
    assert code in {fault.code for fault in raised.value.faults}


def test_ignored_channels_are_counted(good, long):
    frame = good.weekly()
    media = pd.concat([long_media(frame), long_media(frame).head(60).assign(medium="radio")])
    section = long()
    section["tables"][0]["ignore"] = ["radio"]
    panel = panel_from_frames(
        DataConfig.model_validate(section), {"m": media, "o": frame[["week", "revenue", "price"]]}
    )
    row = panel.ledger[0]
    assert (row.read, row.used, row.excluded, row.reason) == (180, 120, 60, "60 ignored channels")


def test_reach_and_frequency(good, build):
    frame = good.weekly().assign(reach=lambda f: f["tv_spend"] * 3, contacts=2.5)
    tv = {"name": "tv", "spend": "tv_spend", "reach": "reach", "frequency": "contacts"}
    panel = build(frame, good.section(channels=[tv, {"name": "search", "spend": "search_spend"}]))
    assert panel.data["exposure"].sel(channel="tv").values[0] == pytest.approx(frame["reach"].to_numpy())
    assert (panel.data["frequency"].sel(channel="tv").values == 2.5).all()
    assert np.isnan(panel.data["frequency"].sel(channel="search").values).all()


def test_a_column_in_two_tables_must_be_told_apart(good):
    frame = good.weekly()
    section = good.section(tables=[{"file": "a", "date": "week"}, {"file": "b", "date": "week"}])
    with pytest.raises(DataError) as raised:
        panel_from_frames(DataConfig.model_validate(section), {"a": frame, "b": frame})
    assert {fault.code for fault in raised.value.faults} >= {"ambiguous-column"}


@pytest.mark.parametrize("kind", ["parquet", "xlsx"])
def test_other_formats_give_the_same_panel(good, build, tmp_path, kind):
    frame = good.weekly()
    dated = frame.assign(week=pd.to_datetime(frame["week"]))
    {"parquet": dated.to_parquet, "xlsx": dated.to_excel}[kind](tmp_path / f"t.{kind}", index=False)
    config = DataConfig.model_validate(good.section(tables=[{"file": f"t.{kind}", "date": "week"}]))
    assert read_panel(config, tmp_path).fingerprint() == build(frame).fingerprint()


def test_decimal_commas_are_read_when_declared(good, build):
    frame = good.weekly()
    text = frame.assign(revenue=[f"{v:,.2f}".translate(str.maketrans(",.", ".,")) for v in frame["revenue"]])
    for column in ("tv_spend", "search_spend", "price"):
        text[column] = [str(v).replace(".", ",") for v in frame[column]]
    panel = build(text, good.section(tables=[{"file": "t.csv", "date": "week", "decimal": ","}]))
    assert panel.fingerprint() == build(frame).fingerprint()


def test_unsafe_paths_reach_no_reader(good, tmp_path):
    section = good.section(tables=[{"file": "../t.csv", "date": "week"}])
    with pytest.raises(ConfigError):
        read_panel(DataConfig.model_validate(section), tmp_path)


def test_forty_geos_are_read_at_once(good, build):
    frame = good.by_geo(tuple(f"g{i:02d}" for i in range(40)), periods=156)
    build(frame, good.geo_section())
    start = time.process_time()
    panel = build(frame, good.geo_section())
    assert panel.data["spend"].shape == (40, 156, 2)
    assert time.process_time() - start < 2.0  # 0.2 s alone; loose, since the machine is shared


def _faults_of(weeks, revenue):
    frame = pd.DataFrame({"week": weeks, "revenue": revenue, "tv": [f"{100 + i % 7}.5" for i in range(60)]})
    config = DataConfig.model_validate({
        "frequency": "weekly", "currency": "EUR", "tables": [{"file": "t", "date": "week"}],
        "outcome": {"column": "revenue", "kind": "revenue"}, "channels": [{"name": "tv", "spend": "tv"}],
    })  # fmt: skip
    with pytest.raises(DataError) as raised:
        panel_from_frames(config, {"t": frame})
    return raised.value.faults


WEEKS = pd.date_range("2022-01-03", periods=60, freq="7D").strftime("%Y-%m-%d")


def test_one_column_with_the_other_decimal_mark_is_one_fault_with_a_remedy_that_can_be_followed():
    (fault,) = _faults_of(WEEKS, [f"{230 + i % 9} 281,67" for i in range(60)])
    assert fault.code == "not-a-number"
    assert "write all columns of the file alike" in fault.remedy and "','" in fault.remedy


@pytest.mark.parametrize("unit", [1, 1000])
def test_seconds_since_1970_are_no_dates_and_no_people(unit):
    (fault,) = _faults_of([str((1641168000 + 604800 * i) * unit) for i in range(60)], ["9"] * 59 + ["10"])
    assert fault.code == "date-format" and "since 1970" in fault.what
