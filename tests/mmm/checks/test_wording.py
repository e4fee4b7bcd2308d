import string

import pytest

from mmm.checks import CHECKS, thresholds, wording


def test_every_sentence_ends_and_names_its_number() -> None:
    for name, sentence in vars(wording).items():
        if name.isupper() and " " in sentence.strip() and name not in ("CHASING_POSSIBLE",):
            assert sentence.endswith("."), name
            assert [
                field for _, field, _, _ in string.Formatter().parse(sentence) if field
            ] or "too few" in sentence


def test_checks_have_names_of_their_own_and_thresholds_are_ordered() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert thresholds.MAX_R_HAT < thresholds.FAILING_R_HAT
    assert thresholds.MIN_ESS > thresholds.FAILING_ESS
    assert thresholds.MIN_BFMI > thresholds.FAILING_BFMI
    assert thresholds.CHASING_POSSIBLE < thresholds.CHASING_CERTAIN
    assert thresholds.COLLINEARITY < thresholds.DUPLICATES


@pytest.mark.parametrize(
    ("p", "said"), [(0.0, "p < 0.001"), (4e-4, "p < 0.001"), (0.007, "p = 0.007"), (1.0, "p = 1.000")]
)
def test_a_p_value_says_no_more_than_it_is(p: float, said: str) -> None:
    assert wording.p_words(p) == said
