"""The ten measures: each from what runs left behind, and a reason where a source is absent."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from tests.workflow.health.made_history import (
    WEEKS,
    attributed,
    calibration,
    history,
    ingestion,
    ledger,
    paid,
    told,
)
from workflow.health.config import HealthConfig
from workflow.health.history import History
from workflow.health.measures import MEASURES, Series

CONFIG = HealthConfig()
BY_KEY = {measure.key: measure for measure in MEASURES}


def newest(key: str, found: History) -> dict[str, float]:
    series = BY_KEY[key].measured(found, CONFIG)
    assert not isinstance(series, str), series
    return {each.subject: each.points[-1][1] for each in series}


CASES = {
    "rows that are there": ("M1", {}, {"web": 1.0}),
    "a third of the rows lost": (
        "M1",
        {"ingestion": ingestion(rows=0.67)},
        {"web": pytest.approx(0.67 + 2 * (0.67e-3) ** 0.5)},
    ),
    "keys rotated": ("M2", {"ingestion": ingestion(matched=0.1)}, {"web": pytest.approx(0.095)}),
    "published a day and a quarter later": ("M3", {}, {"": 30.0}),
    "credited to nobody": ("M4", {"attributed": attributed(later=0.3)}, {"analytics": pytest.approx(0.3)}),
    "shares as they were": ("M5", {}, {"model": pytest.approx(0.0)}),
    "shares moved": (
        "M5",
        {"paid_media": paid(0.3)},
        {"model": pytest.approx(0.3 * -0.6931472 + 0.7 * 0.5596158)},
    ),
    "agreed with": ("M6", {}, {"model": 1.0}),
    "in conflict": ("M6", {"calibration": calibration(100, 200)}, {"model": 0.0}),
    "ties in nine of ten": ("M7", {"ledger_tie_out": ledger(0.9)}, {"": 0.9}),
    "late events": ("M9", {"ingestion": ingestion(late=0.04)}, {"web": 0.04}),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_a_measure_says_of_a_history(case: str) -> None:
    key, last, expected = CASES[case]
    assert newest(key, history(last)) == expected


def test_success_is_counted_over_attempts_that_ended() -> None:
    assert newest("M8", history(failed=2)) == {"": WEEKS / (WEEKS + 2)}
    stopped = history()
    assert newest(
        "M8", replace(stopped, tries=(*stopped.tries, replace(stopped.tries[0], outcome="stopped")))
    ) == {"": 1.0}


def test_a_period_that_has_ended_and_has_no_answer_waits_until_now() -> None:
    found = history()
    late = replace(found, now=found.runs[-1].published + timedelta(days=20))
    assert newest("M3", late) == {"": pytest.approx(30.0 + 20 * 24 - 7 * 24)}


def test_without_events_rows_are_held_against_the_runs_before_and_late_data_against_closed_books() -> None:
    runs = [told(place) for place in range(3)]
    runs[-1].panel["ledger"][0]["used"] = 26
    closed = pd.DataFrame({"closed": [100.0, 300.0], "adjustment": [20.0, -4.0], "adjusted": [False, True]})
    found = History(
        "m", runs[-1].published, (*runs[:-1], replace(runs[-1], tables={"prior_periods": closed}))
    )
    assert newest("M1", found) == {"t.csv": pytest.approx(26 / 52.5)}
    assert newest("M9", found) == {"": pytest.approx(0.05)}


@pytest.mark.parametrize("key", [key for key in BY_KEY if key not in ("M1", "M3")])
def test_an_absent_source_is_a_reason_and_no_number(key: str) -> None:
    found = history()
    bare = replace(found, runs=tuple(replace(run, tables={}) for run in found.runs), tries=())
    said = BY_KEY[key].measured(bare, CONFIG)
    assert isinstance(said, str) and len(said) > 20


def test_channels_that_come_and_go_have_no_divergence() -> None:
    other = paid().replace("tv", "radio")
    series = BY_KEY["M5"].measured(history({"paid_media": other}), CONFIG)
    assert isinstance(series, list) and len(series[0].points) == WEEKS - 2
    assert Series("model", series[0].points) == series[0]
