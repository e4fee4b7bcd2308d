"""The contract, one broken table a line: every fault found, named, placed; the same through files and through frames."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.errors import DataError

Change = Callable[[pd.DataFrame], pd.DataFrame]


def put(column: str, at: object, value: object) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame.astype({column: object})
        frame.loc[at, column] = value
        return frame

    return change


def days(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn the last 30 rows into daily ones."""
    dates = [
        *pd.date_range("2022-01-03", periods=30, freq="7D"),
        *pd.date_range("2022-08-01", periods=30, freq="D"),
    ]
    return frame.assign(week=[str(d)[:10] for d in dates])


def weeks_in_days(frame: pd.DataFrame) -> pd.DataFrame:
    dates = [
        *pd.date_range("2022-01-03", periods=30, freq="D"),
        *pd.date_range("2022-02-08", periods=30, freq="7D"),
    ]
    return frame.assign(week=[str(d)[:10] for d in dates])


def shifted(frame: pd.DataFrame, years: int) -> pd.DataFrame:
    return frame.assign(
        week=(pd.to_datetime(frame["week"]) + pd.Timedelta(days=364 * years)).dt.strftime("%Y-%m-%d")
    )


def times(column: str, before: float, after: float) -> Change:
    """Multiply a column by two factors, one for each half."""
    return lambda f: f.assign(**{column: f[column] * np.where(f.index < 30, before, after)})


def two_codes(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(code=np.where(frame.index % 2, "EUR", "USD"))


DOLLARS = [{"name": "tv", "spend": "tv_spend", "currency": "USD"}]
HOSTILE = [{"name": "tv", "spend": 'spend") from t; drop table t; --'}]
CODES = [{"file": "t.csv", "date": "week", "currency": "code"}]
BROKEN: list[tuple[str, Change, dict[str, Any], str, str]] = [
    ("T31 empty spend", put("tv_spend", [3, 4], None), {}, "missing-value", "tv_spend, 2022-01-24, 2022-01-31"),
    ("T31 NaN as text", put("tv_spend", 3, "NaN"), {}, "not-finite", "tv_spend, 2022-01-24"),
    ("T32 infinite spend", put("tv_spend", 3, "inf"), {}, "not-finite", "tv_spend, 2022-01-24"),
    ("T33 -inf outcome", put("revenue", 5, "-inf"), {}, "not-finite", "revenue, 2022-02-07"),
    ("T33 empty outcome", put("revenue", 5, None), {}, "missing-value", "revenue, 2022-02-07"),
    ("outcome ends", lambda f: f.assign(revenue=f["revenue"].where(f.index < 55)), {}, "missing-value", "revenue"),
    ("T34 negative spend", put("tv_spend", 7, -0.01), {}, "negative-spend", "tv_spend, 2022-02-21"),
    ("T35 overflow", put("tv_spend", [1, 2], 1e308), {}, "overflow", "tv_spend, 2022-01-10"),
    ("T36 duplicate", lambda f: pd.concat([f, f.iloc[[4]]]), {}, "duplicate-row", "week, 2022-01-31"),
    ("T37 gap", lambda f: f.drop(index=[10, 11, 12]), {}, "date-gap", "2022-03-14, 2022-03-21, 2022-03-28"),
    ("T39 daily in weekly", days, {}, "mixed-grain", "week"),
    ("T39 weekly in daily", weeks_in_days, {"frequency": "daily"}, "mixed-grain", "week"),
    ("T40 x1000", times("tv_spend", 1, 1000), {}, "unit-switch", "tv_spend, 2022-08-01"),
    ("T40 /1000", times("revenue", 1, 0.001), {}, "unit-switch", "revenue"),
    ("T41 all zero", lambda f: f.assign(tv_spend=0), {}, "all-zero-channel", "tv_spend"),
    ("T41 one-off", lambda f: f.assign(tv_spend=np.where(f.index == 8, 5.0, 0)), {}, "one-off-channel", "tv_spend, 2022-02-28"),
    ("T43 constant outcome", lambda f: f.assign(revenue=7), {}, "constant-outcome", "revenue"),
    ("constant control", lambda f: f.assign(price=1), {}, "constant-control", "price"),
    ("T44 German numbers", put("tv_spend", 2, "1.234,56"), {}, "not-a-number", "tv_spend, 2022-01-17"),
    ("thousands", put("tv_spend", slice(None), "1,234"), {}, "number-unclear", "tv_spend"),
    ("underscore", put("tv_spend", 2, "1_234"), {}, "not-a-number", "tv_spend"),
    ("T45 mixed formats", put("week", [2, 3], "17/01/2022"), {}, "date-format", "week, line 4, 5"),
    ("T48 no zone", lambda f: f.assign(week=f["week"] + " 13:00:00"), {}, "naive-timestamp", "week"),
    ("offset, no zone", lambda f: f.assign(week=f["week"] + "T00:00:00+01:00"), {}, "zone-undeclared", "week"),
    ("T50 future", lambda f: shifted(f, 400), {}, "future-date", "week"),
    ("T50 1900", put("week", 0, "1900-01-01"), {}, "impossible-date", "week, 1900-01-01"),
    ("T50 9999", put("week", 0, "9999-12-27"), {}, "future-date", "week, 9999-12-27"),
    ("T51 12 weeks", lambda f: f.head(12), {}, "little-data", "revenue"),
    ("T51 3 rows", lambda f: f.head(3), {}, "little-data", "revenue"),
    ("T51 header only", lambda f: f.head(0), {}, "empty-table", "t.csv"),
    ("T55 renamed", lambda f: f.rename(columns={"tv_spend": "TV_spent"}), {}, "unknown-column", "spend of tv"),
    ("no date column", lambda f: f.rename(columns={"week": "Week"}), {}, "unknown-column", "t.csv"),
    ("no date", put("week", 6, None), {}, "missing-date", "week, line 8"),
    ("Sunday weeks", lambda f: f, {"week_starts": "sunday"}, "off-anchor", "week"),
    ("T49 foreign money", lambda f: f, {"channels": DOLLARS}, "currency-mixed", "tv_spend"),
    ("T49 two codes in a column", two_codes, {"tables": CODES}, "currency-mixed", "tv_spend"),
    ("T21 hostile column", lambda f: f, {"channels": HOSTILE}, "unknown-column", "spend of tv"),
]  # fmt: skip


@pytest.mark.parametrize("through", ["file", "frames"])
@pytest.mark.parametrize(
    ("change", "section", "code", "where"), [c[1:] for c in BROKEN], ids=[c[0] for c in BROKEN]
)
def test_broken_table_is_refused(build, good, change, section, code, where, through):
    with pytest.raises(DataError) as raised:
        build(change(good.weekly()), good.section(**section), through)
    faults = [fault for fault in raised.value.faults if fault.code == code]
    assert any(where in fault.where for fault in faults), raised.value.faults
    assert all(fault.remedy for fault in faults)


def test_all_faults_are_told_at_once(build, good):
    frame = put("tv_spend", 3, -1)(put("revenue", 9, "inf")(good.weekly().drop(index=[20])))
    with pytest.raises(DataError) as raised:
        build(frame.assign(search_spend=0))
    assert {f.code for f in raised.value.faults} >= {
        "negative-spend",
        "not-finite",
        "date-gap",
        "all-zero-channel",
    }


def test_no_row_value_is_ever_shown(build, good):
    frame = put("tv_spend", 3, "canary-7341")(put("week", 9, "canary-7341")(good.weekly()))
    with pytest.raises(DataError) as raised:
        build(frame)
    assert "7341" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_good_table_is_a_panel(build, good):
    frame = good.weekly()
    panel = build(frame)
    assert panel.data["spend"].sel(channel="tv").values[0] == pytest.approx(
        frame["tv_spend"].to_numpy(), abs=0
    )
    assert (panel.data["exposure"].values == panel.data["spend"].values).all()
    assert panel.ledger[0].read == panel.ledger[0].used == 60
    assert panel.notices == ()


@pytest.mark.parametrize("through", ["file", "frames"])
def test_order_of_rows_changes_nothing(build, good, through):  # T38
    frame = good.by_geo()
    shuffled = frame.sample(frac=1, random_state=3)
    one, other = (build(f, good.geo_section(), through) for f in (frame, shuffled))
    assert one.fingerprint() == other.fingerprint()
    changed = frame.assign(price=frame["price"].where(frame.index != 5, 3.0))
    assert build(changed, good.geo_section(), through).fingerprint() != one.fingerprint()


def test_negative_zero_is_zero(build, good):  # T34
    zero, negative = (build(put("tv_spend", 3, v)(good.weekly())) for v in ("0.0", "-0.0"))
    assert zero.fingerprint() == negative.fingerprint()
