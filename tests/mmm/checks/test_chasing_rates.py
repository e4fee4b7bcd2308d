import dataclasses

import pandas as pd
import pytest

from benchmarks.kinds import RESULTS, rates
from mmm.checks.chasing_rates import RATES, nearest

CASES = [
    (("weekly", 52, False), "of one year of weeks"),
    (("weekly", 130, False), "of three years of weeks"),
    (("weekly", 400, False), "of four years of weeks"),
    (("weekly", 150, True), "of two years of weeks in eight regions"),
    (("daily", 300, True), "of a year and a half of days"),
    (("monthly", 36, False), "of six years of months"),
    (("yearly", 53, False), "of one year of weeks"),
]


@pytest.mark.parametrize(("data", "like"), CASES)
def test_the_nearest_worlds_have_the_frequency_and_then_the_length(
    data: tuple[str, int, bool], like: str
) -> None:
    assert nearest(*data).like == like


def test_the_rates_are_those_of_the_committed_table() -> None:
    made = rates(pd.read_csv(RESULTS / "kinds_chasing.csv"))
    assert [str(dataclasses.astuple(each)) for each in made] == [
        str(dataclasses.astuple(each)) for each in RATES
    ]
