"""Attribution from the command line: credit by rule and claims of systems, in a run folder that verifies."""

import json
import shutil
from pathlib import Path

import pytest

from mixproof.records.run import Run, verify
from tests.end_to_end.test_lift import SAMPLERS, call, process

EXPORTS = Path(__file__).parents[1] / "lift/attribution/exports"
PATHS = "path,conversions,nulls,value\nsearch > social,10,90,500\nsearch,5,195,100\n(other),2,8,90\n"
YAML = """\
name: attribution
attribution:
  currency: EUR
  paths: {file: paths.csv, path: path, conversions: conversions, value: value, nulls: nulls}
  rules: [last, markov, shapley]
  systems:
    - {name: analytics, export: ga4, file: ga4.csv, channels: {Paid Search: search, Paid Social: social}}
    - {name: ads, export: google_ads, file: google_ads.csv, period: weekly}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A YAML and its files."""
    (tmp_path / "attribution.yaml").write_text(YAML, encoding="utf-8")
    (tmp_path / "paths.csv").write_text(PATHS, encoding="utf-8")
    for name in ("ga4", "google_ads"):
        shutil.copy(EXPORTS / f"{name}.csv", tmp_path)
    return tmp_path


def test_a_run_of_attribution_alone(folder: Path) -> None:
    answer, modules = process("lift", folder / "attribution.yaml", "--output", folder / "runs", "--json")
    assert not modules & SAMPLERS
    assert json.loads(answer)["verdict"]["grade"] == "reportable"
    run = Run.open(folder / "runs/attribution/latest")
    assert verify(run.path).identical
    assert set(run.manifest["inputs"]) == {"paths.csv", "ga4.csv", "google_ads.csv"}
    credit = run.table("credit")
    assert credit.groupby("rule")["conversions"].sum().round(9).eq(17).all()
    assert set(run.table("attributed")["system"]) == {"analytics", "ads"}
    assert "credit" in set(run.table("columns")["table"])


def test_a_changed_file_is_another_run_and_a_broken_one_a_fault(folder: Path) -> None:
    yaml = folder / "attribution.yaml"
    keys = []
    for text in (PATHS, PATHS.replace("10,90", "11,89")):
        (folder / "paths.csv").write_text(text, encoding="utf-8")
        assert call("run", yaml, "--output", folder / "runs", "--quiet").exit_code == 0
        keys.append(Run.open(folder / "runs/attribution/latest").manifest["stages"]["attribution"])
    assert keys[0] != keys[1]
    (folder / "paths.csv").write_text(PATHS.replace("10,90", "ten,90"), encoding="utf-8")
    found = call("check", yaml, "--json")
    assert found.exit_code == 3
    assert "paths-number" in found.stdout


def test_check_says_how_it_stands(folder: Path) -> None:
    assert "attribution: reportable" in call("check", folder / "attribution.yaml").stdout


LONG = "channel,start,attributed,value\n" + "".join(
    f"{channel},2025-01-{day:02d},{count},{50 * count}\n"
    for day in range(6, 28)
    for channel, count in (("search", 30), ("social", 20), ("(unattributed)", 90))
)
CALIBRATED = """\
name: calibrated
lift:
  currency: EUR
  experiments:
    - name: search holdout
      kind: imported
      source: platform_lift
      channels: [search]
      start: 2025-01-06
      end: 2025-01-19
      scope: total
      outcome_kind: count
      outcome: orders
      unit: orders
      point: 126.0
      se: 20.0
      spend: 5000.0
      treated_share: 1.0
attribution:
  currency: EUR
  systems: [{name: analytics, file: long.csv, outcome: orders}]
"""


def test_experiments_of_the_same_yaml_calibrate_credit(tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text(LONG, encoding="utf-8")
    (tmp_path / "calibrated.yaml").write_text(CALIBRATED, encoding="utf-8")
    done = call("lift", tmp_path / "calibrated.yaml", "--output", tmp_path / "runs", "--quiet")
    assert done.exit_code == 0, done.output
    table = Run.open(tmp_path / "runs/calibrated/latest").table("attribution")
    search = table[table["channel"] == "search"]
    # 126 orders of the 420 that were credited in 14 days
    assert search["factor"].between(0.22, 0.38).all()
    assert (search["factor_lower"] < 0.3).all()
    assert (search["factor_upper"] > 0.3).all()
    assert set(table["channel"]) == {"search", "social", "(baseline)"}
    scores = Run.open(tmp_path / "runs/calibrated/latest").table("scorecard").set_index("score")["value"]
    assert scores["ratio"] == pytest.approx(0.3)
    assert scores["agreement"] == 0.0
