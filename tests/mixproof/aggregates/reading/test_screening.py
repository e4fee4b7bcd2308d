"""Every column is held to what the YAML takes it for, and a fault names the column and never a value."""

import contextlib

import duckdb
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.reading import loading
from mixproof.aggregates.reading.screening import screen_frame, screen_frames, screen_relation, uses_of
from mixproof.aggregates.sources import panel_from_frames, read_panel
from mixproof.errors import DataError, PrivacyError

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


COLUMNS_OF_CODES = [
    # header, cells, whether money would be added up as one
    ("currency", ["EUR", "USD", "GBP"], True),
    ("account_ccy", ["usd ", "USD"], True),
    ("currency", ["EUR", "EUR", ""], False),
    ("note", ["EUR", "USD", "soon"], False),
    ("platform_id", ["ALL", "TOP"], False),
    ("Währung", ["ALL", "ALL"], True),
    ("c", ["EUR", "ALL"], True),
    ("country", ["DEU", "FRA"], False),
    ("region", ["USD", "GBP"], False),
]


def panel_of(tmp_path, header, cells, kind, **changes):
    rows = 60 * len(cells)
    weeks = pd.date_range("2021-01-04", periods=rows, freq="7D").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"week": weeks, "cost": range(10, rows + 10), header: cells * 60})
    frame["revenue"] = [100 + (7 * i) % 13 for i in range(rows)]
    if kind == "parquet":
        frame["pad"] = 0.0
    file = f"t.{kind}"
    config = DataConfig.model_validate({
        "frequency": "weekly", "currency": "EUR",
        "tables": [{"file": file, "date": "week"} | ({"geo": "region"} if header == "region" else {})],
        "outcome": {"column": "revenue", "kind": "revenue"}, "channels": [{"name": "tv", "spend": "cost"}],
        "missing": {"spend": "zero"}, "unbalanced": True, **changes,
    })  # fmt: skip
    if kind == "frame":
        return panel_from_frames(config, {file: frame})
    {"csv": frame.to_csv, "xlsx": frame.to_excel, "parquet": frame.to_parquet}[kind](
        tmp_path / file, index=False
    )
    return read_panel(config, tmp_path)


def codes_of(run):
    try:
        run()
    except DataError as error:
        return {fault.code: fault for fault in error.faults}
    return {}


@pytest.mark.parametrize(("header", "cells", "refused"), COLUMNS_OF_CODES)
def test_currencies_beside_money_that_no_key_reads_stop(header, cells, refused, tmp_path):
    found = codes_of(lambda: panel_of(tmp_path, header, cells, "csv"))
    assert ("currency-unread" in found) == refused
    if refused:
        assert found["currency-unread"].where == f"t.csv: {header}"


@pytest.mark.parametrize("kind", ["frame", "xlsx", "parquet", "added up"])
def test_every_way_of_reading_looks_for_currencies(kind, tmp_path, monkeypatch):
    if kind == "added up":
        monkeypatch.setattr(loading, "SMALL_BYTES", 10)
    found = codes_of(
        lambda: panel_of(tmp_path, "currency", ["EUR", "USD"], "csv" if kind == "added up" else kind)
    )
    assert set(found) == {"currency-unread"}
    assert "EUR, USD" in found["currency-unread"].what


def test_unread_currencies_may_be_accepted_or_read(tmp_path):
    accepted = panel_of(tmp_path, "currency", ["EUR", "USD"], "csv", accept=["currency-unread"])
    assert any("(currency-unread)" in notice for notice in accepted.notices)
    table = {"file": "t.csv", "date": "week", "currency": "currency"}
    read = panel_of(
        tmp_path, "currency", ["EUR", "USD"], "csv", tables=[table], rates={"fixed": {"USD": 0.5}}
    )
    both = [float(panel.data["spend"].sum()) for panel in (accepted, read)]
    assert both[1] < both[0]
