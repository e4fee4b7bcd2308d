"""The table of controls and treatments to come."""

from pathlib import Path

import numpy as np
import pytest

from mixproof.errors import DataError
from mmm.config import MmmConfig
from mmm.forecast.config import Outlook
from mmm.forecast.future import continued, later_dates
from mmm.forecast.given import read_given
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel

PANEL = random_panel(Shape(geos=2, dates=60, controls=2, treatments=1))
DAYS = [str(day) for day in later_dates(PANEL, 3)]
ROWS = [f"{day},{geo},{number}" for number, day in enumerate(DAYS) for geo in PANEL.geos]


def write(folder: Path, lines: list[str]) -> Path:
    file = folder / "future.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_paths_are_read_in_any_order_and_used(tmp_path: Path) -> None:
    file = write(tmp_path, ["date,geo,control 1", *reversed(ROWS), "1999-01-04,geo 0,x"])
    given = read_given(file, PANEL, 3)
    np.testing.assert_array_equal(given["control 1"].values, [[0, 1, 2], [0, 1, 2]])
    found = continued(build_problem(PANEL, MmmConfig()), Outlook(), 3, 3, given=given)
    np.testing.assert_array_equal(found.panel.data["controls"].values[:, 60:, 1], [[0, 1, 2], [0, 1, 2]])
    assert "as given" in {each.said for each in found.assumed if each.name == "control 1"}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["date,geo,control 1", *ROWS[1:]], f"no row of {DAYS[0]} in geo 0"),
        (["date,geo,control 1", *ROWS, ROWS[0]], "several rows of"),
        (["date,geo,price", *ROWS], "No control or treatment is called so"),
        (["date,control 1", *ROWS], "It is not there"),
        (["date,geo,control 1", ROWS[0][:-1] + "n/a", *ROWS[1:]], "there is no number"),
        (["date,geo,control 1", ROWS[0][:-1] + "inf", *ROWS[1:]], "there is no number"),
    ],
)
def test_a_table_that_does_not_say_everything_once_is_refused(
    tmp_path: Path, lines: list[str], words: str
) -> None:
    with pytest.raises(DataError) as refused:
        read_given(write(tmp_path, lines), PANEL, 3)
    assert words in refused.value.faults[0].what
