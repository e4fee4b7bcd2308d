"""The finance section refuses what does not fit together, with the sentence that says what does."""

from typing import Any

import pytest
from pydantic import ValidationError

from mixproof.aggregates.finance.config import FinanceConfig

LEDGER: dict[str, Any] = {"ledger": {"file": "l.csv"}, "accounts": [{"account": "1"}]}
END = {"month": 1, "weekday": "sunday"}
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"calendar": {"kind": "table"}}, "`file` names the table"),
    ({"calendar": {"file": "t.csv"}}, "`file` names the table"),
    ({"calendar": {"kind": "4-4-5"}}, "`year_ends` says"),
    ({"calendar": {"year_ends": END}}, "`year_ends` says"),
    ({"calendar": {"kind": "4-4-5", "year_ends": END, "year_starts": 4}}, "`year_starts` is for"),
    ({"ledger": {"file": "l.csv"}}, "come together"),
    ({"accounts": [{"account": "1"}]}, "come together"),
    ({"adjusted": ["FY2024-P01"]}, "there is none"),
    ({"closed": {"file": "c.csv"}}, "there is none"),
    (LEDGER | {"accounts": [{"account": "1"}, {"account": "1", "channels": ["tv"]}]}, "twice"),
]


@pytest.mark.parametrize(("section", "said"), REFUSED)
def test_what_does_not_fit_is_refused(section: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        FinanceConfig.model_validate(section, strict=False)


def test_files_are_those_that_are_read_each_once() -> None:
    config = FinanceConfig.model_validate(
        LEDGER | {"closed": {"file": "l.csv"}, "calendar": {"kind": "table", "file": "t.csv"}}, strict=False
    )
    assert config.files == ["t.csv", "l.csv"]
    assert FinanceConfig().files == []
