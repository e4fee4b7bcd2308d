"""A verdict is as bad as its gravest finding; a note is told and changes no grade."""

import pytest

from mixproof.records.verdict import Finding, Status, Verdict


def verdict(*statuses: Status) -> Verdict:
    return Verdict(tuple(Finding(f"check {n}", status, "A sentence.") for n, status in enumerate(statuses)))


@pytest.mark.parametrize(
    ("statuses", "grade"),
    [
        (("pass", "pass"), "reportable"),
        (("pass", "note"), "reportable"),
        (("note", "warning", "pass"), "reportable with warnings"),
        (("warning", "failure", "note"), "not reportable"),
    ],
)
def test_the_gravest_finding_grades(statuses: tuple[Status, ...], grade: str) -> None:
    assert str(verdict(*statuses).grade) == grade


def test_reasons_are_all_but_passes_the_gravest_first() -> None:
    found = verdict("note", "pass", "warning", "failure", "note")
    assert [f.check for f in found.reasons] == ["check 3", "check 2", "check 0", "check 4"]
    assert [f.check for f in found.by_gravity] == ["check 3", "check 2", "check 0", "check 4", "check 1"]
    assert Verdict.from_dict(found.as_dict()) == found
