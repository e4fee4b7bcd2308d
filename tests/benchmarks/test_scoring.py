"""The scoring of recovery studies, on estimates whose score can be worked out by hand."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

SOURCE = Path(__file__).parents[2] / "benchmarks" / "scoring.py"


@pytest.fixture(scope="module")
def scoring() -> ModuleType:
    """Load the file itself: studies are no part of the installed packages."""
    spec = importlib.util.spec_from_file_location("scoring", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rows(truths: list[float], seeds: list[int], reported: str = "alone") -> pd.DataFrame:
    """Return estimates of 1 with a 50 % interval from .8 to 1.2 and a 90 % interval from .5 to 1.5."""
    ends = {"mean": 1.0, "median": 1.0, "lower_50": 0.8, "upper_50": 1.2, "lower_90": 0.5, "upper_90": 1.5}
    return pd.DataFrame(
        [
            {"tool": "t", "world": "w", "seed": s, "quantity": "roi", "truth": v, "reported_as": reported}
            | ends
            for v, s in zip(truths, seeds, strict=True)
        ]
    )


@pytest.mark.parametrize(
    ("truth", "in_50", "in_90", "score"),
    [
        (1.1, 1.0, 1.0, 1.0),
        (1.4, 0.0, 1.0, 1.0),
        (1.6, 0.0, 0.0, 1.0 + 20 * 0.1),
        (0.2, 0.0, 0.0, 1.0 + 20 * 0.3),
    ],
)
def test_one_estimate(scoring: ModuleType, truth: float, in_50: float, in_90: float, score: float) -> None:
    found = scoring.scored(_rows([truth], [0])).iloc[0]
    assert found["error"] == pytest.approx(abs(truth - 1.0))
    assert found["width_90"] == pytest.approx(1.0)
    assert (found["covered_50"], found["covered_90"]) == (in_50, in_90)
    assert found["interval_score"] == pytest.approx(score)


def test_standard_errors_count_fits_not_channels(scoring: ModuleType) -> None:
    table = scoring.by_world(_rows([1.0, 1.0, 1.0, 9.0, 9.0, 9.0], [0, 0, 0, 1, 1, 1]))
    assert table.loc[0, "fits"] == 2
    assert table.loc[0, "covered_90"] == pytest.approx(0.5)
    # Two fits that cover 1 and 0: sd .7071 over sqrt(2).
    assert table.loc[0, "covered_90_se"] == pytest.approx(0.5)


def test_groups_stand_in_for_their_members_only_as_reported(scoring: ModuleType) -> None:
    rows = pd.concat([_rows([1.0], [0]), _rows([1.0], [0], "only within a + b"), _rows([1.0], [0], "sum")])
    assert list(scoring.channels_alone(rows)["reported_as"]) == ["alone", "only within a + b"]
    assert list(scoring.as_reported(rows)["reported_as"]) == ["alone", "sum"]


def test_row_takes_equal_tailed_quantiles(scoring: ModuleType) -> None:
    found = scoring.row({"tool": "t"}, "tv", "roi", 0.5, np.linspace(0, 1, 10_001).reshape(73, 137))
    ends = [found[name] for name in ("lower_90", "lower_50", "median", "upper_50", "upper_90")]
    assert ends == pytest.approx([0.05, 0.25, 0.5, 0.75, 0.95], abs=1e-4)


def test_appending_keeps_what_was_there_and_knows_what_was_run(scoring: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "fits.csv"
    assert scoring.fitted(file, "t") == set()
    for seed in (3, 4):
        scoring.append(file, [{"tool": "t", "world": "w", "seed": seed, "mean": 1.25}])
    back = pd.read_csv(file)
    assert list(back.columns) == list(scoring.COLUMNS)
    assert list(back["mean"]) == [1.25, 1.25]
    assert scoring.fitted(file, "t") == {("w", 3), ("w", 4)}
    assert scoring.fitted(file, "other") == set()


def test_markdown_follows_the_order_of_the_worlds(scoring: ModuleType) -> None:
    rows = pd.concat([_rows([1.0, 1.2], [0, 1]).assign(world=w) for w in ("late", "early")])
    lines = scoring.markdown(scoring.by_world(rows), ["early", "late"]).splitlines()
    assert [line.split(" | ")[1] for line in lines[2:]] == ["early", "late"]
    assert "1.00 (0.00)" in lines[2]
