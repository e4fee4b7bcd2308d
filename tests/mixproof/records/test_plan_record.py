"""A plan of record: what is in the file is what was sealed, to the last digit."""

import json
from pathlib import Path

import pandas as pd
import pytest

from mixproof.errors import ConfigError, IntegrityError
from mixproof.records.plan_record import PlanRecord, read_record, rows_of

RECORD = PlanRecord(
    name="shop",
    plan="proposed",
    run_id="20260101T000000Z-0007",
    run_seal="ab" * 32,
    currency="EUR",
    outcome="revenue",
    outcome_unit="EUR",
    frequency="weekly",
    spend=({"geo": "national", "channel": "tv", "period": "2026-01-05", "money": 1234.5678901234567},),
    outcomes=({"geo": "national", "date": "2026-01-05", "mean": 10.0},),
    totals=({"geo": "national", "start": "2026-01-05", "periods": 1, "mean": 10.0},),
    channels=({"channel": "tv", "contribution_mean": 2.0},),
)


def kept(folder: Path, text: str) -> Path:
    file = folder / "plan.json"
    file.write_text(text, encoding="utf-8")
    return file


def test_it_is_read_back_as_it_was_however_the_file_is_laid_out(tmp_path: Path) -> None:
    assert read_record(kept(tmp_path, RECORD.text())) == RECORD
    assert (
        read_record(kept(tmp_path, json.dumps(json.loads(RECORD.text()), sort_keys=True))).seal == RECORD.seal
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("1234.5678901234567", "1234.5678901234569", "Its seal says"),
        ('"tv"', '"radio"', "Its seal says"),
        ('"proposed"', '"current"', "Its seal says"),
        ("plan-of-record-1", "plan-of-record-9", "schema"),
        ('"frequency": "weekly",', "", "cannot be read"),
        ("{", "", "cannot be read"),
    ],
)
def test_what_was_changed_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in RECORD.text()
    with pytest.raises(IntegrityError) as refused:
        read_record(kept(tmp_path, RECORD.text().replace(old, new, 1)))
    assert refused.value.faults[0].code == "plan-record-broken" and words in refused.value.faults[0].what


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        read_record(tmp_path / "none.json")
    assert refused.value.faults[0].code == "plan-record-incomplete"


def test_rows_are_plain_values() -> None:
    table = pd.DataFrame(
        {"day": pd.to_datetime(["2026-01-05"]), "money": [float("nan")], "share": [0.5], "other": [1]}
    )
    assert rows_of(table, ("day", "money", "share")) == ({"day": "2026-01-05", "money": None, "share": 0.5},)
