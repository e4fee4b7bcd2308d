"""A release: its cells, what identifies it, and how it is kept."""

import pandas as pd

from mixproof.privacy.releases.release import PEOPLE, Release, from_record

ROWS = pd.DataFrame(
    [("n", "1", 30, 5), ("n", "2", 4, 6), ("s", "1", 25, 7), ("s", "3", 40, 8)],
    columns=["region", "week", PEOPLE, "orders"],
)


def release(rows: pd.DataFrame = ROWS, fewest: int = 10, **where: tuple[str, ...]) -> Release:
    """Return a release by region and week."""
    return Release(
        rows, ("region", "week"), (("region", "week"), ("region",)), where, fewest, frozenset({("n", "2")})
    )


def test_cells_are_those_of_all_tables_once() -> None:
    cells = list(release(week=("1", "2")).cells())
    assert len(cells) == len(set(cells)) == 9 and (None, None) in cells and ("s", "3") not in cells
    assert release(week=("1", "2")).filtered()[PEOPLE].tolist() == [30, 4, 25]
    assert release().measures == (PEOPLE, "orders") and release().levels("week") == ("1", "2", "3")


def test_the_order_of_rows_does_not_matter_and_everything_else_does() -> None:
    one = release()
    assert (
        one.request() == release(ROWS[::-1]).request()
        and one.fingerprint() == release(ROWS[::-1]).fingerprint()
    )
    others = [release(fewest=20), release(week=("1", "2")), release(ROWS.assign(**{PEOPLE: [30, 4, 25, 41]}))]
    assert len({one.request(), *(other.request() for other in others)}) == 4
    assert one.fingerprint() == others[0].fingerprint() == others[1].fingerprint() != others[2].fingerprint()
    assert len(set(one.sketch()) & set(others[2].sketch())) == 3


def test_a_record_gives_the_release_back() -> None:
    one = release(week=("1", "2"))
    again = from_record(one.as_record())
    assert (
        again.as_record() == one.as_record()
        and again.request() == one.request()
        and again.hidden == one.hidden
    )


def test_the_grid_has_the_levels_that_are_asked_for() -> None:
    grid = release().grid({"region": ["n", "s", "w"], "week": ["1", "3"]}, PEOPLE)
    assert grid.tolist() == [[30, 0], [25, 40], [0, 0]]
    assert not release().grid({"region": ["n"], "week": ["1"]}, "visits").any()
