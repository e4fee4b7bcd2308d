"""Experiments calibrate a model from one YAML: what is asked, what is kept, what is refused, what a backtest knows."""

import json
import re
import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from mixproof.errors import ConfigError, DataError, IntegrityError
from mixproof.records.evidence import Evidence
from mixproof.records.run import Run
from mixproof.records.run_folder.output import Output
from mmm.calibration import Calibration
from mmm.calibration.predicted import predicted_readouts
from mmm.prior.draws import prior_draws
from mmm.problem.draws import Draws
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
SMALL = re.sub(r"    - \{name: (search|social|video),.*\n", "", HEAD) + DRAFT.replace("200", "100")
STATED = (
    "{name: tv return, kind: imported, source: other, channels: [tv], scope: iroas, outcome_kind: revenue,"
    " unit: EUR per EUR, point: 0.5, se: 0.05}"
)
BEFORE = (
    "{name: radio before, kind: imported, source: platform_lift, channels: [radio], start: 2021-06-07, end: 2021-07-04,"
    " scope: total, outcome_kind: revenue, unit: EUR, point: 20000.0, se: 8000.0, spend: 40000.0, treated_share: 0.25}"
)
IMPORTED = f"""\
lift:
  currency: EUR
  experiments:
    - {STATED}
    - {BEFORE}
calibrate: {{tolerance: 0.03}}
"""


def folder_with(tmp_path: Path, text: str) -> Path:
    """Return a YAML beside the shipped tables."""
    (tmp_path / "data").mkdir()
    for table in (CONFIGS / "data").glob("calibration*.csv"):
        shutil.copy(table, tmp_path / "data")
    (tmp_path / "calibration.yaml").write_text(text)
    return tmp_path / "calibration.yaml"


def prepared(config: Path) -> RunState:
    """Return what a run of a YAML knows after everything short of sampling."""
    with ExitStack() as stack:
        described = load_config(config)
        state = RunState(
            described, Output(config.parent / "runs", "c"), config.parent, Display(None), Limits(), stack
        )
        perform_checks(state)
    return state


def checked(config: Path) -> tuple[Problem, Calibration]:
    """Return what a run of a YAML would fit."""
    state = prepared(config)
    calibration = state.calibrated["calibration"]
    return build_problem(state.panel, state.mmm, calibration), calibration


def test_the_shipped_experiments_calibrate_model_and_credit() -> None:
    state = prepared(CONFIGS / "calibration.yaml")
    assert [item.experiment for item in state.calibrated["calibration"].evidence] == [
        "social go-dark",
        "search holdout",
    ]
    money = state.tables["attribution"].query("unit == 'EUR'")
    assert money.groupby("channel")["status"].first().to_dict() == {
        "(baseline)": "baseline", "search": "tested", "social": "tested", "video": "never tested"
    }  # fmt: skip
    # the world credits search 2.5 times and social 1.25 times what they bring
    last = money.sort_values("period").groupby("channel").last()
    for channel, true in (("search", 1 / 2.5), ("social", 1 / 1.25)):
        assert last.loc[channel, "factor_lower"] < true < last.loc[channel, "factor_upper"]
    assert last.loc["search", "factor_upper"] < 1.0


def shipped(name: str) -> str:
    """Return the YAML of the shipped world with one of its experiments."""
    sections = YAML(typ="safe").load((CONFIGS / "calibration.yaml").read_text())
    kept = [test for test in sections["lift"]["experiments"] if test["name"] == name]
    lift = json.dumps(sections["lift"] | {"experiments": kept}, default=str)
    return f"{HEAD}lift: {lift}\ncalibrate: {{}}\n"


def imported(experiment: str) -> str:
    """Return the YAML of the shipped world with one imported result."""
    return (
        f"{HEAD}lift:\n  currency: EUR\n  experiments:\n    - {experiment}\ncalibrate: {{tolerance: 0.03}}\n"
    )


CASES = {
    "a geo test of a national panel": shipped("social go-dark"),
    "a holdout of a share of people": shipped("search holdout"),
    "a test before the panel": imported(BEFORE),
    "an imported return": imported(STATED),
}
"""A YAML for each way in which an experiment reaches a model of the nation."""


def table_of(column: str) -> np.ndarray:
    """Return a column of the shipped table."""
    return pd.read_csv(CONFIGS / "data" / "calibration.csv")[column].to_numpy()


def by_hand(problem: Problem, draws: Draws, channel: str, money: np.ndarray) -> np.ndarray:
    """Return the outcome a channel brings by week, shape (sample, week), for a path of its money, as docs/model.md says it."""
    k = problem.panel.channels.index(channel)
    quartile, shape = (draws.values(f"adstock_{name}")[k] for name in ("upper_quartile", "shape"))
    half, slope = (draws.values(f"saturation_{name}")[k] for name in ("half_saturation", "hill_slope"))
    lags = np.arange(problem.pathways[k].carryover.lags + 2)
    exposure = money / problem.scaling.exposure[0, k]
    found = []
    for n in range(draws.count):
        surviving = 4.0 ** -((lags / quartile[n]) ** shape[n])
        weight = (surviving[:-1] - surviving[1:]) / (surviving[0] - surviving[-1])
        raised = np.convolve(exposure, weight)[: len(exposure)] ** slope[n]
        found.append(raised / (half[n] ** slope[n] + raised))
    return problem.scaling.outcome[0] * draws.values("coefficient")[0, k][:, None] * np.array(found)


def difference(
    problem: Problem, draws: Draws, channel: str, paths: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Return what a channel brings by week on one path of money less on another."""
    run, without = (by_hand(problem, draws, channel, path) for path in paths)
    return run - without


def replaced(money: np.ndarray, first: int, weeks: np.ndarray) -> np.ndarray:
    """Return a path of money with some weeks replaced from the week `first` on."""
    return np.concatenate([money[:first], weeks, money[first + len(weeks) :]])


def expected_of(name: str, problem: Problem, draws: Draws, calibration: Calibration) -> np.ndarray:
    """Return the readouts by hand, shape (sample, readout): the paths are those of the tables and of the YAML."""
    item = calibration.evidence[0]
    if (
        name == "a geo test of a national panel"
    ):  # dark per head of the treated regions; else what their money bought
        share, spend = item.readouts[0].market_share, table_of("social_spend")
        assert share is not None and 0.1 < share < 0.4
        usual = np.sum([row[:4] for row in item.spend[0].without], axis=0) / share
        paths = replaced(spend, 100, np.zeros(4)), replaced(spend, 100, usual)
        return share * difference(problem, draws, "social", paths)[:, 100:108]
    if name == "a holdout of a share of people":  # three tenths saw what their money bought, and else nothing
        spend = table_of("search_spend")
        seen = np.full(4, 136578.42 / 0.3 / 4)
        paths = replaced(spend, 124, seen), replaced(spend, 124, np.zeros(4))
        return 0.3 * difference(problem, draws, "search", paths)[:, 124:131].sum(axis=1, keepdims=True)
    if name == "a test before the panel":  # behind weeks as they usually are
        usual = problem.scaling.exposure[0, problem.panel.channels.index("radio")]
        lead = np.full(40, usual)
        paths = np.r_[lead, np.full(4, 40000 / 0.25 / 4)], np.r_[lead, np.zeros(4)]
        return 0.25 * difference(problem, draws, "radio", paths)[:, 40:].sum(axis=1, keepdims=True)
    spend = table_of("tv_spend")
    return by_hand(problem, draws, "tv", spend).sum(axis=1, keepdims=True) / spend.sum()


@pytest.mark.parametrize("name", CASES)
def test_what_the_model_is_asked(name: str, tmp_path: Path) -> None:
    problem, calibration = checked(folder_with(tmp_path, CASES[name]))
    replay = problem.replay
    # no row of the nation is a test's alone: the panel keeps all of them
    assert replay is not None and problem.panel.observed.all()
    draws = next(iter(prior_draws(problem, 1).blocks(1)))[1]
    (found,) = predicted_readouts(problem, draws).values()
    expected = expected_of(name, problem, draws, calibration)
    assert found.shape[1] == (8 if name.startswith("a geo test") else 1)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())


def test_a_statement_is_weaker_and_an_old_test_may_be_off(tmp_path: Path) -> None:
    problem, _ = checked(folder_with(tmp_path, HEAD + DRAFT + IMPORTED))
    replay = problem.replay
    assert replay is not None
    statement, before = replay.experiments
    assert (statement.weaker, before.weaker) == (True, False)
    assert statement.covariance[0, 0] == pytest.approx((0.25 * 0.5) ** 2)
    assert before.age_variance == pytest.approx(0.1**2 * (1 - 2 ** (-2 * (183 / 7) / 52)))
    assert "typical active period" in before.notes[-1]


def small_folder(tmp_path: Path, text: str) -> Path:
    """Return a YAML beside the first 60 weeks of the shipped table, with the channels that the imported results name."""
    config = folder_with(tmp_path, text)
    table = pd.read_csv(tmp_path / "data" / "calibration.csv")
    table.head(60).to_csv(tmp_path / "data" / "calibration.csv", index=False)
    return config


def test_what_a_calibrated_run_keeps(tmp_path: Path) -> None:
    config = small_folder(tmp_path, SMALL + IMPORTED)
    first = Run.open(stages.run(config, output=tmp_path / "runs").run_dir)
    kept = sorted(path.name for path in first.path.glob("evidence/*.json"))
    assert len(kept) == 2 and "calibrate" in first.manifest["stages"]
    assert {"evidence_bias", "evidence_size_imported", "evidence_size_platform"} <= set(
        first.posterior()["posterior"]
    )
    groups = notebook.open_run(first.path).posterior()
    assert np.isfinite(groups["prior"]["evidence_bias"].values).all()
    assert groups["observed_data"].sizes["cell"] == 60
    with pytest.raises(ConfigError, match="no evidence"):
        notebook.fit(first.panel(), config)
    # Evidence of a run calibrates another one, which keeps the record too.
    (tmp_path / "data" / "tv.json").write_text((first.path / "evidence" / kept[1]).read_text())
    config.write_text(SMALL + "calibrate: {files: [data/tv.json]}\n")
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
