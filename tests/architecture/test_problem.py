"""Panel and config are worked out once, into a `Problem`: nobody else takes the two side by side."""

import ast
from collections.abc import Iterator

from tests.architecture.source import SOURCES, nodes

WORKED_OUT_IN = "mmm/problem/"
ENTRIES = {
    "mmm/fit.py": {"fit"},
    "mmm/analyse.py": {"analyse"},
    "mmm/backtest/analyse.py": {"backtest"},
    "mmm/forecast/analyse.py": {"forecast"},
    "mmm/plan/forecast.py": {"forecast_plans"},
    "mmm/plan/analyse.py": {"make_plan"},
    "mmm/prior/check.py": {"check_prior"},
    "mmm/effects/labelled.py": {"effect_draws"},
    "mmm/effects/inference_groups.py": {"with_inference_groups"},
    "workflow/notebook.py": {"fit", "analyse"},
    "workflow/preflight.py": {"estimate"},
}
"""What a run or a notebook calls with what it has, and the check of memory before anything is worked out."""


def test_only_entries_take_panel_and_config_side_by_side() -> None:
    found = {(name, function) for name in SOURCES for function in _side_by_side(name)}
    assert {each for each in found if not each[0].startswith(WORKED_OUT_IN)} == {
        (name, function) for name, functions in ENTRIES.items() for function in functions
    }


def _side_by_side(name: str) -> Iterator[str]:
    for node in nodes(name):
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            types = {ast.unparse(each.annotation) for each in arguments if each.annotation}
            names = {each.arg for each in arguments}
            if {"panel", "config"} <= names or {"Panel", "MmmConfig"} <= types:
                yield node.name
