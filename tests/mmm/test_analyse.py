from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.panel import Panel
from mixproof.records.verdict import Grade
from mmm.analyse import Analysis, analyse
from mmm.checks import CHECKS
from mmm.checks import approximation as draft
from mmm.config import MmmConfig
from mmm.effects.response import response_table
from mmm.effects.results import cautious, curve_draws
from mmm.effects.tables import CHANNELS_BEFORE, TABLES
from mmm.problem.problem import build_problem


@pytest.fixture(scope="module")
def analysis(demo: tuple[Panel, MmmConfig, Any]) -> Analysis:
    panel, config, tree = demo
    return analyse(tree, panel, config)


def test_every_table_is_written_with_its_columns(analysis: Analysis) -> None:
    tables = [
        table for table in TABLES if table is not CHANNELS_BEFORE
    ]  # of a second fit, which `calibrate.refit` asks for
    assert set(analysis.tables) == {table.name for table in tables}
    for table in tables:
        frame = analysis.tables[table.name]
        assert list(frame.columns) == [column.name for column in table.columns]
        assert len(frame)


def test_every_check_has_its_say_and_the_table_is_the_verdict(analysis: Analysis) -> None:
    assert {finding.check for finding in analysis.verdict.findings} == {
        check.name for check in CHECKS if check.name != draft.NAME
    }
    table = analysis.tables["verdict"]
    assert list(table["sentence"]) == [finding.sentence for finding in analysis.verdict.findings]
    assert not table["sentence"].str.contains(r"[{}]|nan", regex=True).any()


def test_the_prior_is_not_reportable(analysis: Analysis) -> None:
    """Forty prior draws are no posterior: too few, and every channel's prior decides."""
    assert analysis.verdict.grade is Grade.NOT_REPORTABLE
    dominated = [f for f in analysis.verdict.findings if f.check == "prior_domination"]
    assert len(dominated) == 6


def test_response_curves_are_those_of_the_draws(
    demo: tuple[Panel, MmmConfig, Any], analysis: Analysis
) -> None:
    panel, config, tree = demo
    problem = build_problem(panel, config)
    table = response_table(problem, curve_draws(problem, tree["posterior"].to_dataset()), {})
    shown = analysis.tables["response"].assign(caution="")  # the verdict is not asked of the draws
    pd.testing.assert_frame_equal(shown, table, check_exact=True)


def test_the_same_posterior_gives_the_same_tables(
    demo: tuple[Panel, MmmConfig, Any], analysis: Analysis
) -> None:
    panel, config, tree = demo
    again = analyse(tree, panel, config)
    for name, frame in analysis.tables.items():
        assert frame.equals(again.tables[name]), name
    fit = analysis.tables["fit"]
    decomposition = analysis.tables["decomposition"].groupby("date")["contribution_mean"].sum()
    np.testing.assert_allclose(decomposition.to_numpy(), fit["expected_mean"].to_numpy(), rtol=1e-9)


def test_every_row_of_every_table_about_a_marked_channel_says_so(analysis: Analysis) -> None:
    """Rows are found by their cells, so that a new table of channels is asked, too; what no mark is needed for is named."""
    tables = cautious(analysis.tables, ["tv"], ["social"])
    for channel, mark in (("tv", "mixed with demand"), ("social", "mostly assumed")):
        named = {}
        for name, table in tables.items():
            texts = table.drop(columns="caution", errors="ignore").select_dtypes(exclude="number")
            about = texts.apply(
                lambda column, one=channel: column.map(lambda cell: one in str(cell).split(" + "))
            ).any(axis=1)
            if about.any():
                named[name] = bool(
                    "caution" in table and table.loc[about, "caution"].str.contains(mark).all()
                )
        assert {name for name, said in named.items() if not said} == {"carryover", "verdict"}
        assert len(named) >= 10


def test_rows_about_a_channel_mixed_with_demand_say_so_in_every_table() -> None:
    """Parameters that are its return, sums with it, and itself; a channel of a similar name is another one."""
    channels = pd.DataFrame(
        {"channel": ["tv", "tv2", "tv + radio"], "reported_as": ["alone", "alone", "sum"], "caution": ""}
    )
    labels = ["media_value[tv]", "coefficient[north, tv]", "media_value[tv2]", "noise"]
    tables = {
        "channels": channels,
        "parameters": pd.DataFrame({"parameter": labels, "caution": ""}),
        "carryover": pd.DataFrame({"channel": ["tv"]}),
    }
    mark = "mixed with demand"
    found = cautious(tables, ["tv"])
    assert list(found["channels"]["caution"]) == [mark, "", mark]
    assert list(found["channels"]["reported_as"]) == [mark, "alone", "sum"]
    assert list(found["parameters"]["caution"]) == [mark, mark, "", ""]
    assert found["carryover"] is tables["carryover"]
    assert set(cautious(tables, [])["channels"]["caution"]) == {""}
    both = cautious(tables, ["tv"], ["tv", "radio"])
    assert list(both["channels"]["caution"]) == [f"{mark}; mostly assumed", "", f"{mark}; mostly assumed"]
    comma = {"parameters": pd.DataFrame({"parameter": ["media_value[Search, brand]", "media_value[brand]"]})}
    assert list(cautious(comma, ["Search, brand"])["parameters"]["caution"]) == [mark, ""]
