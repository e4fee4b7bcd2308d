"""Money and exposure that belong together, sums beside their parts."""

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.contract.pairs import sums_of_others
from mixproof.errors import DataError

IMPRESSIONS = [
    {"name": "tv", "spend": "tv_spend", "exposure": "imps"},
    {"name": "search", "spend": "search_spend"},
]


def codes(error) -> set[str]:
    return {fault.code for fault in error.value.faults}


def with_exposure(frame, zero, column):
    """Return the table with impressions, and `column` zero in some rows."""
    out = frame.assign(imps=(frame["tv_spend"] * 100).round() + 1)
    out.loc[zero, column] = 0
    return out


PAIRS = [
    ("spend without exposure", range(20, 30), "imps", "spend-without-exposure"),
    ("exposure without spend", range(20, 30), "tv_spend", "exposure-without-spend"),
    ("one week billed early", [31], "imps", None),
    ("both dark", [], "imps", None),
]


@pytest.mark.parametrize(
    ("zero", "column", "code"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS]
)
def test_money_and_exposure_belong_together(build, good, zero, column, code):
    frame = good.weekly()
    frame.loc[31, "tv_spend"] = 300.0  # 0.5 % of all spend
    table = with_exposure(frame, list(zero), column)
    section = good.section(channels=IMPRESSIONS)
    if code is None:
        build(table, section)
        return
    with pytest.raises(DataError) as raised:
        build(table, section)
    assert codes(raised) == {code}
    panel = build(table, section | {"accept": [code]})
    assert any(code in sentence for sentence in panel.notices)


SUMS = [
    ("total", lambda parts: parts.sum(axis=0), "All regions", [3]),
    ("total of two", lambda parts: parts[:2].sum(axis=0), "South and north", [3]),
    ("total of more than there is", lambda parts: parts.sum(axis=0) * 1.06, "Total", [3]),
    ("a large geo", lambda parts: parts.sum(axis=0) * 1.06, "Capital", []),
    ("as large, other noise", lambda parts: parts.sum(axis=0)[::-1].copy(), "Capital", []),
]


@pytest.mark.parametrize(("make", "name", "found"), [row[1:] for row in SUMS], ids=[row[0] for row in SUMS])
def test_sums_beside_their_parts(make, name, found):
    parts = np.random.default_rng(3).gamma(20, 50, (3, 80))
    series = np.vstack([parts, make(parts)])
    assert sums_of_others(series, ["North", "South", "West", name]) == found


def test_a_total_beside_one_geo_is_its_copy():
    one = np.random.default_rng(4).gamma(20, 50, 60)
    assert sums_of_others(np.stack([one, one]), ["Total", "North"]) == [0]


def test_a_geo_that_is_a_sum_stops_the_run(build, good):
    frame = good.by_geo()
    total = frame.groupby("week", as_index=False).agg(
        dict.fromkeys(("revenue", "tv_spend", "search_spend", "people"), "sum") | {"price": "mean"}
    )
    both = pd.concat([frame, total.assign(region="Total")], ignore_index=True)
    with pytest.raises(DataError) as raised:
        build(both, good.geo_section())
    assert codes(raised) == {"geo-is-sum"}
    assert "Total" in raised.value.faults[0].where


def test_a_channel_that_is_a_sum_stops_the_run(build, good):
    frame = good.weekly().assign(paid=lambda f: f["tv_spend"] + f["search_spend"])
    channels = [*good.section()["channels"], {"name": "all paid", "spend": "paid"}]
    with pytest.raises(DataError) as raised:
        build(frame, good.section(channels=channels))
    assert codes(raised) == {"channel-is-sum"}
