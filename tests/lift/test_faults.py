"""The table of faults of holdouts and imports, and its sentences."""

import re

import pytest

from lift.faults import FAULTS, fault


@pytest.mark.parametrize("code", FAULTS)
def test_every_code_says_what_is_wrong_and_what_to_do(code: str) -> None:
    family, meaning, remedy = FAULTS[code]
    assert re.fullmatch(r"(holdout|import|lift)-[a-z-]+|experiment[a-z-]*|exposure-alike", code)
    assert family in {"config", "data", "privacy"}
    assert meaning.endswith(".") and remedy.endswith(".")


def test_a_remedy_of_its_own_takes_the_place_of_the_table() -> None:
    code = next(iter(FAULTS))
    assert fault(code, "t.csv: users", "It is not there.").remedy == FAULTS[code][2]
    assert fault(code, "t.csv: users", "It is not there.", "Add it.").remedy == "Add it."


def test_a_code_that_the_table_lacks_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        fault("no-such-code", "here", "Something.")
