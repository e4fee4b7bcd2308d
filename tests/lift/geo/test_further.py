"""What more is asked of the cells of a test: the test without its cool-down, and further outcomes."""

from pathlib import Path

import pandas as pd
import pytest

from lift.geo.analyse import analyse_geo
from mixproof.errors import DataError
from tests.lift.geo.test_analyse import context, folder, section

__all__ = ["folder"]


def test_the_test_without_its_cool_down_is_that_of_a_test_that_ends_there(folder: Path) -> None:
    """From the fits of the whole, without doing everything twice."""
    whole = analyse_geo(section(), context(folder))
    alone = next(row for row in whole.rows if "without cool-down" in row["method"])
    shorter = analyse_geo(section(cooldown_days=0), context(folder))
    total = next(row for row in shorter.rows if row["estimand"] == "incremental_outcome")
    assert alone["role"] == "comparison"
    assert alone["estimate"] == pytest.approx(total["estimate"], rel=0.05)
    assert alone["upper"] - alone["lower"] == pytest.approx(total["upper"] - total["lower"], rel=0.3)


def test_further_outcomes_are_judged_together(folder: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(folder / "geo.csv")
    frame["visits"], frame["returns"] = frame["outcome"] * 2, frame["spend"] + 5
    frame.to_csv(tmp_path / "geo.csv", index=False)
    asked = section(secondary=[{"outcome": "visits"}, {"outcome": "returns"}], cooldown_days=0)
    result = analyse_geo(asked, context(tmp_path))
    first = next(r for r in result.rows if r["estimand"] == "relative_lift" and r["role"] == "primary")
    further = [r for r in result.rows if r["role"] == "secondary" and r["estimand"] == "relative_lift"]
    assert [r["outcome"] for r in further] == ["visits", "returns"]
    assert further[0]["estimate"] == pytest.approx(first["estimate"])
    assert further[0]["level"] == pytest.approx(1 - 0.1 / 3) and first["level"] == 0.9
    assert further[0]["upper"] - further[0]["lower"] >= first["upper"] - first["lower"]
    words = next(f.sentence for f in result.findings if f.check == "several_outcomes")
    p = first["p_value"]
    assert f"outcome {min(1, 3 * p):.3g}, visits" in words  # Holm: three times the smallest of three
    assert len(result.pool) == 2 and {item.outcome for item in result.pool} == {""}
    with pytest.raises(DataError, match="vists"):
        analyse_geo(section(secondary=[{"outcome": "vists"}]), context(tmp_path))
