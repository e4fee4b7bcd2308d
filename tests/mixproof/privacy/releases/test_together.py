"""Releases attacked as one."""

import pandas as pd
import pytest

from mixproof.privacy.releases import together
from mixproof.privacy.releases.release import PEOPLE, Release
from mixproof.privacy.releases.together import TooLargeError, hidden_besides, related

ROWS = pd.DataFrame(
    [("n", "1", 30), ("n", "2", 4), ("s", "1", 25), ("s", "2", 40)], columns=["region", "week", PEOPLE]
)


def release(
    rows: pd.DataFrame = ROWS, table: tuple[str, ...] = ("region",), **where: tuple[str, ...]
) -> Release:
    """Return a release that hides nothing."""
    dims = tuple(name for name in rows.columns if name != PEOPLE)
    return Release(rows, dims, (table,), where, 10)


WEEK_1, ALL = release(week=("1",)), release()


def test_what_two_releases_give_away_together_is_hidden_in_the_new_one() -> None:
    assert hidden_besides(ALL, []) == frozenset() == hidden_besides(WEEK_1, [])
    assert hidden_besides(ALL, [WEEK_1]) == {("n", None), ("s", None)}
    assert hidden_besides(WEEK_1, [ALL]) == {("n", None), ("s", None)}


def test_what_is_out_already_is_no_reason_to_hide() -> None:
    assert hidden_besides(release(), [WEEK_1, ALL]) == frozenset()


def test_three_releases_of_which_no_two_tell_anything() -> None:
    weeks = pd.DataFrame({"week": list("12345"), PEOPLE: [30, 40, 3, 50, 60]})
    whole, first, last = (release(weeks, ("week",), week=tuple(kept)) for kept in ("12345", "12", "45"))
    totals = [Release(one.facts, one.dims, one.tables, one.where, 10, frozenset((level,) for level in "12345"))
              for one in (whole, first, last)]  # fmt: skip
    assert hidden_besides(totals[1], totals[:1]) == frozenset()
    assert hidden_besides(totals[2], totals[:1]) == frozenset() == hidden_besides(totals[2], totals[1:2])
    assert hidden_besides(totals[2], totals[:2]) == {(None,)}


def test_rows_that_have_changed_are_other_unknowns() -> None:
    later = ROWS.assign(**{PEOPLE: [30, 34, 25, 40]})
    assert hidden_besides(release(later), [WEEK_1]) == frozenset()


def test_releases_are_related_through_each_other() -> None:
    def of(*weeks: str) -> Release:
        return release(pd.DataFrame({"week": list(weeks), PEOPLE: [30] * len(weeks)}), ("week",))

    earlier = [of("3", "4"), of("8"), of("2", "3")]
    assert related(of("1", "2"), earlier) == [earlier[0], earlier[2]]


def test_too_many_groups_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "MOST_GROUPS", 3)
    with pytest.raises(TooLargeError, match="4 groups"):
        hidden_besides(ALL, [WEEK_1])
