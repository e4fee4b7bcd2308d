"""T49: money in other currencies, by rates that are there or not at all."""

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.sources import panel_from_frames
from mixproof.errors import DataError


@pytest.fixture
def read(good):
    def make(rates, fx=None, frame=None, table=None, currency="USD"):
        tv = {"name": "tv", "spend": "tv_spend"} | ({"currency": currency} if currency else {})
        tables = [{"file": "t.csv", "date": "week"} | (table or {})]
        data = good.section(
            tables=tables, channels=[tv, {"name": "search", "spend": "search_spend"}], rates=rates
        )
        frames = {"t.csv": good.weekly() if frame is None else frame} | ({"fx": fx} if fx is not None else {})
        return panel_from_frames(DataConfig.model_validate(data), frames)

    return make


def dated(weeks, every=1):
    days = list(weeks)[::every]
    return pd.DataFrame({"date": days, "currency": "USD", "rate": np.linspace(0.8, 1.0, len(days))})


def test_fixed_rate(read, good):
    panel = read({"fixed": {"USD": 0.5}})
    assert panel.data["spend"].sel(channel="tv").values[0] == pytest.approx(0.5 * good.weekly()["tv_spend"])
    assert panel.data["spend"].sel(channel="search").values[0] == pytest.approx(good.weekly()["search_spend"])


def test_dated_rates(read, good):
    frame = good.weekly()
    fx = dated(frame["week"])
    panel = read({"file": "fx"}, fx.sample(frac=1, random_state=1))
    assert panel.data["spend"].sel(channel="tv").values[0] == pytest.approx(frame["tv_spend"] * fx["rate"])


def test_a_missing_rate_is_a_fault_with_its_date(read, good):
    fx = dated(good.weekly()["week"]).drop(index=[5])
    with pytest.raises(DataError) as raised:
        read({"file": "fx"}, fx)
    assert [f.code for f in raised.value.faults] == ["rate-missing"]
    assert "2022-02-07" in raised.value.faults[0].where


def test_a_rate_holds_for_its_declared_days_only(read, good):
    fx = dated(good.weekly()["week"], every=4)
    panel = read({"file": "fx", "valid_days": 28}, fx)
    first = panel.data["spend"].sel(channel="tv").values[0][:4]
    assert first == pytest.approx(good.weekly()["tv_spend"][:4] * 0.8)
    with pytest.raises(DataError):
        read({"file": "fx", "valid_days": 21}, fx)


@pytest.mark.parametrize("rate", [0.0, -1.0, np.nan])
def test_impossible_rates(read, good, rate):
    fx = dated(good.weekly()["week"])
    fx.loc[3, "rate"] = rate
    with pytest.raises(DataError) as raised:
        read({"file": "fx"}, fx)
    assert "rate-invalid" in {f.code for f in raised.value.faults}


def test_a_column_of_codes(read, good):
    frame = good.weekly().assign(code=lambda f: np.where(f.index % 2, "EUR", "USD"))
    panel = read({"fixed": {"USD": 0.5}}, frame=frame, table={"currency": "code"}, currency=None)
    factor = np.where(np.arange(60) % 2, 1.0, 0.5)
    assert panel.data["spend"].sel(channel="search").values[0] == pytest.approx(
        frame["search_spend"] * factor
    )
    assert panel.data["outcome"].values[0] == pytest.approx(frame["revenue"] * factor)
