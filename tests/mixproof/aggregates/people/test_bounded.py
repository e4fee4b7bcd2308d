"""What a person adds is bounded by the engine, or declared and refused where it does not hold."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.people import noised as module
from mixproof.aggregates.people.noised import NOISE_SD
from mixproof.errors import DataError, MixproofError, PrivacyError
from mixproof.privacy.releases.registry import DEBITED
from tests.mixproof.aggregates.people.test_noised import ARMS, outcomes, released, section


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the ends of registries in a folder of the test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def bought(people: int = 40) -> pd.DataFrame:
    """Return rows of persons: some in several regions, one who spends very much, one refund, one of nobody."""
    rng = np.random.default_rng(3)
    who = [f"p{at % people}" for at in range(4 * people)]
    rows = pd.DataFrame({"who": who, "region": rng.choice(["n", "s", "w", "x"], len(who)), "week": "1"})
    rows["orders"] = rng.integers(1, 4, len(who))
    rows["revenue"] = np.round(rng.exponential(60, len(who)), 2)
    rows.loc[:2, "revenue"] = [9000.5, -30.25, 12.0]
    rows.loc[5, "who"] = ""
    return rows


OF_PERSONS: dict[str, Any] = {
    "by": [["region", "week"], ["week"]], "people": "buyers", "counts": ["orders"], "money": ["revenue"],
    "noise": {"rho": 0.1, "person": "who", "rows_per_person": 2, "most": {"orders": 3, "revenue": 100},
              "levels": {"region": ["n", "s", "w"], "week": ["1", "2"]}},
}  # fmt: skip


@pytest.mark.parametrize("decimal", [".", ","])
def test_the_engine_bounds_what_a_person_adds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decimal: str
) -> None:
    monkeypatch.setattr(module, "noised", lambda values, sensitivity, rho: values)
    config = section(**OF_PERSONS, decimal=decimal)
    rows = bought()
    written = rows.assign(revenue=[f"{value:.2f}".replace(".", decimal) for value in rows["revenue"]])
    tables = released(tmp_path, config, written).tables
    inside = rows[rows["who"].ne("") & rows["region"].isin(["n", "s", "w"])]
    cells = inside.groupby(["who", "region"])[["orders", "revenue"]].sum()
    cells = cells.clip(lower=0, upper=[3, 100], axis=1)
    table = tables["test_by_region_week"].set_index(["region", "week"])
    assert len(table) == 6 and (table.xs("2", level="week")[["buyers", "orders"]] == "0").to_numpy().all()
    in_cells = cells.groupby("who").size().clip(upper=2).sum()
    assert table["buyers"].astype(int).sum() == in_cells
    assert table["orders"].astype(int).sum() <= 3 * in_cells and table["revenue"].astype(float).max() > 100
    assert table["buyers" + NOISE_SD].iloc[0] == pytest.approx(np.sqrt(2) / np.sqrt(2 * 0.1 / 6))
    assert table["revenue" + NOISE_SD].iloc[0] == pytest.approx(100 * np.sqrt(2) / np.sqrt(2 * 0.1 / 6))
    week = tables["test_by_week"].set_index("week")
    assert week.loc["1", "buyers"] == str(inside["who"].nunique())
    by_person = inside.groupby("who")[["orders", "revenue"]].sum().clip(lower=0, upper=[3, 100], axis=1).sum()
    assert int(str(week.loc["1", "orders"])) == by_person["orders"]
    assert float(str(week.loc["1", "revenue"])) == pytest.approx(by_person["revenue"])


def test_one_person_moves_numbers_by_no_more_than_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "noised", lambda values, sensitivity, rho: values)
    rows, found = bought(), []
    for name, kept in (("all", rows), ("without", rows[rows["who"] != "p0"])):
        (tmp_path / name).mkdir()
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / name / "state"))
        found.append(released(tmp_path / name, section(**OF_PERSONS), kept).tables["test_by_region_week"])
    for measure, most in (("buyers", 1), ("orders", 3), ("revenue", 100)):
        moved = found[0][measure].astype(float) - found[1][measure].astype(float)
        assert 0 < np.sqrt((moved**2).sum()) <= most * np.sqrt(2) + 1e-9


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (ARMS.assign(buyers=[20_001, 400]), "larger than `noise.most`"),
        (pd.concat([ARMS, ARMS.iloc[:1]]), "a person would count twice"),
        (bought().assign(orders="some"), "are no number"),
        (bought().assign(region="elsewhere"), "would be noise alone"),
        (ARMS.assign(arm=["one", "other"]), "would be noise alone"),
        (bought().drop(columns="region"), "no column region"),
        (bought().assign(region=[f"mail{at}@example.com" for at in range(160)]), "identifiers"),
    ],
    ids=["bound", "twice", "no number", "nobody", "no arm", "no column", "identifier"],
)
def test_what_cannot_be_bounded_is_refused_before_any_debit(
    tmp_path: Path, rows: pd.DataFrame, says: str
) -> None:
    config = section(**OF_PERSONS) if "who" in rows else section()
    with pytest.raises(MixproofError, match=says) as refused:
        released(tmp_path, config, rows)
    assert isinstance(refused.value, DataError | PrivacyError) and DEBITED not in outcomes(tmp_path)
    assert "some" not in str(refused.value).replace("something", "") and "mail1@" not in str(refused.value)
