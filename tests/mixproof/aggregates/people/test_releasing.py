"""Sequences of releases are attacked together: late rows, filters, complements, moved windows, a minute later."""

import pandas as pd
import pytest

from benchmarks.releases import released, small_differences, worked_out
from mixproof.aggregates.people.releasing import Answer, RefusedError, answer
from mixproof.privacy.releases.registry import NOT_KEPT
from mixproof.privacy.releases.release import PEOPLE, Release


def test_no_difference_of_random_releases_tells_of_few_people() -> None:
    for seed in range(1000, 1003):
        out = released(seed)
        assert len(out) >= 3 and (small_differences(out), worked_out(out)) == (0, 0), seed


def test_without_comparison_they_do() -> None:
    outs = [released(seed, compare=False) for seed in range(1000, 1003)]
    assert all(small_differences(out) or worked_out(out) for out in outs)


ROWS = pd.DataFrame(
    [(region, week, 40 + 7 * place) for region in ("n", "s") for place, week in enumerate(("1", "2", "3"))],
    columns=["region", "week", PEOPLE],
)


def asked(
    rows: pd.DataFrame = ROWS, by: tuple[str, ...] = ("region", "week"), **where: tuple[str, ...]
) -> Release:
    """Return a request."""
    dims = tuple(name for name in rows.columns if name != PEOPLE)
    return Release(rows, dims, (by,), where, 10)


def then(*requests: Release) -> Answer:
    """Return what the last request is answered with after the others."""
    earlier: list[Release] = []
    for one in requests:
        entries = [(NOT_KEPT, release) for release in earlier]
        found = answer(one, entries, 0.1, ())
        earlier.append(found.release)
    return found


def plus(people: int, row: int = 0) -> pd.DataFrame:
    """Return the rows with more people in one."""
    return ROWS.assign(**{PEOPLE: ROWS[PEOPLE] + people * (ROWS.index == row)})


@pytest.mark.parametrize("people", [1, -9, 9])
def test_changes_of_few_people_wait(people: int) -> None:
    found = then(asked(), asked(plus(people)))
    assert found.stored is not None and found.held == 1 and not found.release.hidden
    assert found.release.facts[PEOPLE].tolist() == ROWS[PEOPLE].tolist()


def test_they_show_when_they_are_enough_and_are_not_forgotten_meanwhile() -> None:
    found = then(asked(), asked(plus(6)), asked(plus(12)))
    assert found.stored is None and found.held == 0
    assert found.release.facts[PEOPLE].iloc[0] == ROWS[PEOPLE].iloc[0] + 12


def test_the_same_request_has_the_same_answer_in_any_order_and_under_new_names() -> None:
    renamed = ROWS[::-1].rename(columns={"region": "area"})
    found = then(asked(), asked(renamed, ("area", "week")))
    assert found.stored is not None and found.names["region"] == "area"


def test_money_that_changes_while_people_do_not_waits() -> None:
    first, second = ROWS.assign(cents=1000), ROWS.assign(cents=1000)
    second.loc[0, "cents"] = 900
    requests = [Release(rows, ("region", "week"), (("region", "week"),), {}, 10) for rows in (first, second)]
    found = answer(requests[1], [(NOT_KEPT, requests[0])], 0.1, ["cents"])
    assert found.stored is not None and found.release.facts["cents"].tolist() == [1000] * 6


def test_a_complement_hides_what_its_difference_would_tell() -> None:
    rows = pd.concat([ROWS.assign(channel="a"), ROWS.assign(channel="b", **{PEOPLE: [3, 14, 12, 20, 2, 9]})])
    whole, part = asked(rows), asked(rows, channel=("a",))
    assert then(whole).besides == 0 and then(part).besides == 0
    assert then(whole, part).besides > 0


def test_a_window_hides_what_would_give_a_small_week() -> None:
    rows = plus(-37)  # three people in week 1 of the north
    requests = [asked(rows, ("region",), week=weeks) for weeks in (("1", "2", "3"), ("2", "3"))]
    assert then(requests[1]).besides == 0
    assert ("n", None) in then(*requests).release.hidden


def test_rows_made_by_hand_without_few_people_are_refused() -> None:
    coarse = ROWS.groupby("region", as_index=False)[[PEOPLE]].sum()
    coarse[PEOPLE] -= [4, 0]
    with pytest.raises(RefusedError, match="cannot stay as they were"):
        then(asked(coarse, ("region",)), asked())


def test_fewer_people_than_promised_before_are_not_shown() -> None:
    rows = plus(-34)  # six
    first = asked(rows)
    later = Release(rows, first.dims, first.tables, {}, 3)
    found = then(first, later)
    assert found.stored is not None and found.release.fewest == 10 and ("n", "1") in found.release.hidden


def test_rows_under_other_labels_are_refused() -> None:
    wide = pd.concat([ROWS, ROWS.assign(week=["4", "5", "6"] * 2, **{PEOPLE: [90, 95, 97, 99, 101, 103]})])
    labels = {"n": "r1", "s": "r2"}
    relabelled = wide.assign(region=wide["region"].map(labels), week="w" + wide["week"])
    with pytest.raises(RefusedError, match="under other levels"):
        then(asked(wide), asked(relabelled))
