"""What pages need from a run folder, typed."""

import pandas as pd
import pytest

from mixproof.records.run import Run
from reports.inputs import Interval, RunFolder, read_inputs


def test_facts_of_the_panel(context):
    panel = context(geos=("North", "South")).inputs.panel
    assert (panel.currency, panel.outcome_unit, panel.period, panel.geos) == (
        "EUR",
        "EUR",
        "week",
        ("North", "South"),
    )
    assert panel.ledger[0]["excluded"] == 4


def test_groups_replace_their_members_in_what_is_reported(context):
    inputs = context().inputs
    assert list(inputs.channels["channel"]) == [
        "TV",
        "Search",
        "Paid social",
        "Online video",
        "Display",
        "Newsletter",
        "Promotion",
    ]
    assert list(inputs.reported["channel"]) == [
        "TV",
        "Search",
        "Paid social",
        "Newsletter",
        "Promotion",
        "Online video + Display",
    ]


def test_dates_are_dates_and_empty_texts_are_texts(context):
    inputs = context().inputs
    assert pd.api.types.is_datetime64_any_dtype(inputs.table("fit")["date"])
    assert inputs.table("channels")["reported_as"].notna().all()
    assert inputs.table("no such table").empty


@pytest.mark.parametrize(
    ("interval", "name"),
    [
        (Interval(0.9, "equal_tailed"), "90\u00a0% equal-tailed credible interval"),
        (Interval(0.95, "highest_density"), "95\u00a0% highest-density credible interval"),
        (Interval(0.975, "equal_tailed"), "97.5\u00a0% equal-tailed credible interval"),
    ],
)
def test_interval_states_kind_and_level(interval, name):
    assert interval.name == name


def test_without_value_there_is_no_return(context):
    assert context(kind="count", valued=True).inputs.roi_known
    assert not context(kind="count", valued=False).inputs.roi_known


def test_manifest_without_panel_facts_is_refused(summary):
    run = summary().run
    bare = type(run)(run.path, {"name": "x"}, run.config, run.verdict, run.frames)
    with pytest.raises(KeyError, match="panel"):
        read_inputs(bare)


def test_run_offers_what_reports_read():
    offered = set(Run.__dict__) | set(Run.__dataclass_fields__)
    assert {name for name in vars(RunFolder) if not name.startswith("_")} <= offered
