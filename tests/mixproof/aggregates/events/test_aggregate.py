"""Aggregates of a small market equal those that pandas works out row by row, and nothing is lost between tables."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from mixproof.aggregates.events.aggregate import Aggregates, aggregate
from mixproof.errors import DataError, PrivacyError
from mixproof.records.attribution import CONSENT_LOST, UNATTRIBUTED
from tests.mixproof.aggregates.events.market import TOUCHES, ByHand, market, section

RULES = ("first", "last", "last_non_direct", "linear", "position", "time_decay")
WINDOWS = (7, 30)
LEAN = {"windows": [1], "rules": ["first"], "nulls": False}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return market(tmp_path_factory.mktemp("market"))


@pytest.fixture(scope="module")
def found(folder: Path) -> Aggregates:
    return aggregate(section(credit={"windows": list(WINDOWS)}), folder, threads=1)


@pytest.fixture(scope="module")
def by_hand(folder: Path) -> ByHand:
    return ByHand(folder)


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(date=pd.to_datetime(table["date"]))


def test_media_are_what_pandas_counts(found: Aggregates, by_hand: ByHand) -> None:
    rows = by_hand.touches[by_hand.touches["inside"]]
    cells = rows.groupby(["date", "channel"]).agg(touches=("event_id", "size"), people=("person", "nunique"))
    shown = _dated(found.tables["media"]).query("channel != '(withheld)'").set_index(["date", "channel"])
    shown = shown.dropna(subset=["touches"])
    shown = shown[shown["touches"] > 0]
    assert len(shown) > 100
    assert list(shown["touches"]) == list(cells.loc[shown.index, "touches"])
    assert list(shown["people"]) == list(cells.loc[shown.index, "people"])
    assert min(shown["people"]) >= 10


def test_touches_of_a_week_are_all_there(found: Aggregates, by_hand: ByHand) -> None:
    media = _dated(found.tables["media"]).dropna(subset=["touches"])
    rows = by_hand.touches[by_hand.touches["inside"]]
    assert media["touches"].sum() == len(rows)
    assert media.groupby("date")["touches"].sum().to_dict() == rows.groupby("date").size().to_dict()


def test_costs_are_in_one_currency_to_the_cent(found: Aggregates, by_hand: ByHand) -> None:
    media = _dated(found.tables["media"]).set_index(["date", "channel"])["cost"]
    paid = by_hand.paid()
    assert len(paid) == 52 * 4
    assert all(Decimal(media[place]) * 100 == int(cents) for place, cents in paid.items())


def test_outcomes_are_what_pandas_counts(found: Aggregates, by_hand: ByHand) -> None:
    rows = by_hand.conversions[by_hand.conversions["inside"]]
    cells = rows.groupby("date").agg(
        conversions=("event_id", "size"), cents=("cents", "sum"), people=("person", "nunique")
    )
    shown = _dated(found.tables["outcome"]).dropna(subset=["conversions"]).set_index("date")
    cells = cells[cells["people"] >= 10]
    assert list(shown.index) == list(cells.index)
    assert list(shown["conversions"]) == list(cells["conversions"])
    assert [Decimal(value) * 100 for value in shown["value"]] == list(cells["cents"])


@pytest.mark.parametrize("days", WINDOWS)
def test_credit_is_what_pandas_gives_each_touch(found: Aggregates, by_hand: ByHand, days: int) -> None:
    rows = by_hand.credit(days)
    cells = rows.groupby(["date", "channel"])[list(RULES)].sum()
    people = rows.groupby(["date", "channel"])["person"].nunique()
    shown = _dated(found.tables[f"credit_{days}"]).set_index(["date", "channel"])
    alike = [place for place in shown.index if place in cells.index]
    assert len(alike) > 10
    for place in alike:
        assert [Decimal(shown.loc[place, rule]) * 10**6 for rule in RULES] == list(cells.loc[place])
        assert shown.loc[place, "people"] == people[place]


@pytest.mark.parametrize("days", WINDOWS)
def test_credit_and_money_add_up_to_what_came_in(found: Aggregates, by_hand: ByHand, days: int) -> None:
    everything = pd.concat([by_hand.conversions, by_hand.lost])
    everything = everything[everything["inside"]]
    by_conversion = by_hand.credit(days).groupby("event_id")[list(RULES)].sum()
    assert (by_conversion == 1_000_000).all().all()
    credit, paths = _dated(found.tables[f"credit_{days}"]), found.tables[f"paths_{days}"]
    periods = everything[everything["date"].isin(credit["date"])]
    assert "(withheld)" in set(credit["channel"])
    assert len(periods) > 0.7 * len(everything)
    for rule in RULES:
        assert sum(map(Decimal, credit[rule])) == len(periods)
        assert sum(map(Decimal, credit[f"{rule}_value"])) * 100 == int(periods["cents"].sum())
    assert paths["conversions"].sum() == len(everything)
    assert sum(map(Decimal, paths["value"])) * 100 == int(everything["cents"].sum())
    lost = paths.set_index("path").loc[CONSENT_LOST, "conversions"]
    assert lost == by_hand.lost["inside"].sum()


def test_paths_are_those_of_their_touches(found: Aggregates, by_hand: ByHand) -> None:
    rows = by_hand.credit(30)
    kept = rows.groupby("event_id").tail(12).groupby("event_id")["channel"].agg(">".join)
    person = rows.groupby("event_id")["person"].first()
    cells = (
        pd.DataFrame({"path": kept, "person": person})
        .groupby("path")
        .agg(conversions=("person", "size"), people=("person", "nunique"))
    )
    shown = found.tables["paths_30"].set_index("path")
    alike = [path for path in shown.index if path in cells.index]
    assert len(alike) > 4
    assert [shown.loc[path, "conversions"] for path in alike] == [
        cells.loc[path, "conversions"] for path in alike
    ]
    without = len(by_hand.conversions[by_hand.conversions["inside"]]) - len(kept)
    assert shown.loc[UNATTRIBUTED, "conversions"] == without
    assert shown["nulls"].sum() > 500


def test_arms_are_sums_over_people(found: Aggregates, by_hand: ByHand) -> None:
    assigned = pd.read_parquet(by_hand.folder / "events_assignment.parquet")
    assigned["person"] = assigned["person"].map(by_hand.person).fillna(assigned["person"])
    rows = by_hand.conversions
    inside = rows[rows["day"].between("2025-08-04", "2025-10-26")]
    before = rows[rows["day"].between("2025-06-09", "2025-08-03")]
    people = (
        assigned.set_index("person")
        .assign(
            conversions=inside.groupby("person").size(),
            cents=inside.groupby("person")["cents"].sum(),
            covariate=before.groupby("person")["cents"].sum(),
        )
        .fillna(0)
    )
    arms = found.tables["arms_social_holdout"].set_index("arm")
    assert set(arms.index) == {"as usual", "held out"}
    for arm, part in people.groupby("arm"):
        told = arms.loc[arm]
        assert told["users"] == len(part)
        assert told["converters"] == (part["conversions"] > 0).sum()
        assert Decimal(told["revenue"]) * 100 == int(part["cents"].sum())
        assert Decimal(told["revenue_squared"]) * 10**4 == int((part["cents"] ** 2).sum())
        assert Decimal(told["conversions_revenue"]) * 100 == int((part["conversions"] * part["cents"]).sum())
        assert Decimal(told["covariate_revenue"]) * 10**4 == int((part["covariate"] * part["cents"]).sum())


def test_doubles_are_counted_by_day(found: Aggregates) -> None:
    counted = found.ingestion.query("measure == 'duplicates'")["value"].sum()
    assert 0.01 * TOUCHES < counted < 0.03 * TOUCHES


def test_too_few_people_in_an_arm_stop_the_run(folder: Path) -> None:
    with pytest.raises(PrivacyError) as refused:
        aggregate(section(people_at_least=1500, credit=LEAN), folder, threads=1)
    assert {fault.code for fault in refused.value.faults} == {"events-withheld"}


def test_nothing_that_counts_is_said(folder: Path) -> None:
    with pytest.raises(DataError, match="no touches, or no conversions"):
        touches = section().model_dump(mode="json")["touches"]
        aggregate(
            section(touches=[{**touches[0], "file": "empty.csv"}], credit=LEAN),
            _with_empty(folder),
            threads=1,
        )


def _with_empty(folder: Path) -> Path:
    (folder / "empty.csv").write_text(
        "event_id,ts,ingested,person,channel,consent,bot_score\n", encoding="utf-8"
    )
    return folder
