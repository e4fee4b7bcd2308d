"""T56: what counts as restated, how large it is, and how it is said."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from mixproof.aggregates.config import DataConfig, Restatement
from mixproof.aggregates.restatement import Drift, drifts, unaccepted
from mixproof.errors import DataError

WEEKS = 40
AT = 30  # the thirty-first week


def panel(geos: int = 4, weeks: int = WEEKS) -> xr.Dataset:
    """Return a panel's data: geo g has 100 (g + 1) of outcome a week, so that shares can be told by hand."""
    level = 100.0 * np.arange(1, geos + 1)[:, None] * np.ones(weeks)
    return xr.Dataset(
        {
            "outcome": (("geo", "date"), level),
            "spend": (("geo", "date", "channel"), level[..., None] * [0.1, 0.2]),
            "controls": (("geo", "date", "control"), np.ones((geos, weeks, 1))),
        },
        coords={
            "geo": ["national"] if geos == 1 else [f"g{i}" for i in range(geos)],
            "date": pd.date_range("2024-01-01", periods=weeks, freq="7D"),
            "channel": ["tv", "search"],
            "control": ["price"],
        },
    )


def times(data: xr.Dataset, factor: float, geos: list[int], at: int = AT) -> xr.Dataset:
    out = data.copy(deep=True)
    out["outcome"].values[geos, at] *= factor
    return out


def found(before: xr.Dataset, after: xr.Dataset) -> list[Drift]:
    return list(drifts(before, after, "revenue"))


def test_week_31_restated_by_four_per_cent_in_words() -> None:
    (drift,) = found(panel(1), times(panel(1), 1.04, [0]))
    assert drift.text() == "2024-07-29 +4.0 %"
    (drift,) = found(panel(), times(panel(), 1.07, [0, 1, 2]))  # 7 % of 600 out of 1,000
    assert (drift.label, drift.text()) == ("revenue", "2024-07-29 +4.2 %, 3 geos")
    assert drift.changes[0].moved == pytest.approx(0.042)


def test_appended_and_dropped_weeks_are_no_restatement() -> None:
    longer = panel(weeks=WEEKS + 4)
    assert found(panel(), longer) == []
    assert found(longer, panel()) == []
    assert found(panel().isel(date=slice(10, None)), longer) == []


def test_what_moves_between_geos_is_seen_though_the_sum_stays() -> None:
    after = panel()
    after["outcome"].values[0, AT] += 50
    after["outcome"].values[3, AT] -= 50
    (drift,) = found(panel(), after)
    assert drift.text() == "2024-07-29 +0.0 % (moved between geos: 10.0 %), 2 geos"
    assert unaccepted(drift, None, "weekly", "monday") == drift.changes


def test_a_new_geo_and_one_that_is_gone_restate_their_history() -> None:
    (outcome, tv, search) = found(panel(3), panel(4))
    assert outcome.changes[0].geos == 1
    assert outcome.changes[0].net == pytest.approx(400 / 600)
    assert [tv.label, search.label] == ["spend of tv", "spend of search"]
    assert found(panel(4), panel(3))[0].changes[0].net == pytest.approx(-0.4)
    later = panel(4)
    later["outcome"].values[3, :] = np.nan  # in an unbalanced panel: not begun yet
    later["spend"].values[3, :] = 0.0
    assert found(panel(3), later) == []


def test_unknown_becoming_known_is_new_and_known_becoming_unknown_is_a_change() -> None:
    gap = panel()
    gap["outcome"].values[1, AT] = np.nan
    assert found(gap, panel()) == []
    (drift,) = found(panel(), gap)
    assert drift.changes[0].net == pytest.approx(-0.2)


def test_controls_are_compared_where_there_is_an_outcome() -> None:
    before, after = panel(), panel()
    for data in (before, after):
        data["outcome"].values[:, :5] = np.nan
    after["controls"].values[:, :5] = 1.5
    assert found(before, after) == []
    after["controls"].values[:, 6] = 1.5
    assert [drift.label for drift in found(before, after)] == ["price"]


def test_tiny_periods_are_held_against_the_mean_and_other_rounding_is_nothing() -> None:
    before = panel(1)
    before["spend"].values[0, 5, 0] = 0.001
    after = before.copy(deep=True)
    after["spend"].values[0, 5, 0] = 0.002
    (drift,) = found(before, after)
    assert unaccepted(drift, None, "weekly", "monday") == ()
    assert found(before, before * (1 + 1e-13)) == []


ACCEPTED = [
    (None, 1.004, 0),
    (None, 1.04, 1),
    (Restatement(since=date(2024, 7, 29)), 1.04, 0),
    (Restatement(since=date(2024, 8, 1)), 1.04, 0),  # in the week
    (Restatement(since=date(2024, 8, 5)), 1.04, 1),
    (Restatement(up_to=0.05), 1.04, 0),
    (Restatement(up_to=0.03), 1.04, 1),
    (Restatement(since=date(2024, 7, 29), up_to=0.03), 1.04, 1),
]


@pytest.mark.parametrize(("accepted", "factor", "stops"), ACCEPTED)
def test_what_stops_is_what_is_large_and_not_accepted(accepted, factor, stops) -> None:
    (drift,) = found(panel(1), times(panel(1), factor, [0]))
    assert len(unaccepted(drift, accepted, "weekly", "monday")) == stops


def test_many_periods_are_told_by_the_first_ones() -> None:
    (drift,) = found(panel(1), times(panel(1), 0.9, [0], slice(10, 30)))
    assert drift.text().count("-10.0 %") == 6
    assert drift.text().endswith(" and 14 more periods")


# T55: columns that were renamed, retyped or added, and channels that have come to a long table (test_sources has those).
def test_an_additional_column_is_noted(build, good) -> None:
    panel = build(good.weekly().assign(weather=1.0, remark="sunny"))
    assert panel.notices == ("t.csv: nothing reads the columns weather, remark.",)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("tv_spend", "about 500", "not-a-number"), ("week", "Monday, 3 January", "date-format")],
)
def test_a_retyped_column_is_refused(build, good, column, value, code) -> None:
    with pytest.raises(DataError) as raised:
        build(good.weekly().assign(**{column: value}))
    assert code in {fault.code for fault in raised.value.faults}


def test_accepting_without_saying_what_is_refused(good) -> None:
    with pytest.raises(ValueError, match="say what is accepted"):
        DataConfig.model_validate(good.section(accept_restatement={}))
