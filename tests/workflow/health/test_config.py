"""The `health:` section: limits in their order, and what is wrong with others in words."""

import pytest
from pydantic import ValidationError

from workflow.health.config import HealthConfig
from workflow.health.measures import MEASURES


def test_defaults_are_those_of_the_brief() -> None:
    config = HealthConfig()
    assert (config.completeness.ticket, config.completeness.page) == (0.95, 0.9)
    assert (config.match_rate.ticket, config.match_rate.page) == (0.9, 0.75)
    assert (config.unattributed.ticket, config.agreement.ticket, config.success.ticket) == (0.05, 0.8, 0.99)
    assert (config.late.ticket, config.burn_rate.page) == (0.01, 4.0)
    assert all(hasattr(config, measure.option) for measure in MEASURES)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"completeness": {"ticket": 0.5, "page": 0.9}}, "must not be above `ticket`"),
        ({"late": {"ticket": 0.5, "page": 0.1}}, "must not be below `ticket`"),
        ({"match_rate": {"persistence": 0}}, "greater than or equal to 1"),
        ({"objective": 1}, "less than 1"),
        ({"completness": {}}, "Extra inputs"),
    ],
)
def test_what_is_out_of_order_is_said(section: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError) as raised:
        HealthConfig.model_validate(section, strict=False)
    assert words in str(raised.value)
