"""What pydantic refuses, in words (torture lines 7, 9, 13)."""

from datetime import date
from typing import Annotated, Literal

import pytest
from pydantic import Field, model_validator

from mixproof.config import Section
from mixproof.errors import PrivacyError
from mixproof.yaml.source import scan_yaml
from mixproof.yaml.validation import in_file_order, nearest, suggestion, validate


class Circle(Section):
    """Round."""

    kind: Literal["circle"]
    """Which shape."""
    radius: Annotated[float, Field(gt=0)]
    """Half of the diameter."""


class Box(Section):
    """Square."""

    kind: Literal["box"]
    """Which shape."""
    sides: Annotated[tuple[int, ...], Field(min_length=1)] = (1,)
    """Lengths."""


class Inner(Section):
    """A section inside."""

    channels: tuple[str, ...] = ()
    """Names."""
    low: float = 0.0
    """Lower end."""
    high: float = 1.0
    """Upper end."""

    @model_validator(mode="after")
    def _ordered(self) -> "Inner":
        if self.low > self.high:
            raise ValueError("low lies above high")
        return self


class Outer(Section):
    """A section."""

    name: str
    """What it is called."""
    count: int = 1
    """How many."""
    value: Annotated[str, Field(max_length=9)] | Annotated[float, Field(gt=0)] | None = None
    """A column or a number."""
    inner: Inner = Inner()
    """More."""
    named: dict[str, Inner] = Field(default_factory=dict)
    """More, by name."""
    shapes: tuple[Annotated[Circle | Box, Field(discriminator="kind")], ...] = ()
    """Things."""
    family: Literal["hill", "logistic"] = "hill"
    """Shape of the curve."""
    day: date | None = None
    """A day."""


CASES = {
    "unknown at the top": ("name: x\ncoumt: 2", "config-unknown-key", "x:2 coumt", "Did you mean `count`?"),
    "unknown inside": (
        "name: x\ninner:\n  chanels: [a]",
        "config-unknown-key",
        "x:3 inner.chanels",
        "`channels`",
    ),
    "unknown under a name": (
        "name: x\nnamed: {a: {hgh: 1}}",
        "config-unknown-key",
        "x:2 named.a.hgh",
        "`high`",
    ),
    "unknown in a union": (
        "name: x\nshapes:\n- kind: circle\n  radius: 1\n  sides: [1]",
        "config-unknown-key",
        "x:5 shapes[0].sides",
        "Known here: `kind`, `radius`.",
    ),
    "a class to run": ("name: x\nclass: os.system", "config-unknown-key", "x:2 class", "Known here"),
    "missing": ("count: 2", "config-missing-key", "x:1 name", "What it is called."),
    "missing in a union": (
        "name: x\nshapes: [{kind: circle}]",
        "config-missing-key",
        "x:2 shapes[0].radius",
        "Half of the diameter.",
    ),
    "no tag": ("name: x\nshapes: [{radius: 1}]", "config-missing-key", "x:2 shapes[0]", "Add `kind`."),
    "wrong tag": ("name: x\nshapes: [{kind: circl}]", "config-not-allowed", "x:2 shapes[0]", "`circle`"),
    "literal": ("name: x\nfamily: hil", "config-not-allowed", "x:2 family", "Allowed: 'hill' or 'logistic'."),
    "quoted number": ('name: x\ncount: "12"', "config-wrong-type", "x:2 count", "Write a whole number."),
    "grouped digits": ("name: x\ncount: 1,000", "config-wrong-type", "x:2 count", "Write a whole number."),
    "underscored digits": (
        "name: x\ncount: 1_000",
        "config-wrong-type",
        "x:2 count",
        "Write a whole number.",
    ),
    "true for a number": (
        "name: x\ninner: {low: true}",
        "config-wrong-type",
        "x:2 inner.low",
        "Write a number.",
    ),
    "fraction": ("name: x\ncount: 1.5", "config-wrong-type", "x:2 count", "Write a whole number."),
    "1e3 as whole number": ("name: x\ncount: 1e3", "config-wrong-type", "x:2 count", "Write a whole number."),
    "number for text": ("name: 1.10", "config-wrong-type", "x:1 name", "Write text."),
    "true for text": ("name: true", "config-wrong-type", "x:1 name", "Write text."),
    "text for a list": (
        "name: x\ninner: {channels: tv}",
        "config-wrong-type",
        "x:2 inner.channels",
        "a list",
    ),
    "list for a mapping": ("name: x\ninner: [1]", "config-wrong-type", "x:2 inner", "a mapping"),
    "union of types": ("name: x\nvalue: [1]", "config-wrong-type", "x:2 value", "Write text or a number."),
    "union, range": ("name: x\nvalue: -1", "config-out-of-range", "x:2 value", "It must be greater than 0."),
    "empty list": (
        "name: x\nshapes: [{kind: box, sides: []}]",
        "config-out-of-range",
        "x:2 shapes[0].sides",
        "at least 1",
    ),
    "no date": ("name: x\nday: 2024-02-30", "config-wrong-type", "x:2 day", "Write a date like 2024-01-31."),
    "contradiction": ("name: x\ninner: {low: 3}", "config-inconsistent", "x:2 inner", "More."),
    "empty value": ("name:", "config-wrong-type", "x:1 name", "Write text."),
}


@pytest.mark.parametrize("case", CASES)
def test_faults(case: str) -> None:
    text, code, where, remedy = CASES[case]
    section, faults = validate(Outer, scan_yaml(text.encode(), "x"))
    assert section is None
    assert [(fault.code, fault.where) for fault in faults] == [(code, where)]
    assert remedy in faults[0].remedy


def test_what_is_right_is_taken_and_nothing_is_coerced() -> None:
    text = "name: NO\nvalue: 2\nday: 2024-01-31\nshapes: [{kind: box, sides: [1, 2]}]\nnamed: {on: {high: 2}}"
    section, faults = validate(Outer, scan_yaml(text.encode(), "x"))
    assert faults == ()
    assert section == Outer(
        name="NO",
        value=2.0,
        day=date(2024, 1, 31),
        shapes=(Box(kind="box", sides=(1, 2)),),
        named={"on": Inner(high=2.0)},
    )


def test_all_faults_at_once_in_the_order_of_the_file() -> None:
    text = "name: x\nzzz: 1\ninner:\n  high: true\n  low: .nan\ncount: a\nname: y\n"
    _, faults = validate(Outer, scan_yaml(text.encode(), "my file.yaml"))
    assert [fault.where for fault in faults] == [
        "my file.yaml:2 zzz",
        "my file.yaml:4 inner.high",
        "my file.yaml:5 inner.low",
        "my file.yaml:6 count",
        "my file.yaml:7 name",
    ]


def test_what_could_name_a_person_is_not_repeated() -> None:
    with pytest.raises(PrivacyError) as raised:
        scan_yaml(b"name: x\ncount: jane@example.org\nfamily: jane@example.org", "x")
    assert len(raised.value.faults) == 2
    assert "jane" not in str([fault.as_dict() for fault in raised.value.faults])


@pytest.mark.parametrize(("word", "expected"), [("chanels", "channels"), ("TV", "tv"), ("zzz", None)])
def test_nearest(word: str, expected: str | None) -> None:
    assert nearest(word, ["channels", "tv", "data"]) == expected


def test_suggestion_lists_at_most_thirty() -> None:
    text = suggestion("a1", [f"a{n}" for n in range(40)])
    assert text.startswith("Did you mean `a1`?")
    assert text.count("`") == 2 + 60


def test_faults_are_listed_once() -> None:
    _, faults = validate(Outer, scan_yaml(b"nme: 1", "x"))
    assert in_file_order([*faults, *faults]) == faults


def test_what_a_draft_left_open_is_named_once_with_its_line_and_what_belongs_there():
    scan = scan_yaml(
        b"name: FILL_IN\ncount: FILL_IN\nnamed:\n  FILL_IN: {low: 0}\ninner: {channels: [a, FILL_IN]}\n"
    )
    section, faults = validate(Outer, scan)
    assert section is None
    assert [(fault.code, fault.where, fault.remedy) for fault in faults] == [
        ("config-unfilled", "config:1 name", "Write here: What it is called."),
        ("config-unfilled", "config:2 count", "Write here: How many."),
        ("config-unfilled", "config:4 named.FILL_IN", "Write here: More, by name."),
        ("config-unfilled", "config:5 inner.channels[1]", "Write here: Names."),
    ]
