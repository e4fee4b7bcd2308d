from mixproof.catalogue import EXIT_CODES
from mmm.faults import FAULTS
from mmm.forecast.config import FAULTS as FORECAST
from mmm.plan.faults import FAULTS as PLAN


def test_every_code_is_given_once_with_a_known_family_and_whole_sentences() -> None:
    assert not set(FORECAST) & set(PLAN)
    own = len(FAULTS) - len(FORECAST) - len(PLAN)
    assert own > 0
    assert {code: FAULTS[code] for code in (*FORECAST, *PLAN)} == FORECAST | PLAN
    for family, meaning, remedy in FAULTS.values():
        assert family in EXIT_CODES
        assert meaning.endswith(".")
        assert remedy.endswith(".")
