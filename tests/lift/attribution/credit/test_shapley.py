import numpy as np
import pytest

from lift.attribution.credit.rules import RULES
from lift.attribution.credit.shapley import coalition_worth, shapley_values
from tests.lift.attribution.credit.paths_cases import SMALL, read, section, table


def test_worth_of_sets_by_hand() -> None:
    paths = read(table())
    worth = coalition_worth(paths, paths.conversions, 0.0)
    # sets of A, B, C as bits 1, 2, 4
    assert worth[0b001] == 5 / 200
    assert worth[0b010] == 0.0  # no path of B alone was seen
    assert worth[0b011] == (10 + 5 + 8) / (100 + 200 + 50)
    assert worth[0b100] == 2 / 100
    assert worth[0b101] == (5 + 2 + 3) / (200 + 100 + 33)
    assert worth[0b110] == 2 / 100
    assert worth[0b111] == 34 / (34 + 469)


def test_two_players_by_hand() -> None:
    np.testing.assert_allclose(shapley_values(np.array([0.0, 1.0, 3.0, 10.0])), [4.0, 6.0])


def test_a_player_that_lowers_the_rate_has_a_negative_value() -> None:
    assert shapley_values(np.array([0.0, 0.4, 0.0, 0.2]))[1] == pytest.approx(-0.1)
    rows = (("A", 40, 60, 1.0), ("A > B", 1, 199, 1.0), ("B", 0, 100, 1.0))
    (credit,) = RULES["shapley"](read(table(rows)), section())
    assert credit.conversions[1] < 0
    assert credit.conversions.sum() == pytest.approx(41)


def test_untouched_journeys_are_what_a_channel_adds_to() -> None:
    plain = RULES["shapley"](read(table()), section())
    untouched = RULES["shapley"](read(table((*SMALL, ("", 20, 980, 100.0)))), section())
    (before,), (after,) = plain, untouched
    assert before.effect is not None
    assert after.effect is not None
    assert before.effect.sum() == pytest.approx(34 / 503)
    assert after.effect.sum() == pytest.approx(34 / 503 - 20 / 1000)
    assert after.conversions.sum() == pytest.approx(34)


def test_without_any_effect_there_is_no_credit() -> None:
    (credit,) = RULES["shapley"](read(table((("A", 1, 99, 1.0), ("", 50, 50, 1.0)))), section())
    assert np.isnan(credit.conversions).all()
    assert credit.note.startswith("no credit")
