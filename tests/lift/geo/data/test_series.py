import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lift.geo.config import GeoTable
from lift.geo.data.series import GeoSeries, read_series
from mixproof.errors import DataError, MixproofError, PrivacyError

TABLE = GeoTable(file="geo.csv", spend="spend")


def good() -> pd.DataFrame:
    days = pd.date_range("2024-01-01", periods=12).strftime("%Y-%m-%d")
    rows = [
        (g, d, 10.0 * (i + 1) + k, 5.0)
        for i, g in enumerate(("north", "NA", "west"))
        for k, d in enumerate(days)
    ]
    return pd.DataFrame(rows, columns=["geo", "date", "outcome", "spend"])


def read(folder: Path, frame: pd.DataFrame, table: GeoTable = TABLE) -> GeoSeries:
    frame.to_csv(folder / "geo.csv", index=False)
    return read_series(table, folder)


def test_matrices_do_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    plain = read_series(TABLE, _written(tmp_path, good()))
    mixed = read_series(TABLE, _written(tmp_path, good().sample(frac=1, random_state=1)))
    assert plain.geos == mixed.geos == ("west", "NA", "north")  # largest first; NA is a place
    assert (plain.outcome == mixed.outcome).all() and plain.outcome.shape == (3, 12)
    assert plain.period_days == 1 and plain.spend is not None


def _written(folder: Path, frame: pd.DataFrame) -> Path:
    frame.to_csv(folder / "geo.csv", index=False)
    return folder


def test_weeks_and_parquet(tmp_path: Path) -> None:
    frame = good()
    frame["date"] = pd.to_datetime(frame["date"]).map(
        lambda d: pd.Timestamp("2024-01-01") + (d - pd.Timestamp("2024-01-01")) * 7
    )
    frame.to_parquet(tmp_path / "geo.parquet")
    found = read_series(GeoTable(file="geo.parquet"), tmp_path)
    assert found.period_days == 7 and found.spend is None


def _set(column: str, row: int, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame.astype({column: object})
        frame.loc[row, column] = value
        return frame

    return change


CASES = [
    # change, code, words in the message, error
    (
        lambda f: f.drop(columns="outcome").assign(outcom=1),
        "geo-column",
        ["'outcome'", "'outcom'"],
        DataError,
    ),
    (_set("outcome", 4, None), "geo-number", ["1 rows", "line 6"], DataError),
    (_set("outcome", 4, "many"), "geo-number", ["line 6"], DataError),
    (_set("spend", 0, np.inf), "geo-number", ["column spend"], DataError),
    (lambda f: f.assign(outcome=True), "geo-number", ["column outcome"], DataError),
    (lambda f: f.assign(outcome="2.975"), "number-unclear", ["2975", "column outcome"], DataError),
    (_set("geo", 2, "\x1b[31mnorth"), "geo-name", ["U+001B", "column geo"], DataError),
    (_set("outcome", 2, -3), "geo-negative", ["line 4"], DataError),
    (_set("date", 3, "05/01/2024"), "geo-date", ["%Y-%m-%d", "line 5"], DataError),
    (
        lambda f: f.replace("north", "Zürich").replace("west", "Zu\u0308rich"),
        "look-alike",
        ["two ways"],
        DataError,
    ),
    (
        lambda f: f.assign(date=f["date"].str.replace("2024", "2099")),
        "future-date",
        ["after today"],
        DataError,
    ),
    (_set("geo", 7, None), "geo-unknown", ["name no geo"], DataError),
    (lambda f: pd.concat([f, f.iloc[[14]]]), "geo-duplicate", ["NA", "2024-01-03"], DataError),
    (lambda f: f.drop(index=[14, 15]), "geo-gap", ["NA", "2024-01-03, 2024-01-04"], DataError),
    (lambda f: f[f["date"] != "2024-01-05"], "geo-spacing", ["[1, 2]"], DataError),
    (lambda f: f.iloc[:0], "empty-table", ["no rows"], DataError),
    (_set("geo", 3, "someone@example.com"), "identifier", [], PrivacyError),
]


@pytest.mark.parametrize(("change", "code", "words", "error"), CASES)
def test_bad_tables_say_where_and_what_to_do(
    tmp_path: Path,
    change: Callable[[pd.DataFrame], pd.DataFrame],
    code: str,
    words: list[str],
    error: type[MixproofError],
) -> None:
    with pytest.raises(error) as caught:
        read(tmp_path, change(good()))
    fault = next(f for f in caught.value.faults if f.code == code)
    assert all(word in f"{fault.where} {fault.what}" for word in words), fault
    assert fault.remedy
    assert "someone" not in str(caught.value)


@pytest.mark.parametrize(("decimal", "first"), [(".", 2.975), (",", 2975.0)])
def test_grouped_numbers_are_read_by_the_decimal_mark(tmp_path: Path, decimal: str, first: float) -> None:
    table = GeoTable.model_validate({"file": "geo.csv", "decimal": decimal})
    found = read(tmp_path, good().assign(outcome="2.975"), table)
    assert found.outcome[0, 0] == first


def test_all_faults_at_once(tmp_path: Path) -> None:
    frame = _set("date", 3, "soon")(_set("outcome", 4, -1)(_set("spend", 5, None)(good())))
    with pytest.raises(DataError) as caught:
        read(tmp_path, frame)
    assert {f.code for f in caught.value.faults} == {"geo-date", "geo-negative", "geo-number"}


@pytest.mark.parametrize(
    ("file", "code"),
    [("none.csv", "file-missing"), ("geo.txt", "file-format"), ("../geo.txt", "unsafe-path")],
)
def test_files_that_cannot_be_read(tmp_path: Path, file: str, code: str) -> None:
    (tmp_path / "data").mkdir()
    for folder in (tmp_path, tmp_path / "data"):
        (folder / "geo.txt").write_text("x")
    with pytest.raises(MixproofError) as caught:
        read_series(GeoTable(file=file), tmp_path / "data")
    assert caught.value.faults[0].code == code


def test_broken_parquet(tmp_path: Path) -> None:
    (tmp_path / "geo.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(DataError) as caught:
        read_series(GeoTable(file="geo.parquet"), tmp_path)
    assert caught.value.faults[0].code == "file-broken"


@pytest.mark.parametrize("form", ["%", "%c %x %Z %z", "%d.%m"])
def test_a_format_that_gives_no_date_is_a_fault_of_the_config(form: str) -> None:
    with pytest.raises(ValueError, match="date"):
        GeoTable.model_validate({"file": "geo.csv", "date_format": form})


ASKED = [
    # what the table says beside its file, what is done to the rows, periods left, words of the notice
    ({"history_from": "2024-01-05"}, None, 8, "12 rows before 2024-01-05"),
    ({"excluded_dates": ["2024-01-04", "2024-01-09"]}, None, 10, "2 of 2 excluded dates"),
    ({"excluded_dates": ["2024-01-04"]}, "2024-01-04", 11, "0 of 1 excluded dates"),
]


@pytest.mark.parametrize(("options", "without", "periods", "words"), ASKED)
def test_periods_that_are_left_out_are_named(
    tmp_path: Path, options: dict[str, object], without: str | None, periods: int, words: str
) -> None:
    frame = good()
    frame = frame[frame["date"] != without]
    table = GeoTable.model_validate_json(json.dumps({"file": "geo.csv", **options}))
    found = read(tmp_path, frame, table)
    assert found.outcome.shape == (3, periods) and found.period_days == 1
    assert words in found.notices[0] and len(found.notices) == 1


def test_rows_that_are_not_there_are_zero_only_when_asked(tmp_path: Path) -> None:
    frame = good().drop(index=[3, 17])
    with pytest.raises(DataError) as refused:
        read(tmp_path, frame)
    assert {fault.code for fault in refused.value.faults} == {"geo-gap"}
    found = read(tmp_path, frame, GeoTable(file="geo.csv", spend="spend", missing="zero"))
    assert found.spend is not None and (found.outcome == 0).sum() == (found.spend == 0).sum() == 2
    assert found.outcome[found.geos.index("north"), 3] == 0
    assert found.notices == ("2 rows that 2 geos lack count as 0 (data.missing: zero).",)
