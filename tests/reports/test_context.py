"""Colours belong to channels, in every run that a page shows; names are marked where they may not stand alone."""

from dataclasses import replace

from reports.charts.palette import MUTED
from reports.context import BEFORE, Context, capital
from reports.inputs import read_inputs
from reports.numbers import Numbers
from tests.reports.made_run import World, make_run


def test_a_channel_has_one_colour_in_all_runs_and_those_of_this_run_keep_theirs(context, tmp_path) -> None:
    now = context()
    names = ("Kiosk", *World().names[:5], "Promotion")
    before = read_inputs(make_run(tmp_path, World(names=names, grouped=False)))
    both = Context.of(now.inputs, Numbers(), {BEFORE: before})
    assert {name: both.colour[name] for name in now.colour} == dict(now.colour)
    assert set(both.colour) - set(now.colour) == {"Kiosk"}
    assert both.colour["Kiosk"] not in {*now.colour.values(), MUTED}
    assert both.others[BEFORE] is before and now.others == {}


def test_a_group_has_the_colour_of_its_first_member(context) -> None:
    made = context()
    assert made.groups == {"Online video": "Online video + Display", "Display": "Online video + Display"}
    assert made.colour["Online video + Display"] == made.colour["Online video"] != made.colour["Display"]
    assert made.display("Display") == "Display (only within Online video + Display)"
    assert made.display("TV") == "TV" and made.caveat("TV") == ""


def test_parts_add_up_members_of_a_group(context) -> None:
    made = context()
    long = made.inputs.tables["waterfall"].assign(window="all")
    wide = made.parts(long, "window", "contribution_mean")
    assert next(iter(wide.columns)) == "Baseline" and "Display" not in wide
    members = long[long["component"].isin(["Online video", "Display"])]["contribution_mean"].sum()
    assert abs(wide["Online video + Display"].iloc[0] - members) < 1e-6 * members
    assert abs(wide.to_numpy().sum() - long["contribution_mean"].sum()) < 1e-6 * wide.to_numpy().sum()


def test_words_of_a_run(context) -> None:
    made = context()
    assert made.outcome_axis == "revenue, EUR"
    orders = replace(
        made.inputs, panel=replace(made.inputs.panel, outcome_name="orders", outcome_unit="orders")
    )
    assert Context(orders).outcome_axis == "orders"
    assert made.part("intercept", "baseline") == "base level"
    assert capital("tV spots") == "TV spots"
