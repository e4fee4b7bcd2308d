"""What statements may know of each role: identifiers are keys, labels are labels, and tables without people are free."""

import pytest

from mixproof.aggregates.events.sql.static_check import FREE, KEY, LABEL, ROW
from mixproof.aggregates.events.statements.inputs import dimensions, inputs
from mixproof.aggregates.events.statements.program import checked, statements
from tests.mixproof.aggregates.events.market import section

LEVELS = [
    ("web", "event", KEY), ("web", "person", KEY), ("web", "time", ROW), ("web", "bot", ROW), ("web", "channel", LABEL),
    ("shop", "value", ROW), ("shop", "currency", FREE), ("ads", "cost", FREE), ("ads", "channel", FREE), ("links", "device", KEY),
    ("rates", "rate", FREE), ("social_holdout", "arm", LABEL), ("social_holdout", "person", KEY), ("web", "fault", FREE),
]  # fmt: skip


@pytest.mark.parametrize(("source", "role", "level"), LEVELS)
def test_the_level_of_a_role(source: str, role: str, level: int) -> None:
    (given,) = [each for each in inputs(section()) if each.source.name == source]
    trait = given.traits().columns[role]
    assert trait.level == level
    assert trait.person == (level == KEY and role != "event")


def test_only_tables_without_people_are_cells() -> None:
    assert {each.source.name for each in inputs(section()) if each.traits().cells} == {"ads", "rates"}


def test_dimensions_stand_in_one_order() -> None:
    touches = section().model_dump(mode="json", exclude_none=True)["touches"][:1]
    touches[0]["columns"] |= {"geo": "geo", "campaign": "campaign"}
    config = section(touches=touches, panel={"media_by": ["geo", "campaign", "channel"]})
    assert dimensions(config) == ("channel", "campaign", "geo")


def test_every_statement_passes_the_check_and_has_a_name_of_its_own() -> None:
    config = section(
        credit={"windows": [7, 30]}, bounds={"touches_a_day": 3, "conversions": 2, "value": 100.0}
    )
    made = [statement.name for statement, _ in checked(config)]
    assert made == [statement.name for statement in statements(config)]
    assert len(set(made)) == len(made) > 50
