import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from lift.geo.config import Geo
from lift.geo.data.assignment_file import assigned
from mixproof.errors import DataError

ROWS = [("a", "high", 1), ("b", "", 1), ("c", "low", 2), ("d", "control", 2), ("e", "high", 3), ("f", "", 3)]


def section(**assignment: Any) -> Geo:
    plan = {"file": "who.csv", **assignment}
    text = {"kind": "geo", "name": "test", "channels": ["tv"], "start": "2024-03-01", "end": "2024-03-12",
            "data": {"file": "geo.csv"}, "cells": [{"name": "high"}, {"name": "low"}], "assignment": plan}  # fmt: skip
    return Geo.model_validate_json(json.dumps(text))


def write(folder: Path, rows: list[tuple[str, str, int]] = ROWS) -> None:
    pd.DataFrame(rows, columns=["geo", "cell", "pair"]).to_csv(folder / "who.csv", index=False)


def test_cells_and_pairs_come_from_the_file(tmp_path: Path) -> None:
    write(tmp_path)
    found = assigned(section(kind="strata", group="pair"), tmp_path)
    assert [cell.geos for cell in found.cells] == [("a", "e"), ("c",)]
    assert found.assignment is not None and found.assignment.groups == (("a", "b"), ("c", "d"), ("e", "f"))
    assert section().files == ("geo.csv", "who.csv")


def test_a_column_of_the_series_says_it_on_every_row(tmp_path: Path) -> None:
    write(tmp_path, ROWS * 3)
    assert [len(cell.geos) for cell in assigned(section(), tmp_path).cells] == [2, 1]


REFUSED = [
    ([*ROWS, ("a", "low", 1)], {}, "geo-assignment", "1 geos stand in two cells"),
    ([row for row in ROWS if row[1] != "low"], {}, "geo-assignment", "No geo is in cell 'low'"),
    ([*ROWS, ("g", "middle", 4)], {}, "geo-assignment", "'middle', which is no cell"),
    (ROWS, {"cell": "cells"}, "geo-column", "nearest is 'cell'"),
]


@pytest.mark.parametrize(("rows", "changes", "code", "words"), REFUSED)
def test_differences_between_file_and_yaml_are_faults(
    tmp_path: Path, rows: list[tuple[str, str, int]], changes: dict[str, str], code: str, words: str
) -> None:
    write(tmp_path, rows)
    with pytest.raises(DataError) as refused:
        assigned(section(**changes), tmp_path)
    assert refused.value.faults[0].code == code and words in refused.value.faults[0].what


def test_the_remedy_for_an_unnamed_cell_works(tmp_path: Path) -> None:
    write(tmp_path, [(geo, cell or "none", pair) for geo, cell, pair in ROWS if geo != "d"])
    with pytest.raises(DataError) as refused:
        assigned(section(), tmp_path)
    assert "control: none" in refused.value.faults[0].remedy
    assert assigned(section(control="none"), tmp_path).cells[0].geos == ("a", "e")


def test_geos_are_named_in_one_place() -> None:
    text = section().model_dump_json()
    for cells in ([{"name": "high", "geos": ["a"]}], [{"name": "high"}]):
        plan = {"kind": "chosen"} if "geos" not in cells[0] else {"file": "who.csv"}
        with pytest.raises(ValidationError, match="cells name"):
            Geo.model_validate_json(json.dumps({**json.loads(text), "cells": cells, "assignment": plan}))
