from typing import get_args

import numpy as np
import pandas as pd
import pytest

from lift.attribution.config import RuleName
from lift.attribution.credit.rules import RULES, credit_of
from mixproof.errors import DataError
from tests.lift.attribution.credit.paths_cases import ALL, read, section, table
from tests.lift.attribution.credit.test_markov import random_rows


def test_every_name_of_the_yaml_has_a_rule() -> None:
    assert set(get_args(RuleName)) == set(RULES) == set(ALL)


@pytest.mark.parametrize("rule", ALL)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_credit_adds_up_and_does_not_depend_on_the_order_of_rows(rule: str, seed: int) -> None:
    frame = table((*random_rows(seed), ("(other)", 7, 3, 11.0), ("", 5, 60_000, 13.0)))
    frame["conversions"] = frame["conversions"] / 7  # fractional counts add up differently in another order
    paths = read(frame)
    shuffled = read(frame.sample(frac=1.0, random_state=seed))
    for credit, again in zip(RULES[rule](paths, section()), RULES[rule](shuffled, section()), strict=True):
        assert credit.conversions.sum() == pytest.approx(paths.conversions.sum(), rel=1e-12)
        assert credit.value is not None
        assert credit.value.sum() == pytest.approx(paths.value.sum(), rel=1e-12)
        assert np.array_equal(credit.conversions, again.conversions)
        assert np.array_equal(credit.value, again.value)


@pytest.mark.parametrize("rule", ALL)
def test_a_path_in_two_rows_counts_as_in_one(rule: str) -> None:
    frame = table(random_rows(4))
    halves = pd.concat([frame, frame]).assign(
        **{c: lambda f, c=c: f[c] / 2 for c in ("conversions", "nulls", "value")}
    )
    for one, two in zip(
        RULES[rule](read(frame), section()), RULES[rule](read(halves), section()), strict=True
    ):
        np.testing.assert_allclose(one.conversions, two.conversions, rtol=1e-12)


def test_rules_that_compare_are_refused_without_nulls() -> None:
    with pytest.raises(DataError) as caught:
        credit_of(read(table().assign(nulls=0)), section())
    assert caught.value.faults[0].code == "credit-without-nulls"
    with pytest.raises(ValueError, match=r"needs paths\.nulls"):
        section(("markov",), nulls=None)


def test_shapley_is_refused_for_many_channels() -> None:
    rows = tuple((f"channel {k}", 1, 1, 1.0) for k in range(16))
    with pytest.raises(DataError) as caught:
        credit_of(read(table(rows)), section())
    assert caught.value.faults[0].code == "credit-too-many-channels"
