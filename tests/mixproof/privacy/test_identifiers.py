"""T59, T60: identifiers are refused by form, check digit, header or uniqueness; ordinary marketing columns are not."""

import string
from collections.abc import Callable
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.reading.screening import screen_frame
from mixproof.aggregates.sources import panel_from_frames, read_panel
from mixproof.errors import PrivacyError
from mixproof.privacy.identifiers import Column, Finding, Use, find_identifiers, too_unique
from mixproof.privacy.names import LONG, families_of
from mixproof.privacy.recognisers import RECOGNISERS
from tests.mixproof.privacy.corpus import IDENTIFIERS
from tests.mixproof.privacy.ordinary import ORDINARY
from tests.mixproof.privacy.recognised import families_seen

VALUES = 50
Kinds = dict[str, Callable[[int], object]]


def found(table: pd.DataFrame, use: Use = "unread") -> dict[int, Finding]:
    """Return what is found in each column of a table, by its place."""
    with duckdb.connect() as connection:
        connection.register("cells", table)
        types = [row[1] for row in connection.execute("DESCRIBE cells").fetchall()]
        columns = [Column("note", f"c{i}", kind, use) for i, kind in enumerate(types)]
        return {finding.column: finding for finding in find_identifiers(connection, "cells", columns)}


def columns_of(kinds: Kinds, periods: int = 1) -> pd.DataFrame:
    """Return a column a kind, with 50 values of it, each in so many rows."""
    cells = {f"c{k}": [make(i) for i in range(VALUES)] * periods for k, make in enumerate(kinds.values())}
    return pd.DataFrame(cells)


@pytest.mark.parametrize(("use", "periods"), [("unread", 1), ("unread", 3), ("geo", 3)])
def test_families_are_refused(use, periods):
    kinds = {name: (lambda _, make=make: make()) for name, make in IDENTIFIERS.items()}
    findings = found(columns_of(kinds, periods), use)
    missed = [name for k, name in enumerate(kinds) if k not in findings]
    rate = 1 - len(missed) / len(kinds)
    assert len(kinds) >= 80
    assert rate >= 0.98, f"{rate:.1%} of {len(kinds)} families are refused as {use}; not {', '.join(missed)}"


def test_ordinary_columns_are_let_through():
    table = columns_of(ORDINARY, periods=3)
    wrong = {
        (use, list(ORDINARY)[k]): f.family for use in ("unread", "geo") for k, f in found(table, use).items()
    }
    assert len(ORDINARY) >= 120
    assert len(wrong) <= 0.01 * 2 * len(ORDINARY), f"{len(wrong)} false alarms: {wrong}"


CERTAIN = (
    "e-mail",
    "SHA-256",
    "IDFA",
    "gclid in a URL",
    "IPv6",
    "MAC",
    "IBAN",
    "phone E.164",
    "JSON web token",
)


def test_one_value_among_very_many_is_enough():
    every = range(len(CERTAIN))
    table = pd.DataFrame({f"c{k}": [f"place {i}" for i in range(20_000)] for k in every})
    table.loc[12_345] = [IDENTIFIERS[name]() for name in CERTAIN]
    assert {column: finding.values for column, finding in found(table).items()} == dict.fromkeys(every, 1)
    assert found(pd.concat([table[:100], table.loc[[12_345]]]), "measure").keys() == set(every)


ANNOUNCING = (
    "user_id|Customer ID|kundennummer|e_mail_hash|Vorname|IDFA|date of birth|fecha de nacimiento|msisdn|gclid"
)
MEDIA = (
    "email|mobile|users|customers|new_customers|Store ID|phone|users_number|name|ad_id|campaign_id|client|geo"
)


@pytest.mark.parametrize("header", ANNOUNCING.split("|"))
def test_headers_announce_people(header):
    with pytest.raises(PrivacyError):
        screen_frame(pd.DataFrame({"week": ["2022-01-03"] * 3, header: [7, 9, 7]}), "t", {"week": "date"})
    screen_frame(pd.DataFrame({header: [7, 9, 7]}), "t", {header: "measure"})


@pytest.mark.parametrize("header", MEDIA.split("|"))
def test_headers_of_media_and_counts_do_not(header):
    screen_frame(pd.DataFrame({header: [7, 9, 7]}), "t", {})


def test_a_column_that_numbers_its_rows_under_email_holds_people():
    with pytest.raises(PrivacyError, match="email"):
        screen_frame(pd.DataFrame({"email": range(60)}), "t", {})


def test_precise_coordinates_in_pairs_are_homes():
    places = np.random.default_rng(1).uniform(47, 55, (60, 2)).round(6)
    frame = pd.DataFrame(places, columns=["lat", "lon"])
    with pytest.raises(PrivacyError, match="latitude"):
        screen_frame(frame, "t", {})
    screen_frame(frame.round(3), "t", {})
    screen_frame(frame[["lat"]], "t", {})


@pytest.mark.parametrize(("distinct", "rows", "expected"), [(40, 6240, False), (5000, 1_300_000, False), (9, 10, False),
                                                           (900, 1000, True), (45, 50, True), (250, 1200, True)])  # fmt: skip
def test_uniqueness_of_geos(distinct, rows, expected):
    assert too_unique(distinct, rows) is expected


def test_names_by_themselves():
    texts = ["tv", "anna@example.com", "Paid Search 2024", "+49 151 23456789", "", "a" * 30, "x" * 20 + "1"]
    families = families_of(texts)
    assert [f is not None for f in families] == [False, True, False, True, False, False, False]


def test_a_text_has_the_digits_without_which_it_is_spared_an_expression():
    """Every identifier of the corpus, whole and with its digits taken off one after the other, from either end."""
    whole = [str(make()) for make in IDENTIFIERS.values() for _ in range(3)]
    texts = set(whole)
    for text in whole:
        places = [place for place, letter in enumerate(text) if letter in string.digits]
        for count in range(1, len(places) + 1):
            for gone in (set(places[:count]), set(places[-count:])):
                texts.add("".join(letter for place, letter in enumerate(text) if place not in gone))
    rows = [row for row in RECOGNISERS if row.fewest_digits]
    named = [replace(row, family=str(place)) for place, row in enumerate(rows)]
    alone = [row for row in RECOGNISERS if row.by_itself]
    for text, seen, told in zip(
        texts, families_seen(alone, list(texts)), families_of(list(texts)), strict=True
    ):
        assert not seen or len(text) < LONG or told in seen, text
    for text, seen in zip(texts, families_seen(named, list(texts)), strict=True):
        assert sum(letter in string.digits for letter in text) >= max(
            (rows[int(place)].fewest_digits for place in seen), default=0
        ), text


@pytest.mark.parametrize(
    "text", ["2024-01-01", "1,234.50", "'2024-01-01'", " 12 % ", "31.12.2024", "-", "yearly"]
)
def test_plain_numbers_and_dates_are_no_identifiers(text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(duckdb, "connect", lambda *_: pytest.fail("the engine is not needed"))
    assert families_of([text]) == [None]


NESTED = {
    "uuid": "uuid()",
    "struct": "{'a': 1, 'who': 'anna' || i || '@example.com'}",
    "list": "['x', 'anna' || i || '@example.com']",
    "map": "MAP {'who': 'anna' || i || '@example.com'}",
    "bytes": "sha256('a' || i)::BLOB",
    "bytes of a hash": "unhex(sha256('a' || i))",
    "decimal": "CAST(4915100000000 + i * 7919 AS DECIMAL(18, 2))",
    "double": "CAST(4915100000000 + i * 7919 AS DOUBLE)",
    "enum of hashes": "md5('a' || (i % 3))",
}


@pytest.mark.parametrize("kind", NESTED)
def test_every_type_of_a_parquet_file_is_looked_at(kind, tmp_path):
    duckdb.sql(
        f"COPY (SELECT strftime(DATE '2022-01-03' + 7 * CAST(i AS INTEGER), '%Y-%m-%d') AS week, 10.0 + i % 7 AS y, "
        f"5.0 + i % 5 AS tv, {NESTED[kind]} AS note FROM range(60) AS t(i)) TO '{tmp_path / 't.parquet'}'"
    )
    with pytest.raises(PrivacyError, match="note"):
        read_panel(
            DataConfig.model_validate(SECTION | {"tables": [{"file": "t.parquet", "date": "week"}]}), tmp_path
        )


def test_harmless_nested_columns_are_left_where_they_are(tmp_path):
    duckdb.sql(
        f"COPY (SELECT strftime(DATE '2022-01-03' + 7 * CAST(i AS INTEGER), '%Y-%m-%d') AS week, 10.0 + i % 7 AS y, "
        f"5.0 + i % 5 AS tv, {{'a': i, 'b': ['x', 'y']}} AS note FROM range(60) AS t(i)) TO '{tmp_path / 't.parquet'}'"
    )
    panel = read_panel(
        DataConfig.model_validate(SECTION | {"tables": [{"file": "t.parquet", "date": "week"}]}), tmp_path
    )
    assert panel.data.sizes["date"] == 60


SECTION = {
    "frequency": "weekly", "currency": "EUR", "tables": [{"file": "t", "date": "week", "geo": "geo"}],
    "outcome": {"column": "y", "kind": "revenue"}, "channels": [{"name": "tv", "spend": "tv"}],
}  # fmt: skip


def _panel(frame: pd.DataFrame) -> object:
    return panel_from_frames(DataConfig.model_validate(SECTION), {"t": frame})


@pytest.mark.parametrize("place", ["geo", "unused", "tv", "name of a column"])
@pytest.mark.parametrize("family", ["e-mail", "SHA-256", "IDFA", "gclid in a URL", "IPv6"])
def test_identifiers_stop_the_run_unseen(family, place):
    rng = np.random.default_rng(1)
    value = IDENTIFIERS[family]()
    dates = pd.date_range("2022-01-03", periods=60, freq="7D").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"week": dates, "y": rng.gamma(9, 9, 60), "tv": rng.gamma(2, 9, 60), "geo": "north"})
    if place == "name of a column":
        frame[value] = 1.0
    else:
        frame = frame.astype({"tv": object})
        frame.loc[30, place] = value
    with pytest.raises(PrivacyError) as raised:
        _panel(frame)
    assert raised.value.exit_code == 4
    assert value not in str(raised.value)
    assert "column 5" in str(raised.value) or place in raised.value.faults[0].where


def test_people_as_geos_stop_the_run():  # T60
    frame = pd.DataFrame(
        {"week": "2022-01-03", "geo": [f"u{i}" for i in range(90)] + ["u1"] * 10, "y": 1.0, "tv": 1.0}
    )
    with pytest.raises(PrivacyError, match="geo"):
        _panel(frame)
