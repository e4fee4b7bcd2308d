"""Claims beyond what was tested are judged again once there is a model; others are left as they were."""

from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.records.run_folder.output import Output
from mixproof.records.verdict import Finding, Verdict
from tests.mmm.random_panels import Shape, random_panel
from workflow import lazy
from workflow.config import parse_config
from workflow.preflight import Limits
from workflow.progress import Display
from workflow.stages.attribution import has_claims_and_model, judge_again
from workflow.stages.state import RunState

YAML = """\
name: small
attribution:
  currency: EUR
  systems: [{name: ads, file: ads.csv, outcome: orders}]
"""
DATA = """\
data:
  frequency: weekly
  currency: EUR
  tables: [{file: media.csv, date: week}]
  outcome: {column: revenue, kind: revenue}
  channels: [{name: tv, spend: tv}]
mmm: {}
"""
REACH = Verdict((Finding("attribution_reach", "warning", "Beyond.", None, 1.5, "ads"),))
OTHER = Verdict((Finding("fake", "pass", "A sentence."),))


def judged(
    status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[RunState, list[tuple[Any, ...]]]:
    asked: list[tuple[Any, ...]] = []

    def analyse(*how: Any) -> Any:
        asked.append(how)
        return SimpleNamespace(tables={"attribution": "again"}, verdict=Verdict(()))

    monkeypatch.setitem(lazy.FUNCTIONS, "analyse_attribution", analyse)
    state = RunState(
        parse_config(YAML), Output(tmp_path, "small"), tmp_path, Display(None), Limits(), ExitStack()
    )
    state.panel = random_panel(Shape(paid=1))
    dates = state.panel.data["date"].values.astype("datetime64[D]").astype(str)
    state.facts.update(start=dates[2], end=dates[11])
    response = pd.DataFrame(
        {"channel": "paid 0", "spend": [0.0, 70.0, 140.0], "outcome_mean": [0.0, 50.0, 80.0]}
    )
    state.tables.update(attribution=pd.DataFrame({"status": ["tested", status]}), response=response)
    state.verdicts += [OTHER, REACH]
    judge_again(state)
    return state, asked


def test_claims_beyond_what_was_tested_are_judged_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, [how] = judged("beyond what was tested", tmp_path, monkeypatch)
    curve = how[-1]["paid 0"]
    assert curve.days == 70 and curve.outcome.tolist() == [0.0, 50.0, 80.0]
    week = tuple(state.panel.data["date"].values[[3, 3]].astype("datetime64[D]").astype(str))
    end = str(np.datetime64(week[0]) + np.timedelta64(6, "D"))
    assert curve.between(week[0], end) == pytest.approx(float(state.panel.data["spend"].values[0, 3, 0]))
    assert state.tables["attribution"] == "again"
    assert state.verdicts == [OTHER, Verdict(())]


def test_others_are_left_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, asked = judged("never tested", tmp_path, monkeypatch)
    assert not asked and state.verdicts == [OTHER, REACH]


def test_a_run_with_claims_and_a_model_wants_it() -> None:
    assert has_claims_and_model(parse_config(YAML + DATA))
    assert not has_claims_and_model(parse_config(YAML))
