"""A first config from the table of an experiment, which is then read and analysed as it was drafted."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lift.analyse import analyse, read_experiments
from lift.design.analyse import read_plans
from mixproof.aggregates.init.draft import draft_config
from mixproof.errors import DataError
from workflow.config import load_config

ROOT = Path(__file__).parents[4]
DAYS = pd.date_range("2024-01-01", periods=60)


def drafted(folder: Path, file: str, currency: str | None = None):  # type: ignore[no-untyped-def]
    """Return the draft of a table, written and read as a run would read it."""
    draft = draft_config([file], folder, currency)
    path = (folder / file).with_suffix(".yaml")
    path.write_text(draft.yaml)
    return draft, load_config(path)


@pytest.mark.parametrize(
    ("file", "control", "share", "estimands"),
    [
        ("calibration_people.csv", "no search", 0.25, {"conversion", "revenue"}),
        ("lift_holdout.csv", "holdout", 0.2009, {"conversion", "revenue"}),
        ("attribution_search_holdout.csv", "held out", None, {"conversion", "revenue"}),
    ],
)
def test_an_arm_table_becomes_a_holdout_that_runs(
    tmp_path: Path, file: str, control: str, share: float | None, estimands: set[str]
) -> None:
    shutil.copy(ROOT / "configs/data" / file, tmp_path / file)
    draft, config = drafted(tmp_path, file, "EUR")
    (test,) = config.lift.experiments
    assert test.control.name == control
    assert share is None or test.control.share == share
    assert any("Shares are those of the people in the table" in words for words in draft.guesses)
    table = analyse(config.lift, tmp_path, 1).tables["lift"]
    assert len(set(table["outcome"])) == len(estimands)


ODD: list[tuple[str, dict[str, str]]] = [
    ("Test Group,Users Assigned,Conversions (total)", {"arm": "Test Group", "users": "Users Assigned"}),
    ("variantName,totalUsers,convertedUsers", {"arm": "variantName", "converters": "convertedUsers"}),
    ("Experiment arm,# of people,Number of orders", {"converters": "Number of orders"}),
    ("who,Sample size,Buyers [n]", {"arm": "who", "users": "Sample size", "converters": "Buyers [n]"}),
    ("is_treated,n,Total purchases", {"arm": "is_treated", "users": "n"}),
]


@pytest.mark.parametrize(("header", "columns"), ODD, ids=[header for header, _ in ODD])
def test_an_arm_table_with_odd_headers_becomes_a_holdout(
    tmp_path: Path, header: str, columns: dict[str, str]
) -> None:
    names = ("0", "1") if header.startswith("is_") else ("Control group", "Ads")
    rows = f"{names[0]},20000,400\n{names[1]},60000,1290\n"
    (tmp_path / "arms.csv").write_text(f"{header}\n{rows}")
    draft, config = drafted(tmp_path, "arms.csv", "EUR")
    (test,) = config.lift.experiments
    found = test.columns.model_dump()
    assert test.kind == "holdout" and test.control.name == names[0] and test.control.share == 0.25
    assert {role: found[role] for role in columns} == columns
    table = analyse(config.lift, tmp_path, 1).tables["lift"]
    difference = table[(table["estimand"] == "conversion_rate_difference") & (table["role"] == "primary")]
    assert difference["estimate"].tolist() == pytest.approx([1290 / 60000 - 400 / 20000])
    assert any("people who ordered" in words for words in draft.guesses) == header.endswith(
        ("orders", "purchases")
    )


def geo_table(folder: Path, **columns: np.ndarray) -> None:
    """Write eight regions of sixty days."""
    random = np.random.default_rng(1)
    rows = pd.MultiIndex.from_product([[f"r{i}" for i in range(8)], DAYS.strftime("%Y-%m-%d")]).to_frame(
        index=False
    )
    rows.columns = ["region", "date"]
    pd.concat([rows.assign(orders=random.poisson(100, len(rows))), pd.DataFrame(columns)], axis=1).to_csv(
        folder / "geo.csv", index=False
    )


ON = np.zeros((8, 60), dtype=int)
ON[2:4, 40:54] = 1


@pytest.mark.parametrize(
    ("during", "said"),
    [(0.0, "go_dark"), (40.0, "heavy_up"), (None, "heavy_up")],
    ids=["dark", "more", "no spend"],
)
def test_a_geo_table_that_says_who_was_treated_becomes_a_test(
    tmp_path: Path, during: float | None, said: str
) -> None:
    spend = {} if during is None else {"video_spend": np.where(ON == 1, during, 20.0).ravel()}
    geo_table(tmp_path, treated=ON.ravel(), **spend)
    _, config = drafted(tmp_path, "geo.csv", "EUR")
    (test,) = config.lift.experiments
    assert (str(test.start), str(test.end), test.cells[0].geos) == ("2024-02-10", "2024-02-23", ("r2", "r3"))
    assert test.intervention == said and test.channels == (("media",) if during is None else ("video",))
    read_experiments(config.lift, tmp_path, 1)


def test_a_geo_table_without_a_test_becomes_a_plan(tmp_path: Path) -> None:
    geo_table(tmp_path, video_spend=np.full(480, 20.0))
    draft, config = drafted(tmp_path, "geo.csv")
    assert config.design.plans[0].sizes == (1,) and config.design.currency == "EUR"
    assert any("No amount says its currency" in words for words in draft.guesses)
    assert read_plans(config.design, tmp_path)["geo test"][0].period_days == 1


def test_revenue_without_squares_is_left_out_and_said(tmp_path: Path) -> None:
    (tmp_path / "arms.csv").write_text("group,n,buyers,revenue\ncontrol,1000,20,900\ntest,3000,90,4000\n")
    draft, config = drafted(tmp_path, "arms.csv")
    (test,) = config.lift.experiments
    assert test.columns.revenue is None and test.control.share == 0.25
    assert any("Revenue is left out" in words for words in draft.guesses)


LATER = ON.copy()
LATER[3, 40:47] = 0
BREAK = ON.copy()
BREAK[2, 45:48] = 0


@pytest.mark.parametrize(
    ("column", "cells", "said"),
    [
        (np.where(ON == 1, "yes", "no"), [("treated", ("r2", "r3"), None)], "in 2 geos from 2024-02-10 to 2024-02-23"),
        (ON == 1, [("treated", ("r2", "r3"), None)], "in 2 geos from 2024-02-10 to 2024-02-23"),
        (LATER, [("treated 1", ("r2",), "2024-02-10"), ("treated 2", ("r3",), "2024-02-17")], "a cell for each span"),
        (BREAK, [("treated", ("r2", "r3"), None)], "is 0 in 3 rows between the first and the last day"),
    ],
    ids=["yes and no", "true and false", "one begins later", "a break"],
)  # fmt: skip
def test_whoever_was_treated_when_is_read_as_the_column_says_it(
    tmp_path: Path, column: np.ndarray, cells: list[tuple[str, tuple[str, ...], str | None]], said: str
) -> None:
    geo_table(tmp_path, treated=column.ravel())
    draft, config = drafted(tmp_path, "geo.csv", "EUR")
    (test,) = config.lift.experiments
    read = [(cell.name, cell.geos, cell.start and str(cell.start)) for cell in test.cells]
    assert read == cells and (str(test.start), str(test.end)) == ("2024-02-10", "2024-02-23")
    assert any(said in words for words in draft.guesses)
    read_experiments(config.lift, tmp_path, 1)


def test_an_arm_of_fewer_people_than_none_is_a_fault_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "arms.csv").write_text("arm,users,converters\ncontrol,-100,0\ntest,3000,90\n")
    _, config = drafted(tmp_path, "arms.csv", "EUR")
    with pytest.raises(DataError, match=r"arms\.csv"):
        analyse(config.lift, tmp_path, 1)
