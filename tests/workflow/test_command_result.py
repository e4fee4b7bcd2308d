"""What a run says at its end: every file it wrote, its key figures, and no number that JSON does not have."""

import json
import math
from pathlib import Path

import pandas as pd

from mixproof.records.verdict import Verdict
from workflow.command_result import RunOutcome, key_figures

FILES = (
    "report/index.html",
    "report/workbook.xlsx",
    "tables/channels.csv",
    "tables/fit.csv",
    "designs/a.json",
)
NUMBERS = ("spend", "contribution_mean", "contribution_lower", "contribution_upper",
           "roi_mean", "roi_median", "roi_lower", "roi_upper")  # fmt: skip


def test_files_key_figures_and_timings_are_there_for_machines_and_people(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    row = dict.fromkeys(NUMBERS, 2.5) | {"channel": "tv", "kind": "paid", "reported_as": "alone"}
    unpaid = row | {"channel": "mail", "kind": "organic", "spend": math.nan, "roi_upper": math.inf}
    channels = key_figures({"channels": pd.DataFrame([row, unpaid])})
    outcome = RunOutcome(0, tmp_path, Verdict(()), channels, {"fit": 1.23456})
    record = json.loads(json.dumps(outcome.as_dict(), allow_nan=False))
    assert record["pages"] == [str(tmp_path / "report/index.html")]
    assert record["workbooks"] == [str(tmp_path / "report/workbook.xlsx")]
    assert [Path(file).name for file in record["tables"]] == ["channels.csv", "fit.csv"]
    assert record["timings"] == {"fit": 1.235}
    assert record["channels"][0] == row
    assert (record["channels"][1]["spend"], record["channels"][1]["roi_upper"]) == (None, None)
    said = outcome.text()
    assert all(str(tmp_path / name) in said for name in (*FILES[:2], FILES[4]))


def test_a_run_without_a_model_has_no_key_figures() -> None:
    assert key_figures({}) == ()
