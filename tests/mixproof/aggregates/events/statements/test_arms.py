"""Arms leave with enough people, and only with enough who converted, or none."""

from datetime import datetime, timedelta

import duckdb
import pytest

from mixproof.aggregates.events.sql.dialects import write
from mixproof.aggregates.events.statements.arms import DAILY, TOTALS, arms
from tests.mixproof.aggregates.events.statements.nasty import nasty_section

CONFIG = nasty_section(people_at_least=20)
START = datetime(2026, 3, 28).date()


@pytest.fixture
def engine() -> duckdb.DuckDBPyConnection:
    """Return an engine with a hundred people: each third converts once, arm `few` has nineteen people, `mixed` ones stand twice."""
    connection = duckdb.connect(":memory:")
    connection.execute(
        "CREATE TABLE in_test AS SELECT 'p' || i AS person, CASE WHEN i < 19 THEN 'few' WHEN i % 2 = 0 THEN 't' ELSE 'c' END AS arm, "
        "'x' AS cell, NULL AS fault FROM range(200) AS r(i) UNION ALL SELECT 'p199', 't', 'x', NULL"
    )
    connection.execute("CREATE TABLE device_person AS SELECT '' AS device, '' AS person WHERE false")
    connection.execute(
        f"CREATE TABLE conversion_clean AS SELECT 'p' || i AS person, DATE '{START + timedelta(days=3)}' AS day, "
        "'e' || i AS event, (i * 7)::BIGINT AS cents FROM range(200) AS r(i) WHERE i % 3 = 0"
    )
    for statement in arms(CONFIG):
        connection.execute(f"CREATE TABLE {statement.name} AS {write(statement.text, 'duckdb')}")
    return connection


def test_sums_are_over_the_people_of_an_arm(engine: duckdb.DuckDBPyConnection) -> None:
    rows = engine.execute("SELECT * FROM arms_test ORDER BY arm").fetchall()
    assert [row[:2] for row in rows] == [("c", "x"), ("t", "x")]
    for arm, _, *sums in rows:
        people = [i for i in range(19, 199) if i % 2 == (arm == "c")]
        cents = [7 * i for i in people if i % 3 == 0]
        told = dict(zip(TOTALS, map(int, sums), strict=True))
        assert told["users"] == len(people)
        assert told["converters"] == told["conversions"] == told["conversions_squared"] == len(cents)
        assert told["cents"] == told["conversions_cents"] == sum(cents)
        assert told["cents_squared"] == sum(cent**2 for cent in cents)
        assert told["covariate"] == 0


def test_people_of_two_arms_are_in_none_and_counted(engine: duckdb.DuckDBPyConnection) -> None:
    assert engine.execute("SELECT mixed FROM mixed_test").fetchall() == [(1,)]
    assert engine.execute("SELECT count(*) FROM members_test WHERE person = 'p199'").fetchall() == [(0,)]


def test_days_leave_with_enough_who_converted(engine: duckdb.DuckDBPyConnection) -> None:
    days = engine.execute("SELECT day, arm, cell, converters FROM arms_daily_test ORDER BY arm").fetchall()
    assert [(str(day), arm, number) for day, arm, _, number in days] == [
        ("2026-03-31", "c", 30),
        ("2026-03-31", "t", 30),
    ]
    assert set(DAILY) < set(TOTALS)


def test_an_arm_in_which_too_few_converted_stays_inside(engine: duckdb.DuckDBPyConnection) -> None:
    leaving = next(each.text for each in arms(CONFIG) if each.name == "arms_test")
    engine.execute("UPDATE arms_test_cells SET converters = 3 WHERE arm = 'c'")
    rows = engine.execute(write(leaving, "duckdb")).fetchall()
    assert [row[0] for row in rows] == ["t"]
