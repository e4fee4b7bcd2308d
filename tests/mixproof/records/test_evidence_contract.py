"""Evidence that contradicts itself or the panel that it is to calibrate."""

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import xarray as xr

from mixproof.aggregates.panel import Panel
from mixproof.records.evidence import Evidence
from mixproof.records.evidence_contract import covered_days, evidence_faults, outside
from tests.mixproof.records.test_evidence import EVIDENCE


def _panel(**changes: str) -> Panel:
    dates = np.datetime64("2025-01-06") + 7 * np.arange(3)
    data = xr.Dataset(coords={"geo": ["north", "south"], "date": dates, "channel": ["tv", "search"]})
    plain = {"frequency": "weekly", "currency": "EUR", "outcome_name": "revenue", "outcome_kind": "revenue"}
    return Panel(data, **{**plain, **changes})  # type: ignore[arg-type]


FITTING = [
    EVIDENCE,
    replace(EVIDENCE, in_panel=True),
    # A test of other days that brings its own spend can be replayed without the panel's rows.
    replace(EVIDENCE, readouts=(replace(EVIDENCE.readouts[0], start=date(2024, 1, 1)), EVIDENCE.readouts[1])),
    # What rules nothing out contradicts nothing.
    replace(EVIDENCE, covariance=((math.inf, math.inf), (math.inf, math.inf))),
    replace(EVIDENCE, readouts=(replace(EVIDENCE.readouts[0], effect=math.nan), EVIDENCE.readouts[1])),
]


@pytest.mark.parametrize("evidence", FITTING)
def test_evidence_that_fits(evidence: Evidence) -> None:
    assert evidence_faults([evidence], _panel()) == []


COVERED = [
    # first and last period, frequency, last day covered
    ("2025-01-06", "2025-01-20", "weekly", date(2025, 1, 26)),
    ("2025-01-06", "2025-01-20", "daily", date(2025, 1, 20)),
    ("2025-01-01", "2025-02-01", "monthly", date(2025, 2, 28)),
    ("2023-12-01", "2024-02-01", "monthly", date(2024, 2, 29)),
    ("2023-01-01", "2024-01-01", "yearly", date(2024, 12, 31)),
]


@pytest.mark.parametrize(("first", "last", "frequency", "expected"), COVERED)
def test_months_and_years_end_with_the_calendar(
    first: str, last: str, frequency: str, expected: date
) -> None:
    dates = np.array([first, last], dtype="datetime64[ns]")
    panel = Panel(xr.Dataset(coords={"date": dates}), frequency, "EUR", "revenue", "revenue")  # type: ignore[arg-type]
    assert covered_days(panel) == (date.fromisoformat(first), expected)
    assert outside(date.fromisoformat(first), expected, panel) == ""
    assert str(expected) in outside(expected, expected + timedelta(days=1), panel)


def _moved(**changes: object) -> Evidence:
    return replace(EVIDENCE, readouts=(replace(EVIDENCE.readouts[0], **changes), EVIDENCE.readouts[1]))


BROKEN = [
    (replace(_moved(start=date(2025, 1, 5)), in_panel=True), {}, "evidence-window"),
    (replace(_moved(end=date(2025, 1, 27)), in_panel=True), {}, "evidence-window"),
    (replace(_moved(end=date(2025, 1, 27)), spend=()), {}, "evidence-window"),
    (_moved(channels=("radio",)), {}, "evidence-channel"),
    (_moved(geos=("west",)), {}, "evidence-geo"),
    (EVIDENCE, {"currency": "USD"}, "evidence-unit"),
    (EVIDENCE, {"outcome_kind": "count"}, "evidence-unit"),
    (replace(EVIDENCE, covariance=((0.0, 0.0), (0.0, 1.0))), {}, "evidence-spread"),
    (replace(EVIDENCE, covariance=((1.0, 2.0), (2.0, 1.0))), {}, "evidence-spread"),
    (replace(EVIDENCE, covariance=((1.0,),)), {}, "evidence-spread"),
    (replace(EVIDENCE, lower=(-400.0, -math.inf)), {}, "evidence-spread"),
    (replace(EVIDENCE, lower=(math.nan, -math.inf)), {}, "evidence-spread"),
]


@pytest.mark.parametrize(("evidence", "changes", "code"), BROKEN)
def test_evidence_that_does_not(evidence, changes, code) -> None:
    assert {fault.code for fault in evidence_faults([evidence], _panel(**changes))} == {code}
