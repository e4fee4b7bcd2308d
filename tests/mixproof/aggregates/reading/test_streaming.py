"""T52, T53: large tables are added up by the engine; the panel and the faults are those of a table in memory."""

import json
import subprocess
import sys

import duckdb
import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.reading import loading, readers
from mixproof.aggregates.reading.numbers import as_numbers
from mixproof.aggregates.reading.readers import connect, scan_of
from mixproof.aggregates.reading.streaming import read_streamed
from mixproof.aggregates.sources import read_panel
from mixproof.errors import DataError, PrivacyError, ResourceError


@pytest.fixture
def everything_is_large(monkeypatch):
    """Return a function that has every file added up, or none."""

    def choose(large: bool) -> None:
        for name in ("SMALL_CELLS", "SMALL_BYTES"):
            monkeypatch.setattr(loading, name, -1 if large else 10**9)

    return choose


CELLS = [
    "1", "-1.5", "+2", ".5", "5.", "1e3", "1E-2", "1e999", "-1e999", "1_000", "1,5", "1.234,56", "0x10", "", "  ",
    " 7 ", "\u00a08\u2003", "nan", "-NaN", "inf", "+Infinity", "abc", "1e16", "-0", "1e-400", "--1", "1 2", "٣", "true",
    "1,234.5", "€ 1.234,56", "$1,234", "(12)", "12 %", "1'234.5", "1\u202f234,5", "-£5.50", "£ -5", "5 €", "3-", "12,34,567",
    "1.234.567", "ABC 5", "(1", "5%%", "1,23,4", "- 5 EUR",
]  # fmt: skip


@pytest.mark.parametrize("decimal", [".", ","])
def test_the_engine_reads_cells_as_the_tool_does(tmp_path, decimal):
    pd.DataFrame({"k": range(len(CELLS)), "v": CELLS}).to_parquet(tmp_path / "t.parquet")
    connection = connect(tmp_path)
    scan = scan_of(tmp_path / "t.parquet", "t.parquet", connection)
    table = read_streamed(scan, ["k"], [("v", decimal, None)], connection)
    order = np.argsort(table.key("k").to_numpy())
    found, expected = table.numbers("v", decimal), as_numbers(pd.Series(CELLS, dtype=object), decimal)
    for part in ("values", "known", "blank", "text", "unreal", "huge", "weight"):
        assert np.array_equal(
            np.asarray(getattr(found, part)[order], float),
            np.asarray(getattr(expected, part), float),
            equal_nan=True,
        ), part


def long_geo(good) -> pd.DataFrame:
    """Return media by week, region, channel, currency and campaign, shuffled."""
    rng = np.random.default_rng(5)
    parts = [
        good.by_geo()[["week", "region"]].assign(medium=medium, campaign=campaign)
        for medium in ("TV", "search")
        for campaign in ("a", "b", "c")
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame["cost"] = rng.gamma(2, 100, len(frame)).round(2)
    frame["code"] = np.where(frame["campaign"] == "c", "USD", "EUR")
    return frame.sample(frac=1, random_state=3)


def long_section(good, **changes):
    media = {
        "file": "m.csv", "date": "week", "geo": "region", "layout": "long", "channel": "medium", "currency": "code",
        "duplicates": "sum",
    }  # fmt: skip
    outcome = {"file": "o.parquet", "date": "week", "geo": "region"}
    channels = [{"name": "tv", "label": "TV", "spend": "cost"}, {"name": "search", "spend": "cost"}]
    return good.geo_section(
        tables=[media, outcome], channels=channels, rates={"fixed": {"USD": 0.9}}, controls=[],
        outcome={"column": "orders", "kind": "count", "value": "worth"},
    ) | changes  # fmt: skip


def write(good, folder, change=lambda frame: frame):
    change(long_geo(good)).to_csv(folder / "m.csv", index=False)
    frame = good.by_geo()
    orders = np.random.default_rng(6).poisson(50, len(frame))
    frame = frame.assign(orders=orders, worth=np.round(30 + orders / 7, 2))
    pd.concat([frame, frame.assign(orders=orders + 1)]).to_parquet(folder / "o.parquet")


def test_large_tables_make_the_same_panel(good, tmp_path, everything_is_large):
    write(good, tmp_path)
    section = long_section(good)
    section["tables"][1]["duplicates"] = "sum"
    config = DataConfig.model_validate(section)
    everything_is_large(False)
    one = read_panel(config, tmp_path)
    everything_is_large(True)
    other = read_panel(config, tmp_path)
    for name in one.data.data_vars:
        np.testing.assert_allclose(one.data[name].values, other.data[name].values, rtol=1e-14)
    assert (one.ledger, one.notices) == (other.ledger, other.notices)
    shuffled = pd.read_csv(tmp_path / "m.csv").sample(frac=1, random_state=8)
    shuffled.to_csv(tmp_path / "m.csv", index=False)
    assert read_panel(config, tmp_path).fingerprint() == other.fingerprint()  # T38, to the last bit
    everything_is_large(False)
    assert read_panel(config, tmp_path).fingerprint() == one.fingerprint()


def spoil(frame: pd.DataFrame) -> pd.DataFrame:
    """Return media with everything wrong with their cells and rows that several rows can share."""
    at = frame.index
    cost = frame["cost"].where(at > 4).where(at != 9, np.inf).where(at % 180 != 7, -1000.0)
    out = frame.assign(
        cost=cost.astype(object).where(at != 17, "canary"),
        week=frame["week"].where(at != 33, "3/1/2022"),
        region=frame["region"].where(at != 43),
    )
    out = out[~((frame["week"] == "2022-03-14") & (frame["medium"] == "TV"))]
    return pd.concat([out, frame.head(5).assign(medium="radio")])


FAULTS = [
    ("cells and rows", spoil, {}),
    ("no rate", lambda f: f, {"rates": None}),
    ("doubled", lambda f: f, {"duplicates": "refuse"}),
    ("renamed", lambda f: f.rename(columns={"cost": "Kosten"}), {}),
]


@pytest.mark.parametrize(("change", "more"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_large_tables_have_the_same_faults(good, tmp_path, everything_is_large, change, more):
    write(good, tmp_path, change)
    section = long_section(good)
    section["tables"][0] |= {key: value for key, value in more.items() if key == "duplicates"}
    section |= {key: value for key, value in more.items() if key != "duplicates"}
    section["tables"][1]["duplicates"] = "sum"
    found = []
    for large in (False, True):
        everything_is_large(large)
        with pytest.raises(DataError) as raised:
            read_panel(DataConfig.model_validate(section), tmp_path)
        # only a table in memory has lines
        found.append({(f.code, f.where.partition(", line")[0], f.what) for f in raised.value.faults})
        assert "canary" not in str(raised.value)
    assert found[0] == found[1]
    if change is spoil:
        assert {code for code, _, _ in found[0]} >= {
            "not-a-number", "not-finite", "date-format", "missing-key", "unknown-channel",
        }  # fmt: skip


def test_identifiers_in_any_column_of_a_large_table_are_refused(good, tmp_path, everything_is_large):  # T59
    everything_is_large(True)
    people = [f"user{i}@example.org" if i % 5 == 0 else f"campaign {i}" for i in range(1080)]
    write(good, tmp_path, lambda f: f.assign(note=people))
    with pytest.raises(PrivacyError) as raised:
        read_panel(DataConfig.model_validate(long_section(good)), tmp_path)
    assert [fault.where for fault in raised.value.faults] == ["m.csv: note"]
    assert "example" not in str(raised.value)


def test_what_cannot_be_added_up_is_refused_before_it_is_read(
    good, tmp_path, everything_is_large, monkeypatch
):
    everything_is_large(True)
    write(good, tmp_path)
    monkeypatch.setattr("mixproof.aggregates.reading.streaming.MAX_CELLS", 1000)
    with pytest.raises(ResourceError) as raised:
        read_panel(DataConfig.model_validate(long_section(good)), tmp_path)
    assert {fault.code for fault in raised.value.faults} == {"too-many-rows"}
    assert "about" in raised.value.faults[0].what


def test_memory_and_disk_of_the_engine_have_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "_MEMORY", "24MB")
    monkeypatch.setattr(readers, "_SPILL_SHARE", 0.0)
    sql = "SELECT range AS k, range % 7 AS v FROM range(1200000)"
    duckdb.sql(f"COPY ({sql}) TO '{tmp_path / 't.parquet'}' (FORMAT parquet)")
    (tmp_path / "spill").mkdir()
    connection = connect(tmp_path, tmp_path / "spill")
    scan = scan_of(tmp_path / "t.parquet", "t.parquet", connection)
    with pytest.raises(ResourceError) as raised:
        read_streamed(scan, ["k"], [("v", ".", None)], connection)
    assert raised.value.faults[0].code == "reading-too-large"


READ = """
import json, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv[3]), int(sys.argv[3])))
from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.sources import read_panel
panel = read_panel(DataConfig.model_validate(json.loads(sys.argv[1])), Path(sys.argv[2]))
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
peak = int(status["VmHWM"].split()[0]) * 1024  # of this program alone: what getrusage says includes whoever started it
print(json.dumps([panel.ledger[0].used, panel.data["spend"].values.sum(), panel.data["outcome"].sizes["date"], peak]))
"""
CAP = 2**30
ROWS = 2_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="the cap is Linux's")
def test_millions_of_rows_are_read_under_a_cap(
    good, tmp_path
):  # T53; benchmarks.large_input does 200 million
    rows = (
        "SELECT DATE '2022-01-03' + 7 * (range % 60)::INTEGER AS week, "
        "CASE WHEN range // 60 % 2 = 0 THEN 'TV' ELSE 'search' END AS medium, "
        f"'campaign ' || (range % 4999) AS campaign, (range % 997) / 100 AS cost FROM range({ROWS})"
    )
    duckdb.sql(f"COPY ({rows}) TO '{tmp_path / 'm.parquet'}' (FORMAT parquet)")
    good.weekly()[["week", "revenue"]].to_csv(tmp_path / "o.csv", index=False)
    media = {"file": "m.parquet", "date": "week", "layout": "long", "channel": "medium", "duplicates": "sum"}
    channels = [{"name": "tv", "label": "TV", "spend": "cost"}, {"name": "search", "spend": "cost"}]
    section = good.section(tables=[media, {"file": "o.csv", "date": "week"}], channels=channels, controls=[])
    command = [sys.executable, "-c", READ, json.dumps(section), str(tmp_path), str(CAP)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    used, spend, weeks, peak = json.loads(done.stdout)
    assert (used, weeks) == (ROWS, 60)
    whole, rest = divmod(ROWS, 997)
    assert spend == pytest.approx((whole * 997 * 996 / 2 + rest * (rest - 1) / 2) / 100, rel=1e-14)
    assert peak < CAP


def test_five_thousand_geos_are_read(good, tmp_path):  # T52; what fitting them needs is told by the preflight
    rows = (
        "SELECT DATE '2022-01-03' + 7 * (range % 30)::INTEGER AS week, 'geo ' || (range // 30) AS region, "
        "100 + range % 89 AS revenue, 10 + range % 13 AS tv_spend, 5 + range % 7 AS search_spend, "
        "range % 11 / 10 AS price, 1000 + range // 30 AS people FROM range(150000)"
    )
    duckdb.sql(f"COPY ({rows}) TO '{tmp_path / 't.parquet'}' (FORMAT parquet)")
    table = {"file": "t.parquet", "date": "week", "geo": "region"}
    panel = read_panel(DataConfig.model_validate(good.geo_section(tables=[table])), tmp_path)
    assert panel.data["spend"].shape == (5000, 30, 2)
    assert panel.ledger[0].used == 150_000
