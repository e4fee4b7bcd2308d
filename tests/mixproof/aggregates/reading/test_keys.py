"""Rows to keys: where each row belongs, what is told of rows that cannot be placed, and which columns and channels meet."""

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.reading.keys import Keyed, key_tables
from mixproof.aggregates.reading.table import FrameTable
from mixproof.aggregates.report import Report


def keyed(frame: pd.DataFrame, data: dict) -> tuple[Keyed, Report]:
    report = Report()
    return key_tables(DataConfig.model_validate(data), {"t.csv": FrameTable(frame)}, report), report


def test_rows_of_geos_have_their_places(good) -> None:
    frame = good.by_geo(periods=3).sample(frac=1, random_state=1)
    found, report = keyed(frame, good.geo_section())
    rows = found.rows["t.csv"]
    assert (rows.geos, rows.national, report.faults, found.tainted) == (
        ["north", "south", "west"],
        False,
        [],
        set(),
    )
    assert [rows.geos[i] for i in rows.geo] == frame["region"].tolist()
    np.testing.assert_array_equal(rows.period, frame["week"].to_numpy(dtype="datetime64[D]"))
    assert {measure.column for measure in found.measures} >= {"revenue", "tv_spend", "people"}


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("week", "03.01.2022", "date-format"),
        ("week", "", "missing-date"),
        ("week", "1899-12-31", "impossible-date"),
        ("week", "2999-01-05", "future-date"),
        ("region", " ", "missing-key"),
    ],
)
def test_a_row_without_a_place_is_told_and_never_quoted(good, column: str, value: str, code: str) -> None:
    frame = good.by_geo(periods=12)
    frame.loc[5, column] = value
    found, report = keyed(frame, good.geo_section())
    assert code in {fault.code for fault in report.faults}
    assert found.tainted == {"t.csv"}
    assert all("1899" not in fault.what and "03.01" not in fault.what for fault in report.faults)


def test_channels_of_a_long_table_and_of_the_config_are_compared(good) -> None:
    frame = pd.DataFrame({"week": ["2022-01-03"] * 2, "channel": ["tv", "cinema"], "spend": [1.0, 2.0]})
    table = {"file": "t.csv", "date": "week", "layout": "long", "channel": "channel"}
    channels = [{"name": name, "spend": "spend"} for name in ("tv", "search")]
    _, report = keyed(frame, good.section(tables=[table], channels=channels, controls=[]))
    told = {fault.code: fault.what for fault in report.faults}
    assert "'cinema'" in told["unknown-channel"]
    assert "'search'" in told["missing-channel"]


def test_columns_that_nothing_reads_are_noted(good) -> None:
    _, report = keyed(good.weekly().assign(remark=1.0), good.section())
    assert report.notices == ["t.csv: nothing reads the column remark."]
