from datetime import timedelta

import numpy as np
import pytest

from lift.attribution.factors.matching import matches
from mixproof.errors import DataError
from mixproof.records.evidence import ArmPopulation, Evidence, Readout, SpendPath
from tests.lift.attribution.factors.evidence_cases import START, evidence, rows

# 100 orders a week, 28 days of test: 400 orders credited.
CASES = {
    "holdout of everybody": ({}, {}, 400.0),
    "holdout of a third of people": ({"people_share": 0.3}, {}, 120.0),
    "a holdout of all people, a tenth without": (
        {
            "people_share": 0.9,
            "arms": (ArmPopulation("held", "control", 1000.0), ArmPopulation("treated", "treated", 9000.0)),
        },
        {},
        400.0,
    ),
    "half of the dose": ({"money": (1000.0, 500.0)}, {}, 200.0),
    "heavy-up to three times": ({"money": (3000.0, 1000.0)}, {}, 400 * 2 / 3),
    "switched off": ({"money": (0.0, 1000.0), "effect": -150.0}, {}, -200.0),
    "two of four geos": ({"geos": ("north", "south")}, {"geos": ("north", "south", "east", "west")}, 800.0),
    "geos that the system does not tell apart": ({"geos": ("north",), "market_share": 0.25}, {}, 100.0),
    "revenue": ({"unit": "EUR", "outcome_kind": "revenue"}, {}, 20_000.0),
}


@pytest.mark.parametrize("name", CASES)
def test_credit_that_a_test_moved_by_hand(name: str) -> None:
    change, table, expected = CASES[name]
    change = dict(change)
    item = evidence(change.pop("effect", 150.0), 10.0, **change)
    frame = rows({"search": 100.0, "video": 5.0}, weeks=12, **table)
    if name == "switched off":  # usual credit is that of the eight weeks before the test
        first = np.arange("2024-11-11", "2025-02-03", 7, dtype="datetime64[D]")
        days = {"start": first.astype(str), "end": (first + np.timedelta64(6, "D")).astype(str)}
        frame = rows({"search": 50.0}, weeks=12, **table).assign(**days)
    (match,), findings = matches([item], frame, "orders", "EUR")
    assert match.credit == pytest.approx(expected)
    assert match.se == 10.0
    assert not findings


COOLING = (START + timedelta(days=28), START + timedelta(days=83))


def weekly(effect: float, dark: float, usual: float, before: float) -> Evidence:
    """Return weekly readouts of four weeks of treatment and four of cool-down, with money by week and of eight weeks before."""
    days = [START + timedelta(days=28 + 7 * n) for n in range(8)]
    readouts = tuple(
        Readout("treated", ("search",), day, day + timedelta(days=6), effect / 8) for day in days
    )
    run, without = (dark,) * 4 + (usual,) * 4, (usual,) * 8
    path = SpendPath(("search",), "treated", (), tuple(days), 7, (run,), (without,), ((before,) * 10,))
    covariance = tuple(tuple(float(i == j) for j in range(8)) for i in range(8))
    return evidence(0.0, 1.0, readouts=readouts, spend=(path,), covariance=covariance, outcome_end=COOLING[1])


LATE = {
    "a holdout that is counted for four more weeks": (
        lambda: evidence(150.0, 10.0, readouts=(Readout("treated", ("search",), *COOLING, 150.0),)),
        400.0,
    ),
    "weekly readouts of a heavy-up": (lambda: weekly(150.0, 3000.0, 1000.0, 1000.0), 400 * 2 / 3),
    "weekly readouts of a go-dark, usual spend": (lambda: weekly(-150.0, 0.0, 1000.0, 1000.0), -400.0),
    "weekly readouts of a go-dark, half of what was spent before": (
        lambda: weekly(-150.0, 0.0, 500.0, 1000.0),
        -200.0,
    ),
}


@pytest.mark.parametrize("name", LATE)
def test_only_days_of_treatment_move_credit(name: str) -> None:
    item, expected = LATE[name]
    first = np.arange("2024-11-11", "2025-04-07", 7, dtype="datetime64[D]")
    days = {"start": first.astype(str), "end": (first + np.timedelta64(6, "D")).astype(str)}
    frame = rows({"search": 100.0}, weeks=len(first)).assign(**days)
    (match,), findings = matches([item()], frame, "orders", "EUR")
    assert match.credit == pytest.approx(expected) and not findings


UNUSED = {
    "another outcome beside a usable one": (
        [evidence(1.0, 1.0), evidence(1.0, 1.0, unit="visits")],
        "counts something else",
    ),
    "several channels, of which the export has some": (
        [evidence(1.0, 1.0, channel=("search", "radio"))],
        "no rows of radio",
    ),
    "a statement about return": ([evidence(1.0, 1.0, estimand="roi")], "window or scale"),
    "days that are not covered": ([evidence(1.0, 1.0)], "does not cover"),
}


@pytest.mark.parametrize("name", UNUSED)
def test_tests_that_cannot_be_used_are_named(name: str) -> None:
    items, words = UNUSED[name]
    frame = rows({"search": 100.0, "video": 5.0}, weeks=6 if "covered" in name else 12)
    found, findings = matches(items, frame, "orders", "EUR")
    assert len(found) == len(items) - 1
    assert words in findings[0].sentence


def test_another_unit_and_strange_geos_are_faults() -> None:
    for item, frame, code in (
        (evidence(1.0, 1.0, unit="visits"), rows({"search": 1.0}), "attribution-unit"),
        (evidence(1.0, 1.0, geos=("atlantis",)), rows({"search": 1.0}, geos=("north",)), "attribution-geo"),
    ):
        with pytest.raises(DataError) as caught:
            matches([item], frame, "orders", "EUR")
        assert caught.value.faults[0].code == code


def test_noise_of_counts_adds_up_in_squares() -> None:
    (match,), _ = matches([evidence(100.0, 10.0)], rows({"search": 100.0}, noise_sd=5.0), "orders", "EUR")
    assert match.noise == pytest.approx(10.0)


def test_a_test_of_several_channels_moved_the_credit_of_each() -> None:
    item = evidence(150.0, 10.0, channel=("search", "video"), people_share=0.5)
    (match,), findings = matches(
        [item], rows({"search": 100.0, "video": 5.0, "mail": 9.0}, noise_sd=2.0), "orders", "EUR"
    )
    assert not findings and match.channel == ""
    assert match.parts["search"] == pytest.approx((200.0, 2.0))
    assert match.parts["video"] == pytest.approx((10.0, 2.0)) and len(match.parts) == 2
    assert (match.credit, match.noise) == pytest.approx((210.0, 8**0.5))


def test_days_that_tell_what_was_usual() -> None:
    frame = rows({"search": 100.0}, weeks=16)
    (during,), _ = matches([evidence(150.0, 10.0)], frame, "orders", "EUR")
    assert during.usual == ("2025-02-03", "2025-03-02")
    first = np.arange("2024-11-11", "2025-03-03", 7, dtype="datetime64[D]").astype(str)
    early = frame.assign(
        start=first, end=(first.astype("datetime64[D]") + np.timedelta64(6, "D")).astype(str)
    )
    (off,), _ = matches([evidence(-150.0, 10.0, money=(0.0, 1000.0))], early, "orders", "EUR")
    assert off.usual == ("2024-12-09", "2025-02-02")
