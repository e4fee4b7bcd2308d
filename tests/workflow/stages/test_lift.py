"""What the stages about experiments read, key and refuse."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from mixproof.aggregates.panel import Panel
from mixproof.errors import ConfigError, DataError
from mixproof.records.run import Run
from workflow import run as stages
from workflow.config import load_config, parse_config, part_of
from workflow.stages.design import design_files
from workflow.stages.lift import lift_files, outside_panel

CONFIGS = Path(__file__).parents[3] / "configs"
TEXT = """\
name: brand
lift:
  currency: EUR
  experiments:
    - name: test
      kind: imported
      source: other
      channels: [tv]
      start: 2024-02-05
      end: 2024-02-25
      cooldown_days: 7
      in_panel: true
      scope: iroas
      outcome_kind: revenue
      unit: EUR per EUR
      point: 2.0
      se: 0.5
      spend: 100.0
"""
WINDOWS = [
    # panel's first and last period, frequency, faults
    (("2024-01-01", "2024-12-30"), "weekly", 0),
    (("2024-01-29", "2024-02-26"), "weekly", 0),
    (("2024-01-29", "2024-02-19"), "weekly", 1),  # the cool-down runs on to 3 March
    (("2024-02-06", "2024-12-31"), "daily", 1),
    (("2024-01-01", "2024-03-03"), "daily", 0),
    (("2024-01-01", "2024-03-02"), "daily", 1),
    (("2024-01-01", "2024-03-01"), "monthly", 0),
    (("2024-01-01", "2024-02-01"), "monthly", 1),
    (("2023-01-01", "2024-01-01"), "yearly", 0),
]


def _panel(first: str, last: str, frequency: str, kind: str = "revenue") -> Panel:
    dates = np.array([first, last], dtype="datetime64[ns]")
    data = xr.Dataset(coords={"geo": ["national"], "date": dates, "channel": ["tv"]})
    return Panel(data, frequency, "EUR", "revenue", kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(("span", "frequency", "faults"), WINDOWS)
def test_an_experiment_of_the_panel_lies_inside_it(
    span: tuple[str, str], frequency: str, faults: int
) -> None:
    panel = _panel(*span, frequency)
    lift = parse_config(TEXT).lift
    assert lift is not None
    assert [fault.code for fault in outside_panel(lift, panel)] == ["lift-window"] * faults
    apart = parse_config(TEXT.replace("in_panel: true", "in_panel: false")).lift
    assert apart is not None and not list(outside_panel(apart, panel))


def test_files_are_those_that_the_sections_name() -> None:
    holdout, geo = (load_config(CONFIGS / f"{name}.yaml").lift for name in ("lift_holdout", "lift_geo"))
    design = load_config(CONFIGS / "lift_design.yaml").design
    assert holdout is not None and geo is not None and design is not None
    assert lift_files(holdout) == ["data/lift_holdout.csv", "data/lift_holdout_social.csv"]
    assert lift_files(geo) == ["data/lift_geo.csv"]
    assert design_files(design) == ["data/lift_geo.csv"]


def test_one_section_alone() -> None:
    config = parse_config(TEXT)
    alone = part_of(config, "lift", "brand.yaml")
    assert alone.lift == config.lift and alone.mmm is None and alone.data is None
    with pytest.raises(ConfigError, match=r"no `design` section"):
        part_of(config, "design", "brand.yaml")


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("point: 2.0", "point: 2.5", {"lift", "report", "publish"}),
        ("name: brand", "name: brand\nseed: 9", {"lift", "report", "publish"}),
        ("name: brand", "name: brand\nreport: {locale: de}", {"report", "publish"}),
    ],
)
def test_a_stage_is_known_by_what_it_read(tmp_path: Path, old: str, new: str, changed: set[str]) -> None:
    keys = []
    for text in (TEXT, TEXT.replace(old, new)):
        (tmp_path / "brand.yaml").write_text(text)
        keys.append(
            Run.open(stages.run(tmp_path / "brand.yaml", output=tmp_path / "runs").run_dir).manifest["stages"]
        )
    assert {name for name in keys[0] if keys[0][name] != keys[1][name]} == changed


def test_model_and_experiments_share_one_run_and_one_verdict(world) -> None:
    lift = TEXT[TEXT.index("lift:") :]
    world.config.write_text(world.config.read_text() + lift)
    outcome = stages.run(world.config, output=world.runs)
    run = Run.open(outcome.run_dir)
    assert list(run.manifest["timings"]) and set(run.manifest["stages"]) == {
        "aggregate", "lift", "fit", "effects", "report",
        "triangulate", "publish"
    }  # fmt: skip
    assert {"numbers", "lift", "lift_checks"} <= set(run.tables)
    pages = {path.name for path in run.path.glob("report/*.html")}
    assert pages == {"summary.html", "experiment-01-test.html"}
    assert {finding.check for finding in outcome.verdict.findings} >= {"fake", "imported"}
    assert run.verdict == outcome.verdict
    world.status = "failure"
    assert stages.run(world.config, output=world.runs).exit_code == 5
    alone = stages.run(world.config, output=world.runs, part="lift")
    assert alone.exit_code == 0  # the model that failed is no part of it
    assert set(Run.open(alone.run_dir).manifest["stages"]) == {"lift", "report", "publish"}


def test_experiments_stop_before_anything_is_sampled(world) -> None:
    lift = TEXT[TEXT.index("lift:") :].replace("2024-02-25", "2027-02-25")
    world.config.write_text(world.config.read_text() + lift)
    world.hooks["chain"] = lambda number: pytest.fail("sampled a model whose experiments are refused")
    with pytest.raises(DataError) as caught:
        stages.run(world.config, output=world.runs)
    assert [fault.code for fault in caught.value.faults] == ["lift-window"]
