"""Every column is held to what the YAML takes it for, and a fault names the column and never a value."""

import contextlib

import duckdb
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.reading.screening import screen_frame, screen_frames, screen_relation, uses_of
from mixproof.errors import PrivacyError

CONFIG = DataConfig.model_validate(
    {
        "frequency": "weekly",
        "currency": "EUR",
        "tables": [
            {"file": "long.csv", "date": "week", "geo": "region", "channel": "platform", "layout": "long"},
            {"file": "sales.csv", "date": "day"},
        ],
        "outcome": {"column": "revenue", "kind": "revenue"},
        "channels": [{"name": "tv", "spend": "cost", "label": "TV"}],
    }
)


def test_the_yaml_says_what_a_column_is_for():
    assert uses_of(CONFIG.tables[0], CONFIG) == {
        "revenue": "measure",
        "cost": "measure",
        "platform": "label",
        "region": "geo",
        "week": "date",
    }


PEOPLE = {
    # place of the value: what the fault must name
    "week": "column week",
    "cost": "column cost",
    "platform": "column platform",
    "note": "column note",
}


@pytest.mark.parametrize("column", PEOPLE)
def test_one_address_in_any_column_is_named_by_the_column_alone(column):
    frame = pd.DataFrame({name: ["x"] * 50 for name in PEOPLE}, dtype=object)
    frame.loc[20, column] = "anna.canary@example.com"
    with pytest.raises(PrivacyError) as raised:
        screen_frame(frame, "long.csv", uses_of(CONFIG.tables[0], CONFIG))
    (fault,) = raised.value.faults
    assert fault.code == "identifier" and "long.csv" in fault.where and column in fault.where
    assert "1 value)" in fault.what and "canary" not in str(raised.value)


def test_a_header_that_is_an_address_is_named_by_its_place():
    frame = pd.DataFrame({"week": ["2024-01-01"], "anna.canary@example.com": [1]})
    with pytest.raises(PrivacyError) as raised:
        screen_frame(frame, "t.csv", {})
    assert "column 2" in str(raised.value) and "canary" not in str(raised.value)


def test_all_tables_are_said_at_once():
    frame = pd.DataFrame({"who": ["anna.canary@example.com"] * 3})
    with pytest.raises(PrivacyError) as raised:
        screen_frames(CONFIG, {"long.csv": frame, "sales.csv": frame})
    assert [fault.where.split(":")[0] for fault in raised.value.faults] == ["long.csv", "sales.csv"]


def test_values_stay_in_the_engine():
    with contextlib.closing(duckdb.connect()) as engine:
        engine.execute(
            "CREATE TABLE t AS SELECT 'u' || i || '@example.com' AS c0, i AS c1 FROM range(3000) r(i)"
        )
        with pytest.raises(PrivacyError, match="3,000 values"):
            screen_relation(engine, "t", ["mailing", "n"], "t.csv", {})
