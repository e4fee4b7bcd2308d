"""Experiments calibrate a model from one YAML: what is asked, what is kept, what is refused, what a backtest knows."""

import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mixproof.errors import ConfigError, DataError, IntegrityError
from mixproof.records.evidence import Evidence
from mixproof.records.run import Run
from mixproof.records.run_folder.output import Output
from mmm.calibration import Calibration
from mmm.problem.problem import Problem, build_problem
from workflow import notebook
from workflow import run as stages
from workflow.config import load_config
from workflow.preflight import Limits
from workflow.progress import Display
from workflow.stages.perform import perform_checks
from workflow.stages.state import RunState

CONFIGS = Path(__file__).parents[2] / "configs"
HEAD = (CONFIGS / "calibration.yaml").read_text().partition("lift:\n")[0]
DRAFT = "mmm:\n  fit: {mode: draft, draws: 200}\n"
IMPORTED = """\
lift:
  currency: EUR
  experiments:
    - {name: tv return, kind: imported, source: other, channels: [tv], scope: iroas, outcome_kind: revenue,
       unit: EUR per EUR, point: 0.5, se: 0.05}
    - {name: radio before, kind: imported, source: platform_lift, channels: [radio], start: 2021-06-07, end: 2021-07-04,
       scope: total, outcome_kind: revenue, unit: EUR, point: 20000.0, se: 8000.0, spend: 40000.0, treated_share: 0.25}
calibrate: {tolerance: 0.03}
"""


def folder_with(tmp_path: Path, text: str) -> Path:
    """Return a YAML beside the shipped tables."""
    (tmp_path / "data").mkdir()
    for table in (CONFIGS / "data").glob("calibration*.csv"):
        shutil.copy(table, tmp_path / "data")
    (tmp_path / "calibration.yaml").write_text(text)
    return tmp_path / "calibration.yaml"


def checked(config: Path) -> tuple[Problem, Calibration]:
    """Return what a run of a YAML would fit, after everything short of sampling."""
    with ExitStack() as stack:
        described = load_config(config)
        state = RunState(
            described, Output(config.parent / "runs", "c"), config.parent, Display(None), Limits(), stack
        )
        perform_checks(state)
    calibration = state.calibrated["calibration"]
    return build_problem(state.panel, state.mmm, calibration), calibration


def test_the_shipped_experiments_are_asked_of_the_nation() -> None:
    problem, calibration = checked(CONFIGS / "calibration.yaml")
    geo, people = calibration.evidence
    replay = problem.replay
    assert replay is not None and problem.panel.observed.all()
    assert [len(each.observed) for each in replay.experiments] == [8, 1]
    share = geo.readouts[0].market_share
    assert share is not None and 0.1 < share < 0.4
    weeks = replay.weight[: replay.starts[8]]
    np.testing.assert_allclose(weeks, share * problem.scaling.outcome[0])
    np.testing.assert_allclose(replay.weight[replay.starts[8] :], 0.3 * problem.scaling.outcome[0])
    # Social is dark per head of the treated regions for four weeks; without the test it is what their money bought.
    social, search = problem.panel.channels.index("social"), problem.panel.channels.index("search")
    lags = problem.pathways[social].carryover.lags
    run, without = replay.exposure[: lags + 8, social], replay.exposure[lags + 8 : 2 * (lags + 8), social]
    np.testing.assert_allclose(run[lags : lags + 4], 0.0, atol=1e-12)
    money = np.sum([row[:4] for row in geo.spend[0].without], axis=0)
    np.testing.assert_allclose(without[lags : lags + 4], money / share / problem.scaling.exposure[0, social])
    np.testing.assert_allclose(run[:lags], problem.media.exposure[0, 100 - lags : 100, social])
    # Search: 30 % of all people saw what everybody but the control saw.
    seen = replay.exposure[lags : lags + 4, search]
    assert people.spend[0].as_run[0][0] / 0.3 / problem.scaling.exposure[0, search] == pytest.approx(
        seen.sum(), rel=1e-6
    )


def test_a_return_and_a_test_before_the_panel(tmp_path: Path) -> None:
    problem, _ = checked(folder_with(tmp_path, HEAD + DRAFT + IMPORTED))
    replay = problem.replay
    assert replay is not None
    statement, before = replay.experiments
    assert (statement.weaker, before.weaker) == (True, False)
    assert statement.covariance[0, 0] == pytest.approx((0.25 * 0.5) ** 2)
    tv, radio = (problem.panel.channels.index(name) for name in ("tv", "radio"))
    money = problem.spend[0, :, tv].sum()
    np.testing.assert_allclose(replay.weight[:156], problem.scaling.outcome[0] / money)
    lags = problem.pathways[radio].carryover.lags
    run = replay.exposure[: lags + 4, radio]
    np.testing.assert_allclose(
        run, [1.0] * lags + [40000 / 4 / 0.25 / problem.scaling.exposure[0, radio]] * 4
    )
    assert before.age_variance == pytest.approx(0.1**2 * (1 - 2 ** (-2 * (183 / 7) / 52)))
    assert "typical active period" in before.notes[-1]


def test_what_a_calibrated_run_keeps(tmp_path: Path) -> None:
    config = folder_with(tmp_path, HEAD + DRAFT + IMPORTED)
    first = Run.open(stages.run(config, output=tmp_path / "runs").run_dir)
    kept = sorted(path.name for path in first.path.glob("evidence/*.json"))
    assert len(kept) == 2 and "calibrate" in first.manifest["stages"]
    assert {"evidence_bias", "evidence_size_imported", "evidence_size_platform"} <= set(
        first.posterior()["posterior"]
    )
    groups = notebook.open_run(first.path).posterior()
    assert np.isfinite(groups["prior"]["evidence_bias"].values).all()
    assert groups["observed_data"].sizes["cell"] == 156
    with pytest.raises(ConfigError, match="no evidence"):
        notebook.fit(first.panel(), config)
    # Evidence of a run calibrates another one, which keeps the record too.
    (tmp_path / "data" / "tv.json").write_text((first.path / "evidence" / kept[1]).read_text())
    config.write_text(HEAD + DRAFT + "calibrate: {files: [data/tv.json]}\n")
    second = Run.open(stages.run(config, output=tmp_path / "runs").run_dir)
    assert second.manifest["stages"]["fit"] != first.manifest["stages"]["fit"]
    record = next(second.path.glob("evidence/*.json"))
    assert Evidence.from_json(record.read_text()).experiment in ("tv return", "radio before")
    raw = bytearray(record.read_bytes())
    raw[len(raw) // 2] ^= 1
    record.chmod(0o600)
    record.write_bytes(bytes(raw))
    with pytest.raises(IntegrityError):
        Run.open(second.path)


def test_experiments_that_are_another_campaign_are_refused_before_sampling(tmp_path: Path) -> None:
    text = IMPORTED.replace("start: 2021-06-07, end: 2021-07-04", "start: 2022-06-06, end: 2022-07-03")
    config = folder_with(tmp_path, HEAD + DRAFT + text.replace("spend: 40000.0", "spend: 4000000.0"))
    with pytest.raises(DataError) as caught:
        stages.check(config)
    assert [fault.code for fault in caught.value.faults] == ["calibrate-spend"]


def test_a_backtest_knows_experiments_that_ended_before_it(tmp_path: Path) -> None:
    _, calibration = checked(folder_with(tmp_path, HEAD + DRAFT + IMPORTED))
    known = [item.experiment for item in calibration.until("2024-01-01").evidence]
    assert known == ["radio before"]
    assert not calibration.until("2021-07-04").evidence
    assert replace(calibration, evidence=()).until("2024-01-01").evidence == ()
