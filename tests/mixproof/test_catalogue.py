"""The catalogue of faults."""

import pytest

from mixproof.catalogue import ERRORS, EXIT_CODES, GROUND, collect


def test_every_family_has_the_exit_code_of_its_error() -> None:
    assert EXIT_CODES == {
        "config": 2,
        "data": 3,
        "privacy": 4,
        "trust": 5,
        "resource": 6,
        "lock": 7,
        "integrity": 8,
        "internal": 70,
    }
    assert len({error.exit_code for error in ERRORS}) == len(ERRORS)


def test_the_rooms_agree() -> None:
    entries = collect(GROUND)
    assert entries["config-unknown-key"].exit_code == 2
    assert list(entries) == sorted(entries, key=lambda code: (entries[code].exit_code, code))
    assert all(entry.meaning.endswith(".") and entry.remedy.endswith(".") for entry in entries.values())


@pytest.mark.parametrize(
    "rooms",
    [({"a": ("config", "x", "y")}, {"a": ("data", "x", "y")}), ({"a": ("no family", "x", "y")},)],
)
def test_rooms_that_contradict_each_other_are_refused(
    rooms: tuple[dict[str, tuple[str, str, str]], ...],
) -> None:
    with pytest.raises(ValueError, match="fault code a"):
        collect(rooms)
