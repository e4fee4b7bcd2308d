"""Grades: limits, persistence and burn as the YAML has them; one fault makes one alert, two faults make two."""

from typing import Any

import pandas as pd
import pytest

from tests.workflow.health.made_history import (
    attributed,
    calibration,
    history,
    ingestion,
    ledger,
    paid,
)
from workflow.health.config import AtLeast, AtMost, HealthConfig
from workflow.health.grades import Grade, Judged, judge, said

FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a tag lost": ({"rows": 0.5}, "ingestion", "page"),
    "a little missing": ({"rows": 0.87}, "ingestion", "ticket"),
    "keys rotated": ({"matched": 0.1}, "identity", "page"),
    "late": ({"late": 0.03}, "late data", "ticket"),
}


def health(
    last: dict[str, pd.DataFrame] | None = None, failed: int = 0, hours: float = 30.0, **section: Any
) -> Any:
    config = HealthConfig.model_validate({"burn_rate": {"ticket": 90, "page": 99}} | section, strict=False)
    return judge(history(last, failed, hours), config)


def alerts(found: Any) -> list[tuple[str, str]]:
    return [(alert.cause.name, str(alert.grade)) for alert in found.alerts]


def test_a_healthy_history_is_fine() -> None:
    found = health()
    assert found.worst is Grade.FINE and found.exit_code == 0 and not found.alerts
    assert {row.measure for row in found.rows} == {f"M{n}" for n in range(1, 11)}


@pytest.mark.parametrize("name", FAULTS, ids=str)
def test_one_fault_makes_one_alert_with_what_goes_with_it(name: str) -> None:
    changed, cause, grade = FAULTS[name]
    last = {
        "ingestion": ingestion(days=14, **changed),
        "attributed": attributed(later=0.4),
        "paid_media": paid(0.2),
    }
    late = {} if cause != "late data" else {"attributed": attributed(), "paid_media": paid()}
    found = health(last | late)
    assert alerts(found)[0][0] == cause and len(found.alerts) == 1
    if not late:
        assert "With it go unattributed, stability of shares." in found.alerts[0].sentence
    assert alerts(health({"ingestion": ingestion(**changed)})) == [(cause, grade)]


def test_two_faults_make_two_alerts() -> None:
    last = {"ingestion": ingestion(rows=0.5), "ledger_tie_out": ledger(0.95)}
    assert sorted(alerts(health(last))) == [("billing", "ticket"), ("ingestion", "page")]
    apart = pd.concat([ingestion("web", rows=0.5), ingestion("app", matched=0.1)])
    assert sorted(alerts(health({"ingestion": apart}))) == [("identity", "page"), ("ingestion", "page")]


def test_what_failed_before_is_no_consequence() -> None:
    found = history({"ledger_tie_out": ledger(0.95)})
    for run in found.runs:
        run.tables["calibration"] = calibration(100, 300)  # type: ignore[index]
    assert sorted(alerts(judge(found, HealthConfig(burn_rate={"ticket": 90, "page": 99})))) == [  # type: ignore[arg-type]
        ("billing", "ticket"),
        ("evidence", "page"),
    ]


@pytest.mark.parametrize(("days", "grade"), [(1, "fine"), (2, "fine"), (3, "page")])
def test_a_grade_asks_for_persistence(days: int, grade: str) -> None:
    found = health({"ingestion": ingestion(rows=0.4, days=days)}, completeness={"persistence": 3})
    row = next(row for row in found.rows if row.measure == "M1")
    assert (str(row.grade), row.beyond) == (grade, days)


@pytest.mark.parametrize(("limit", "code"), [(0.3, 0), (0.5, 1), (0.7, 5)])
def test_limits_of_the_yaml_decide_the_grade_and_the_exit_code(limit: float, code: int) -> None:
    section = (
        {"ticket": max(limit, 0.5) + 0.0, "page": limit} if limit > 0.3 else {"ticket": 0.3, "page": 0.2}
    )
    section = {"ticket": 0.5, "page": 0.3} if code == 1 else section
    found = health({"ingestion": ingestion(rows=0.4)}, completeness=section)
    assert found.exit_code == code


def test_a_budget_that_burns_four_times_too_fast_calls_somebody() -> None:
    bad = {"ingestion": ingestion(rows=0.85, days=14)}
    found = judge(history(bad), HealthConfig(window=28, objective=0.9))  # 14 of 28 where 10 % are allowed
    burn = next(row for row in found.rows if row.measure == "M10" and row.subject == "M1 web")
    assert burn.value == pytest.approx(14 / 28 / 0.1) and burn.grade is Grade.PAGE
    assert alerts(found) == [("ingestion", "page")]


@pytest.mark.parametrize("case", ["failed", "hours"])
def test_runs_that_fail_and_answers_that_are_late_call_operations(case: str) -> None:
    found = health(failed=4) if case == "failed" else health(hours=400.0)
    assert alerts(found) == [("pipeline" if case == "failed" else "latency", "page")]
    assert found.alerts[0].cause.owner == "operations"


def test_nothing_is_measured_of_nothing() -> None:
    empty = history()
    found = judge(type(empty)("none", empty.now, ()), HealthConfig())
    assert found.worst in (Grade.FINE, Grade.UNMEASURED) and found.exit_code == 0
    assert all(row.grade is Grade.UNMEASURED and row.why for row in found.rows)


@pytest.mark.parametrize(
    ("measure", "value", "limits", "words"),
    [
        ("M7", 0.9996, AtLeast(ticket=1, page=0.5, persistence=1), "is 0.9996 (run), at least 1 wanted"),
        (
            "M8",
            0.98996,
            AtLeast(ticket=0.99, page=0.5, persistence=1),
            "is 0.98996 (run), at least 0.99 wanted",
        ),
        (
            "M3",
            168.2,
            AtMost(ticket=168, page=336, persistence=1),
            "is 168.2 hours (run), at most 168.0 wanted",
        ),
        (
            "M3",
            16814.3,
            AtMost(ticket=168, page=336, persistence=1),
            "is 16,814 hours (run), at most 168 wanted",
        ),
        ("M5", 0.3, AtMost(ticket=0.1, page=0.5, persistence=1), "is 0.3 nats (run), at most 0.1 wanted"),
    ],
)
def test_a_sentence_never_says_that_what_fails_is_what_is_wanted(
    measure: str, value: float, limits: Any, words: str
) -> None:
    row = Judged(measure, "it", "", "", Grade.TICKET, limits, value, "run")
    assert said(row) == f"it {words}"
