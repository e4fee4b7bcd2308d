"""A row of the table: which texts are held against its expression, and what the engine makes of it."""

import pytest

from mixproof.privacy.recognisers.recogniser import Recogniser, bare
from tests.mixproof.privacy.recognised import families_seen

FORMS = {
    "any text": (Recogniser("made up", "", written="a+[0-9]*"), {"aa": True, "a12": True, "b12": False}),
    "digits alone": (Recogniser("made up", "", compact="[0-9]+", digits=(3, 4)), {"12-34": True, "12": False, "12a4": False}),
    "checked": (Recogniser("made up", "", written="[0-9]+", check="t::INTEGER % 7 = 0"), {"14": True, "15": False}),
    "inside": (Recogniser("made up", "", inside="x[0-9]{2}"), {"a x12 b": True, "x1": False}),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_the_engine_holds_a_text_to_the_form(name: str) -> None:
    row, texts = FORMS[name]
    assert families_seen([row], list(texts)) == [{"made up"} if seen else set() for seen in texts.values()]


@pytest.mark.parametrize(
    ("row", "digits", "possible"),
    [
        (Recogniser("a", ""), 0, True),
        (Recogniser("a", "", fewest_digits=3), 2, False),
        (Recogniser("a", "", fewest_digits=3), 3, True),
        (Recogniser("a", "", digits=(8, 9)), 7, False),
        (Recogniser("a", "", digits=(8, 9), fewest_digits=3), 12, True),
    ],
)
def test_a_text_of_fewer_digits_cannot_have_the_form(row: Recogniser, digits: int, possible: bool) -> None:
    assert row.possible(digits) is possible


def test_blanks_quotes_and_brackets_around_a_text_are_taken_off() -> None:
    assert bare(" '{<2024-01-01>}' ") == "2024-01-01"
