import json
from typing import Any

import pytest
from pydantic import ValidationError

from lift.config import LiftConfig
from lift.kinds import ANALYSES

IMPORTED = {
    "name": "a",
    "kind": "imported",
    "channels": ["tv"],
    "source": "other",
    "scope": "total",
    "outcome_kind": "count",
    "unit": "conversions",
    "point": 1.0,
    "se": 1.0,
}


def _config(**changes: Any) -> LiftConfig:
    return LiftConfig.model_validate_json(
        json.dumps({"currency": "EUR", "experiments": [IMPORTED], **changes})
    )


def test_the_smallest_section() -> None:
    config = _config()
    assert config.level == 0.95
    assert config.experiments[0].kind == "imported"


REFUSED = [
    ({"currency": "Euro"}, "currency"),
    ({"experiments": []}, "experiments"),
    ({"experiments": [{**IMPORTED, "kind": "hunch"}]}, "kind"),
    ({"experiments": [{**IMPORTED, "chanels": ["tv"]}]}, "chanels"),
    ({"experiments": [{**IMPORTED, "point": "1.0"}]}, "point"),
    ({"experiments": [IMPORTED, IMPORTED]}, "given twice"),
    ({"experiments": [{**IMPORTED, "start": "2025-01-01"}]}, "both start and end"),
    ({"experiments": [{**IMPORTED, "money": {"margin": 1.5}}]}, "margin"),
    ({"level": 1.0}, "level"),
    (
        {"registry": [{"name": "a", "channels": ["tv"], "started": "2025-01-01", "state": "running"}]},
        "given twice",
    ),
    ({"registry": [{"name": "b", "channels": ["tv"], "started": "2025-01-01", "state": "lost"}]}, "state"),
]


@pytest.mark.parametrize(("changes", "words"), REFUSED)
def test_refused(changes, words) -> None:
    with pytest.raises(ValidationError, match=words):
        _config(**changes)


def test_every_kind_has_an_analysis() -> None:
    members = LiftConfig.model_json_schema()["properties"]["experiments"]["items"]["discriminator"]["mapping"]
    kinds = {section.model_fields["kind"].annotation.__args__[0] for section in ANALYSES}
    assert set(members) == kinds
