"""A table of people is released: what is hidden, what adds up, what is said, and what is refused."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from mixproof.aggregates.people.config import PrivacyConfig
from mixproof.aggregates.people.protection import previewed_tables, protected_tables, registry_faults
from mixproof.errors import MixproofError
from mixproof.privacy.releases.ends import state_folder
from mixproof.privacy.releases.registry import REFUSED, RELEASED, opened

ROWS = pd.DataFrame(
    [
        ("north", "tv", 40, 400.10), ("north", "search", 33, 330.25), ("south", "tv", 6, 61.5),
        ("south", "search", 21, 210.0), ("west", "tv", 25, 250.75), ("west", "search", 30, 300.0),
    ],
    columns=["region", "channel", "buyers", "revenue"],
)  # fmt: skip


def section(**changes: object) -> PrivacyConfig:
    """Return the section for the table above."""
    table = {
        "name": "buyers",
        "file": "t.csv",
        "by": [["region", "channel"]],
        "people": "buyers",
        "money": ["revenue"],
    }
    top = {key: changes.pop(key) for key in ("fewest_people", "most_hidden") if key in changes}
    return PrivacyConfig.model_validate({**top, "tables": [table | changes]})


def released(folder: Path, rows: pd.DataFrame = ROWS, **changes: object) -> tuple[pd.DataFrame, str]:
    """Return the one table and what is said about it."""
    rows.to_csv(folder / "t.csv", index=False)
    (found,) = protected_tables(section(**changes), folder)
    (table,) = found.tables.values()
    return table.set_index(["region", "channel"]), " ".join(found.sentences)


def test_a_small_number_is_hidden_with_what_would_give_it_back(tmp_path: Path) -> None:
    table, said = released(tmp_path)
    hidden = table.index[table["status"] == "hidden"]
    assert ("south", "tv") in hidden
    others = hidden.drop([("south", "tv")])
    assert len(others) == 3 and ("south", "search") in others
    assert table.loc[table["status"] == "hidden", ["buyers", "revenue"]].isna().all(axis=None)
    assert (
        "1 are hidden because they are of fewer than 10 people, 3 because sums would give those back" in said
    )
    assert "release coarser levels" in said


def test_shown_and_hidden_cells_add_up_to_the_cent(tmp_path: Path) -> None:
    table, _ = released(tmp_path)
    finest = table[[("(all)" not in key) for key in table.index]]
    shown = finest[finest["status"].isin(["shown", "sum of the hidden cells"])]
    assert shown["buyers"].astype(int).sum() == ROWS["buyers"].sum() == int(table["buyers"]["(all)", "(all)"])
    cents = [int(text.replace(".", "")) for text in shown["revenue"]]
    assert sum(cents) == 155260 and table["revenue"]["(all)", "(all)"] == "1552.60"


def test_rows_of_the_same_levels_are_added_up_and_said(tmp_path: Path) -> None:
    _, said = released(tmp_path)
    assert "rows have the levels" not in said
    table, said = released(tmp_path, pd.concat([ROWS, ROWS.head(2)]))
    assert table["buyers"]["north", "tv"] == "80"
    assert "2 rows have the levels of another row, and were added to it." in said


def test_where_all_have_people_enough_everything_is_shown(tmp_path: Path) -> None:
    table, said = released(tmp_path, fewest_people=3)
    assert set(table["status"]) == {"shown"} and len(table) == 12
    assert said.startswith("12 of 12 numbers with people are published, each of at least 6 people.")


def test_too_few_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MixproofError) as refused:
        released(tmp_path, ROWS.assign(buyers=1))
    assert [(fault.code, fault.where) for fault in refused.value.faults] == [
        ("people-too-few", "release buyers")
    ]


def test_identifiers_are_no_levels(tmp_path: Path) -> None:
    people = ROWS.assign(region=[f"anna{i}@example.com" for i in range(6)])
    with pytest.raises(MixproofError) as refused:
        released(tmp_path, people)
    assert {fault.code for fault in refused.value.faults} == {"identifier"}


def test_tables_of_nobody_have_nothing_to_hide(tmp_path: Path) -> None:
    table, said = released(tmp_path, ROWS.assign(buyers=0, revenue=0))
    assert set(table["status"]) == {"shown"} and said.startswith("0 of 0 numbers")


def test_a_second_release_of_one_file_is_compared_with_the_first(tmp_path: Path) -> None:
    ROWS.to_csv(tmp_path / "t.csv", index=False)
    tables = [
        {"name": name, "file": "t.csv", "by": [["region", "channel"]], "people": "buyers", **more}
        for name, more in (("a", {}), ("b", {}), ("c", {"where": {"channel": ["tv"]}}))
    ]
    first, second, third = protected_tables(PrivacyConfig.model_validate({"tables": tables}), tmp_path)
    assert "again: nothing that may be told has changed" in " ".join(second.sentences)
    (one,), (other,), (part,) = first.tables.values(), second.tables.values(), third.tables.values()
    assert one.equals(other)
    hidden = set(one.loc[(one["channel"] == "tv") & (one["status"] == "hidden"), "region"])
    assert hidden and hidden <= set(part.loc[part["status"] == "hidden", "region"])


def kept(folder: Path, rows: pd.DataFrame = ROWS, **changes: object) -> str:
    """Return what is said about a release that is written into the registry of a folder of runs."""
    rows.to_csv(folder / "t.csv", index=False)
    with registry_faults(), opened(folder / "runs") as registry:
        (found,) = protected_tables(section(**changes), folder, registry, keep=True)
    return " ".join(found.sentences)


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_what_differs_by_few_people_is_refused_until_more_has_changed(tmp_path: Path) -> None:
    kept(tmp_path, by=[["region"]])
    changed = ROWS.assign(buyers=ROWS["buyers"] + [2, 0, 0, 0, 0, 0])
    with pytest.raises(MixproofError) as refused:
        kept(tmp_path, changed)
    (fault,) = refused.value.faults
    assert fault.code == "people-differs" and "wait until more has changed" in fault.remedy
    assert "8 of 12 numbers" in kept(tmp_path, ROWS.assign(buyers=ROWS["buyers"] + [20, 0, 0, 0, 0, 0]))
    assert "as another `population`" in fault.remedy
    assert "numbers with people are published" in kept(tmp_path, changed, population="callers")
    with opened(tmp_path / "runs") as registry:
        assert [entry.outcome for entry in registry.entries] == [RELEASED, REFUSED, RELEASED, RELEASED]


def test_a_registry_that_is_gone_is_put_back_or_given_up(tmp_path: Path) -> None:
    kept(tmp_path)
    (tmp_path / "runs" / ".releases").rename(tmp_path / "away")
    for look in (kept, lambda folder: previewed_tables(section(), folder, folder / "runs")):
        with pytest.raises(MixproofError) as refused:
            look(tmp_path)
        (fault,) = refused.value.faults
        assert fault.code == "people-registry" and "Put its folder back from a copy" in fault.remedy
    shutil.rmtree(tmp_path / "runs" / ".releases")
    (tmp_path / "away").rename(tmp_path / "runs" / ".releases")
    assert "again" in kept(tmp_path)
    (tmp_path / "runs").rename(tmp_path / "old")
    (end,) = (tmp_path / "state").rglob("*.json")
    assert str(end) in fault.what and "take away its file in the user's state folder" in fault.remedy
    end.unlink()
    assert "again" not in kept(tmp_path)


@pytest.mark.parametrize("blocked", ["state", "runs/.releases"])
def test_folders_that_may_not_be_written_are_named_before_anything_is_released(
    tmp_path: Path, blocked: str
) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / blocked).write_text("a file, where a folder should be")
    with pytest.raises(MixproofError) as refused:
        kept(tmp_path)
    (fault,) = refused.value.faults
    assert fault.code == "people-unwritable" and str(tmp_path / blocked) in fault.what
    assert not (tmp_path / "runs" / ".releases" / "registry.jsonl").exists()
    assert "name another one as XDG_STATE_HOME" in fault.remedy and "`--output`" in fault.remedy
    (tmp_path / blocked).unlink()
    assert "numbers with people are published" in kept(tmp_path)


def test_a_relative_state_folder_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "state")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert state_folder() == tmp_path / ".local/state/mixproof/releases"


def test_rows_of_another_folder_of_runs_are_refused(tmp_path: Path) -> None:
    kept(tmp_path)
    with pytest.raises(MixproofError) as refused, opened(tmp_path / "others") as registry:
        protected_tables(section(), tmp_path, registry, keep=True)
    assert "were released under the registry" in str(refused.value)


def test_rows_that_are_deleted_close_the_books(tmp_path: Path) -> None:
    kept(tmp_path)
    with opened(tmp_path / "runs") as registry:
        registry.forget(days=-1)
    with pytest.raises(MixproofError) as refused:
        kept(tmp_path)
    assert "whose rows are deleted by now" in str(refused.value)
