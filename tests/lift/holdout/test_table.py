import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from lift.holdout.config import Holdout
from lift.holdout.table import holdout_from_frame, read_holdout
from mixproof.errors import ConfigError, DataError, MixproofError, PrivacyError
from tests.lift.conftest import COLUMNS, section, shuffled

Change = Callable[[pd.DataFrame], pd.DataFrame]


def _set(column: str, row: int, value: object) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame[column] = frame[column].astype(object)
        frame.loc[row, column] = value
        return frame

    return change


BROKEN: list[tuple[str, Change, str, str]] = [
    ("column", lambda f: f.rename(columns={"revenue": "revenu"}), "holdout-column", "'revenu'"),
    ("text", _set("users", 3, "many"), "holdout-number", "rows 4"),
    ("nothing", _set("revenue", 0, None), "holdout-number", "rows 1"),
    ("infinite", _set("revenue_squared", 0, np.inf), "holdout-number", "revenue_squared"),
    ("half a person", _set("converters", 0, 10.5), "holdout-whole", "converters, rows 1"),
    ("1e308 people", _set("users", 0, 1e308), "holdout-number", "too large"),
    ("per cent", _set("converters", 0, "2.97%"), "holdout-whole", "rows 1"),
    (
        "points",
        lambda f: f.assign(users=[f"{u % 900 + 1:.0f}.211" for u in f["users"]]),
        "number-unclear",
        "thousand",
    ),
    ("flag", _set("users", 0, True), "holdout-number", "rows 1"),
    ("negative", _set("converters", 0, -1.0), "holdout-negative", "converters"),
    ("unnamed arm", _set("arm", 0, "other"), "holdout-arm", "'other'"),
    ("no control", lambda f: f[f["arm"] == "treated"], "holdout-arm", "'control'"),
    ("twice", lambda f: pd.concat([f, f.iloc[[5]]]), "holdout-duplicate", "2 rows"),
    ("k > n", _set("converters", 0, 10**6), "holdout-impossible", "more converters than users"),
    ("Q < S2/k", _set("revenue_squared", 2, 0.001), "holdout-impossible", "squared revenue"),
    ("revenue alone", _set("converters", 2, 0), "holdout-impossible", "revenue without converters"),
    ("exposed > n", _set("exposed", 1, 10**6), "holdout-impossible", "exposed"),
    ("day", _set("day", 0, "next week"), "holdout-day", "1 cells"),
    ("outside", _set("day", 0, 400), "holdout-window", "1 rows"),
    ("missing day", lambda f: f[~((f["arm"] == "control") & (f["day"] == 4))], "holdout-gap", "days 4"),
    (
        "same people daily",
        lambda f: f.assign(users=1000.0, exposed=500.0),
        "holdout-active-users",
        "exactly the same",
    ),
]


@pytest.mark.parametrize(("name", "change", "code", "words"), BROKEN, ids=[case[0] for case in BROKEN])
def test_broken_tables(copy, name, change, code, words) -> None:
    with pytest.raises(DataError) as caught:
        holdout_from_frame(section(), change(copy).reset_index(drop=True))
    faults = [fault for fault in caught.value.faults if fault.code == code]
    assert faults, caught.value.faults
    assert any(words in f"{fault.where} {fault.what}" for fault in faults)
    assert all(fault.remedy for fault in faults)


def test_all_faults_at_once(copy) -> None:
    for change in (_set("users", 3, "many"), _set("arm", 0, "other"), _set("revenue_squared", 2, 0.001)):
        copy = change(copy)
    with pytest.raises(DataError) as caught:
        holdout_from_frame(section(), copy)
    assert {"holdout-number", "holdout-arm", "holdout-impossible"} <= {
        fault.code for fault in caught.value.faults
    }


def test_a_person_in_a_label_is_refused_without_being_shown(copy) -> None:
    with pytest.raises(PrivacyError) as caught:
        holdout_from_frame(section(), _set("stratum", 0, "jo.doe@example.com")(copy))
    assert "example.com" not in str(caught.value)
    assert "stratum" in str(caught.value)


SECTIONS = [
    ({"day_means": "calendar"}, "holdout-active-users"),
    ({"control": {"name": "control", "share": 0.2, "assigned": 100}}, "holdout-active-users"),
    ({"population": 1000}, "holdout-active-users"),
    ({"follow_up": {"days": 7, "through": 15}}, "holdout-immature"),
]


@pytest.mark.parametrize(("changes", "code"), SECTIONS)
def test_sections_that_the_table_contradicts(frame, changes, code) -> None:
    with pytest.raises(DataError) as caught:
        holdout_from_frame(section(**changes), frame)
    assert code in {fault.code for fault in caught.value.faults}


def test_sums_are_kept_and_order_changes_nothing(frame) -> None:
    there, back = holdout_from_frame(section(), frame), holdout_from_frame(section(), shuffled(frame))
    for arm in ("control", "treated"):
        rows, moments = frame[frame["arm"] == arm], there.table.arm(arm)
        assert moments.users == rows["users"].sum()
        assert moments.total("revenue") == pytest.approx(rows["revenue"].sum())
        assert moments.product("revenue", "covariate") == pytest.approx(rows["before_revenue"].sum())
        assert moments.product("conversion", "exposed") == rows["exposed_converters"].sum()
        assert np.array_equal(back.table.arm(arm).cross, moments.cross, equal_nan=True)
    assert there.labels[0] == "2025-01-06"


def test_young_cohorts_are_left_out_of_every_arm_and_said(frame) -> None:
    follow = {"days": 7, "through": 15, "immature": "exclude"}
    data = holdout_from_frame(section(follow_up=follow), frame)
    assert data.table.days == tuple(range(9))
    for arm in ("control", "treated"):
        rows = frame[(frame["arm"] == arm) & (frame["day"] <= 8)]
        assert data.table.arm(arm).users == rows["users"].sum()
    assert "days 9 to 13" in data.notices[0]


def test_missing_cross_sums_stay_unknown(frame) -> None:
    columns = {key: value for key, value in COLUMNS.items() if key != "covariate_converters"}
    data = holdout_from_frame(section(columns=columns), frame)
    assert data.table.arm("treated").has("revenue", "covariate")
    assert not data.table.arm("treated").has("conversion", "covariate")


def test_files(frame, tmp_path) -> None:
    frame.to_csv(tmp_path / "table.csv", index=False)
    shuffled(frame).to_parquet(tmp_path / "table.parquet")
    there = read_holdout(section(), tmp_path, "EUR")
    back = read_holdout(section(table="table.parquet"), tmp_path, "EUR")
    assert there.table.arm("treated").sums == pytest.approx(back.table.arm("treated").sums)
    assert len(there.sha256) == 64


FILES: list[tuple[dict, type[MixproofError]]] = [
    ({"table": "../table.csv"}, ConfigError),
    ({"table": "absent.csv"}, DataError),
    ({"table_currency": "USD"}, DataError),
]


@pytest.mark.parametrize(("changes", "error"), FILES)
def test_files_that_are_not_read(frame, tmp_path, changes, error) -> None:
    frame.to_csv(tmp_path / "table.csv", index=False)
    with pytest.raises(error):
        read_holdout(section(**changes), tmp_path, "EUR")


INCONSISTENT = [
    ({"control": {"name": "treated", "share": 0.2}}, "own name"),
    ({"control": {"name": "control", "share": 0.3}}, "add up to 1"),
    ({"adjustment": "lin", "columns": {"arm": "a", "users": "u", "converters": "c"}}, "covariate"),
    ({"columns": {"arm": "a", "users": "u", "converters": "c", "revenue": "r"}}, "come together"),
    ({"arms": [{"name": "treated", "share": 0.8, "channels": ["tv"]}]}, "channels"),
    ({"end": "2024-01-01"}, "before start"),
    ({"looks": {"kind": "group_sequential", "planned_users": 10, "at": [0.5, 0.2]}}, "rise"),
]


@pytest.mark.parametrize(("changes", "words"), INCONSISTENT)
def test_sections_that_contradict_themselves(changes, words) -> None:
    plain = json.loads(section().model_dump_json(exclude_none=True))
    with pytest.raises(ValueError, match=words):
        Holdout.model_validate_json(json.dumps({**plain, **changes}))
