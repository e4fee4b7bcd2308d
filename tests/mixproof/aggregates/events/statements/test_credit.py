"""Each rule by itself, on paths of known length, and whatever a window leaves out."""

import duckdb
import pytest

from mixproof.aggregates.events.statements.credit import RULES, WHOLE, credit
from tests.mixproof.aggregates.events.market import section

PLACES = [
    ("first", 3, [WHOLE, 0, 0]),
    ("last", 3, [0, 0, WHOLE]),
    ("linear", 3, [333_333, 333_333, 333_334]),
    ("linear", 7, [142_857] * 6 + [142_858]),
    ("position", 1, [WHOLE]),
    ("position", 2, [500_000, 500_000]),
    ("position", 3, [400_000, 200_000, 400_000]),
    ("position", 5, [400_000, 66_666, 66_666, 66_666, 400_002]),
]


def _credit(rule: str, n: int, more: str = "") -> list[int]:
    text = (
        f"SELECT {RULES[rule]} FROM (SELECT i, {n} AS n{more} FROM range(1, {n + 1}) AS r(i)) AS s ORDER BY i"
    )
    return [int(row[0]) for row in duckdb.sql(text).fetchall()]


@pytest.mark.parametrize(("rule", "n", "wanted"), PLACES)
def test_credit_by_place(rule: str, n: int, wanted: list[int]) -> None:
    assert _credit(rule, n) == wanted


def test_direct_visits_are_passed_over_unless_nothing_else_is_there() -> None:
    assert _credit("last_non_direct", 3, ", 2 AS marketing") == [0, WHOLE, 0]
    assert _credit("last_non_direct", 3, ", NULL AS marketing") == [0, 0, WHOLE]


@pytest.mark.parametrize("rule", ["first", "last", "linear", "position"])
def test_every_path_gives_away_all_of_a_conversion(rule: str) -> None:
    assert {sum(_credit(rule, n)) for n in range(1, 60)} == {WHOLE}


def test_weights_are_whole_numbers_that_halve() -> None:
    (numbered,) = [each for each in credit(section(credit={"windows": [15]})) if each.name == "numbered_15"]
    assert "WHEN age < 86400000000 THEN 1048576" in numbered.text
    assert "WHEN age < 691200000000 THEN 524288" in numbered.text
    assert "WHEN age < 1296000000000 THEN 262144" in numbered.text


def test_windows_share_their_pairs() -> None:
    found = credit(section(credit={"windows": [7, 30], "rules": ["linear"]}))
    assert sum(each.name == "pairs" for each in found) == 1
    assert f"t.at > c.at - {30 * 86_400_000_000}" in found[0].text
    assert "weight" not in "".join(each.text for each in found)
