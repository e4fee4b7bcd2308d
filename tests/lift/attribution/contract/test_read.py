import json
import shutil
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

from lift.attribution.config import AttributionSystem, ExportKind
from lift.attribution.contract.exports import EXPORTS, ROLES
from lift.attribution.contract.read import SystemTable, read_system
from mixproof.errors import DataError, MixproofError, PrivacyError

EXPORTS_FOLDER = Path(__file__).parents[1] / "exports"
MONEY = {"0": [0, 0], "12": [10, 20], "low": [0, 5], "medium": [5, 30], "high": [30, 200]}


def system(kind: str, **changes: Any) -> AttributionSystem:
    """Return the section of an export of a kind."""
    plain = {"name": kind, "export": kind, "file": f"{kind}.csv"}
    return AttributionSystem.model_validate_json(json.dumps({**plain, **changes}))


def read(kind: str, folder: Path = EXPORTS_FOLDER, **changes: Any) -> SystemTable:
    """Return what an export says."""
    return read_system(system(kind, **changes), folder, "EUR")


def sums(table: SystemTable, *keys: str) -> dict[Any, float]:
    """Return attributed counts by keys."""
    return table.rows.groupby(list(keys))["attributed"].sum().to_dict()


def checks(table: SystemTable) -> dict[str, str]:
    """Return the status of each finding."""
    return {finding.check: finding.status for finding in table.findings}


def test_every_kind_has_a_row_and_a_committed_export() -> None:
    assert set(get_args(ExportKind)) == set(EXPORTS) == {path.stem for path in EXPORTS_FOLDER.glob("*.csv")}
    assert all(set(export.columns) <= set(ROLES) for export in EXPORTS.values())


def test_ga4() -> None:
    table = read("ga4", channels={"Paid Search": "search", "Paid Social": "social"})
    assert sums(table, "channel") == {
        "(consent-lost)": 3.0,
        "(direct)": 42.5,
        "(not in this export)": pytest.approx(8.0),
        "(unattributed)": 4.0,
        "search": 80.25,
        "social": 22.25,
    }
    assert table.rows["attributed"].sum() == pytest.approx(160)
    assert set(table.rows["start"]) == {"2025-01-06", "2025-01-07"}
    gap = table.rows[table.rows["channel"] == "(not in this export)"].iloc[0]
    assert (gap["start"], gap["end"]) == ("2025-01-06", "2025-01-07")
    assert checks(table) == {"attribution_total": "note"}


def test_google_ads() -> None:
    table = read("google_ads", period="weekly", channels={"Search": "search"})
    assert sums(table, "channel", "campaign") == {
        ("search", "Brand"): 1204.5,
        ("search", "Generic"): 310.0,
        ("Video", "Prospecting"): 25.33,
    }
    assert set(table.rows["end"]) == {"2025-01-12"}
    assert set(table.rows["basis"]) == {"click"}
    assert checks(table) == {"attribution_total": "pass"}
    assert table.rows["value"].sum() == pytest.approx(76_705.10)


def test_meta_is_one_channel_and_its_withheld_cells_are_faults_until_they_are_explained() -> None:
    with pytest.raises(DataError) as caught:
        read("meta", channel="meta")
    assert "suppressed_below" in caught.value.faults[0].remedy
    table = read("meta", channel="meta", suppressed_below=5, lookback_days=7)
    hidden = table.rows[table.rows["attributed"].isna()].iloc[0]
    assert (hidden["campaign"], hidden["lower"], hidden["upper"]) == ("Retargeting", 0.0, 5.0)
    assert table.rows["attributed"].sum() == 84 + 131 + 79
    assert set(table.rows["lookback_days"]) == {7.0}


def test_mmp() -> None:
    table = read("mmp", outcome="installs")
    assert sums(table, "channel") == {
        "(consent-lost)": 14.0,
        "(unattributed)": 590.0,
        "googleadwords_int": 235.0,
    }
    assert set(table.rows["dated_by"]) == {"install"}
    assert set(table.rows["outcome"]) == {"installs"}


def test_skan_null_values_stay_intervals() -> None:
    table = read("skan", conversion_values=MONEY)
    first, second, third = (table.rows[table.rows["window"] == k].iloc[0] for k in (1, 2, 3))
    # 30 of value 12, 20 withheld, 5 high; 7 that did not win are not counted
    assert first["attributed"] == 55
    assert np.isnan(first["value"])
    assert (first["value_lower"], first["value_upper"]) == (
        30 * 10 + 20 * 0 + 5 * 30,
        30 * 20 + 20 * 200 + 5 * 200,
    )
    # later windows add value to installs that are counted already
    assert second["attributed"] == third["attributed"] == 0
    assert (second["value_lower"], second["value_upper"]) == (0, 45)
    assert (third["value_lower"], third["value_upper"]) == (0, 400)
    assert [first["complete_after"], second["complete_after"], third["complete_after"]] == [4, 13, 41]
    assert checks(table) == {"attribution_null_values": "note", "attribution_lost_postbacks": "note"}


def test_clean_room_keeps_noise_and_withheld_cells() -> None:
    table = read("clean_room", period="weekly", suppressed_below=50)
    hidden = table.rows[table.rows["attributed"].isna()].iloc[0]
    assert (hidden["channel"], hidden["lower"], hidden["upper"]) == ("video", 0.0, 50.0)
    assert list(table.rows.query("channel == 'display'")["noise_sd"]) == [8.5, 8.5]


def test_a_total_in_the_yaml_and_rows_that_count_twice() -> None:
    assert sums(read("long", total=230.0), "channel") == {
        "(not in this export)": pytest.approx(70 + 20 + 80 - 0)
    } | {
        "(unattributed)": 60.0,
        "search": 140.0,
    }
    assert checks(read("long", total=50.0)) == {"attribution_total": "warning"}
    assert checks(read("long", total=50.0, overlap=True)) == {}


def _one_person_among_channels(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ten rows of which one is named like a person, by a form that the screening of columns asks of a fifth of them."""
    names = [*(f"channel {k}" for k in range(9)), "0151/2345678"]
    return pd.concat([frame.head(1)] * 10).assign(channel=names)


BROKEN = [
    ("attribution-column", lambda f: f.rename(columns={"attributed": "count"}), {}, "attributed"),
    ("attribution-number", lambda f: f.assign(attributed="many"), {}, "rows 1"),
    ("attribution-number", lambda f: f.assign(attributed=-1), {}, "below zero"),
    ("attribution-date", lambda f: f.assign(start="06.01.2025"), {}, "no day"),
    ("attribution-window", lambda f: f.assign(end="2025-01-05"), {}, "end before they start"),
    (
        "attribution-window",
        lambda f: pd.concat([f, f.assign(start="2025-01-12", end="2025-01-18")]),
        {},
        "share some days",
    ),
    ("attribution-duplicate", lambda f: pd.concat([f, f]), {}, "the same as one before"),
    ("attribution-currency", lambda f: f.assign(currency="USD"), {}, "USD"),
    ("attribution-currency", lambda f: f.drop(columns="currency"), {"currency": "GBP"}, "GBP"),
    ("attribution-interval", lambda f: f.assign(lower=200, upper=300), {}, "outside"),
    ("attribution-identifier", _one_person_among_channels, {}, "persons"),
    (
        "identifier",
        lambda f: f.assign(gclid=[f"EAIaIQobChMI8Kn{k}wIVhY9oCR1" for k in range(3)]),
        {},
        "gclid",
    ),
]


@pytest.mark.parametrize(("code", "change", "keys", "words"), BROKEN)
def test_broken_exports(tmp_path: Path, code, change, keys, words) -> None:
    frame = pd.read_csv(EXPORTS_FOLDER / "long.csv")
    change(frame).to_csv(tmp_path / "long.csv", index=False)
    with pytest.raises(MixproofError) as caught:
        read("long", tmp_path, **keys)
    fault = caught.value.faults[0]
    assert fault.code == code
    assert words in f"{fault.where} {fault.what}"
    assert fault.remedy
    assert isinstance(caught.value, PrivacyError if "identifier" in code else DataError)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"conversion-value": "63"}, "no money for 63"), ({"postback-sequence-index": "4"}, "0, 1 and 2")],
)
def test_broken_postbacks(tmp_path: Path, change, words) -> None:
    frame = pd.read_csv(EXPORTS_FOLDER / "skan.csv", dtype=str).assign(**change).drop_duplicates()
    frame.to_csv(tmp_path / "skan.csv", index=False)
    with pytest.raises(DataError) as caught:
        read("skan", tmp_path, conversion_values=MONEY)
    assert caught.value.faults[0].code == "attribution-postback"
    assert words in caught.value.faults[0].what


def test_finer_breakdowns_are_added_up_in_any_order(tmp_path: Path) -> None:
    frame = pd.read_csv(EXPORTS_FOLDER / "long.csv")
    fine = pd.concat([frame.assign(device="phone"), frame.assign(device="desktop")])
    fine["attributed"] = fine["attributed"] * 0.1
    fine.to_csv(tmp_path / "long.csv", index=False)
    one = read("long", tmp_path)
    fine.sample(frac=1.0, random_state=1).to_csv(tmp_path / "long.csv", index=False)
    pd.testing.assert_frame_equal(one.rows, read("long", tmp_path).rows, check_exact=True)
    assert one.rows["attributed"].sum() == pytest.approx(40.0)


def test_a_workbook_and_other_dates_and_decimals(tmp_path: Path) -> None:
    text = "channel;start;attributed;value\nsearch;06.01.2025;1.204,5;10,5\n"
    (tmp_path / "long.csv").write_text(text, encoding="utf-8")
    rows = read("long", tmp_path, decimal=",", date_format="%d.%m.%Y", period="monthly").rows
    assert rows["attributed"].tolist() == [1204.5]
    assert rows["end"].tolist() == ["2025-01-31"]
    shutil.copy(EXPORTS_FOLDER / "long.csv", tmp_path / "long.csv")
    pd.read_csv(tmp_path / "long.csv").to_excel(tmp_path / "book.xlsx", index=False)
    assert read("long", tmp_path, file="book.xlsx").rows["attributed"].sum() == 200
