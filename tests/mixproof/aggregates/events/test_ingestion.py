"""What is said of each day's events: shares, baselines of the same weekday, and days that stand out."""

import pandas as pd
import pytest

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.ingestion import dead_letters, ingestion
from tests.mixproof.aggregates.events.market import section

DAYS = [f"{day:%Y-%m-%d}" for day in pd.date_range("2025-01-06", periods=70)]


def _cells(**changes: dict[int, int]) -> dict[str, pd.DataFrame]:
    """Return counts of seventy equal days, with some numbers changed by place."""
    counts = {
        "events": 1000,
        "no_consent": 100,
        "bots": 30,
        "nobody": 5,
        "linked": 600,
        "dated": 1000,
        "late": 10,
    }
    frame = pd.DataFrame({"source": "web", "day": DAYS, **counts, "delay_seconds": 300_000})
    for name, given in changes.items():
        for place, number in given.items():
            frame.loc[place, name] = number
    doubled = pd.DataFrame({"source": "web", "day": DAYS, "doubles": 20})
    credit = pd.DataFrame(
        {"period": ["2025-01-06"] * 2, "channel": ["(unattributed)", "search"], "first": [250_000, 750_000]}
    )
    return {
        "arrived_touch": frame,
        "doubled_touch": doubled,
        "arrived_conversion": frame.iloc[:0],
        "doubled_conversion": doubled.iloc[:0],
        "credit_30": credit,
    }


@pytest.fixture(scope="module")
def config() -> EventsConfig:
    return section()


MEASURES = [
    ("rows", 1020.0), ("duplicates", 20.0), ("no_consent", 100.0), ("bots", 30.0), ("nobody", 5.0),
    ("match_rate", 0.6), ("late_rate", 0.01), ("delay_seconds", 300.0), ("consent_loss", 0.1), ("bot_share", 0.03),
    ("duplicate_rate", 20 / 1020),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "value"), MEASURES)
def test_every_measure_of_equal_days(config: EventsConfig, measure: str, value: float) -> None:
    rows = ingestion(config, _cells()).query("measure == @measure")
    assert len(rows) == len(DAYS)
    assert (rows["value"] == value).all()
    assert (rows["baseline"].iloc[14:] == value).all()
    assert (rows["status"] == "").all()


def test_the_unattributed_share_is_a_measure_of_credit(config: EventsConfig) -> None:
    (row,) = ingestion(config, _cells()).query("source == 'credit 30'").to_dict("records")
    assert (row["measure"], row["value"], row["day"]) == ("unattributed_rate", 0.25, "2025-01-06")


def test_a_day_that_lacks_rows_is_low(config: EventsConfig) -> None:
    table = ingestion(config, _cells(events={40: 400}))
    (low,) = table.query("status == 'low'").to_dict("records")
    assert (low["day"], low["measure"], low["value"], low["baseline"]) == (DAYS[40], "rows", 420.0, 1020.0)
    share = table.query("measure == 'completeness' and day == @DAYS[40]")["value"].iloc[0]
    assert share == pytest.approx(420 / 1020)


def test_a_day_on_which_nothing_came_is_a_row_of_nothing(config: EventsConfig) -> None:
    cells = _cells()
    cells["arrived_conversion"] = cells["arrived_touch"].assign(source="shop").drop(index=[40, 69])
    table = ingestion(config, cells).query("source == 'shop'")
    low = table.query("status == 'low'")
    assert list(low["day"]) == [DAYS[40], DAYS[69]]
    assert list(low["value"]) == [0.0, 0.0]
    assert list(table.query("measure == 'completeness' and day == @DAYS[40]")["value"]) == [0.0]
    assert DAYS[40] not in set(table.query("measure == 'match_rate'")["day"])


def test_a_small_source_is_not_low_by_chance(config: EventsConfig) -> None:
    few = _cells(events=dict.fromkeys(range(70), 10) | {40: 1})
    few["doubled_touch"]["doubles"] = 0
    assert set(ingestion(config, few)["status"]) == {""}


def test_days_after_the_last_are_not_told(config: EventsConfig) -> None:
    cells = _cells()
    cells["arrived_touch"].loc[69, "day"] = cells["doubled_touch"].loc[69, "day"] = "2026-01-05"
    assert ingestion(config, cells)["day"].max() < "2026-01-05"


def test_links_that_stop_are_named_from_their_day_on(config: EventsConfig) -> None:
    named = ingestion(config, _cells(linked=dict.fromkeys(range(50, 60), 10))).query(
        "status == 'key changed'"
    )
    assert list(named["day"]) == DAYS[50:60]
    few = dict.fromkeys(range(70), 3)
    assert "key changed" not in set(
        ingestion(config, _cells(events=dict.fromkeys(range(70), 9), linked=few | {50: 0}))["status"]
    )


def test_dead_letters_have_reasons_and_no_rows_of_theirs() -> None:
    letters = pd.DataFrame({"source": ["web", "web"], "fault": ["no time", "broken line"], "faulty": [3, 2]})
    table = dead_letters(letters, {"web": 4, "shop": 0})
    assert table.to_dict("list") == {
        "source": ["web", "web"],
        "reason": ["broken line", "no time"],
        "rows": [6, 3],
    }
    assert dead_letters(letters.iloc[:0], {}).empty
