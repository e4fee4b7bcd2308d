"""What may be booked: a quantile times the margin, and nothing while a period does not tie or the answer may not be used."""

from dataclasses import replace
from decimal import Decimal
from statistics import NormalDist

import pandas as pd
import pytest

from mixproof.records.verdict import Finding, Verdict
from tests.mixproof.aggregates.finance.made_books import CASES, Case, changed, good_books, tied
from workflow.triangulation.fiscal_quarters import Terms, book, quarters

TERMS = Terms(Verdict(()), 0.25, 0.6, 0.9, True)
QUARTERS = ("FY2023-Q4", "FY2024-Q1")


def media(channels: tuple[str, ...] = ("tv", "search"), periods: int = 13) -> pd.DataFrame:
    rows = [
        {
            "grain": "fiscal_quarter",
            "period": quarter,
            "channel": channel,
            "kind": "paid",
            "periods": periods,
            "periods_in_full": 13,
            "spend": 1000.0,
            **{
                f"contribution_{part}": value
                for part, value in zip(("mean", "lower", "upper"), (2000.0, 1000.0, 3500.0), strict=True)
            },
            **{
                f"roi_{part}": value
                for part, value in zip(("mean", "lower", "upper"), (2.0, 1.0, 3.5), strict=True)
            },
        }
        for quarter in QUARTERS
        for channel in channels
    ]
    return pd.DataFrame(rows)


def decided(
    channel: str = "tv", detail: str = "model", note: str = "The model.", per: float = 1.5
) -> dict[str, object]:
    ends = {"per_spend_lower": 1.0, "per_spend_upper": 2.2}
    return {"channel": channel, "source": "to book", "detail": detail, "note": note, "per_spend": per, **ends}


def tables(*rows: dict[str, object], **changes: object) -> dict[str, pd.DataFrame]:
    said = rows or (decided(), decided("search"))
    return {"paid_media_by_period": media(**changes), "triangulation": pd.DataFrame(list(said))}  # type: ignore[arg-type]


def row(frame: pd.DataFrame, channel: str, period: str = QUARTERS[1]) -> pd.Series:
    return frame[(frame["channel"] == channel) & (frame["period"] == period)].iloc[0]


def test_booked_is_the_quantile_times_the_margin_to_the_cent() -> None:
    found = row(book(tables(), tied(good_books()), TERMS), "tv")
    z = NormalDist().inv_cdf
    expected = 2000 - 1000 * abs(z(0.25)) / z(0.95)
    assert found["at_quantile"] == round(expected, 2) and not found["blocked"]
    assert Decimal(repr(float(found["booked"]))) == (
        Decimal(repr(float(found["at_quantile"]))) * Decimal("0.6")
    ).quantize(Decimal("0.01"))
    assert found["reason"] == "The model."


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_fault_of_the_books_blocks_the_quarter_of_its_channel(case: Case) -> None:
    frame = book(tables(), tied(case.breaks(good_books())), TERMS)
    quarter = QUARTERS[0] if case.period.startswith("FY2023") else QUARTERS[1]
    found = row(frame, "tv", quarter)
    assert found["blocked"] and found["booked"] == 0.0 and found["bookable"] > 0
    assert all(name in found["reason"] for name in case.names) and case.period in found["reason"]
    assert not frame[frame["channel"] == "search"]["blocked"].any()


def test_the_outcomes_account_blocks_every_channel() -> None:
    books = good_books()
    broken = changed("4000", "FY2024-P02", lambda line: replace(line, amount=line.amount + 5))(books)
    frame = book(tables(), tied(broken), TERMS)
    assert frame.set_index("period")["blocked"].to_dict() == {QUARTERS[0]: False, QUARTERS[1]: True}
    alone = [tie for tie in tied(books) if tie.account.channels]
    assert all("holds the outcome" in reason for reason in book(tables(), alone, TERMS)["reason"])


@pytest.mark.parametrize(
    ("changes", "verdict", "said", "words"),
    [
        ({}, Verdict((Finding("convergence", "failure", ""),)), (decided(),), "not reportable"),
        ({}, Verdict(()), (decided(detail="nothing", note="Mixed with demand."),), "Mixed with demand."),
        ({"periods": 12}, Verdict(()), (decided(),), "12 of the quarter's 13"),
    ],
)
def test_what_may_not_be_reported_is_not_booked(changes, verdict, said, words) -> None:
    terms = Terms(verdict, 0.25, 0.6, 0.9, True)
    found = row(book(tables(*said, **changes), tied(good_books()), terms), "tv")
    assert found["blocked"] and words in found["reason"]


def test_an_experiments_return_is_taken_at_its_booked_value() -> None:
    test = {**decided(detail="experiment", per=1.4), "source": "to book"}
    measured = {**decided(detail="spring", per=1.8), "source": "experiment"}
    found = row(book(tables(test, measured), tied(good_books()), TERMS), "tv")
    assert found["incremental"] == 1800.0 and found["at_quantile"] == 1400.0 and found["booked"] == 840.0


def test_counts_are_booked_by_their_return_and_without_one_not_at_all() -> None:
    counted = Terms(Verdict(()), 0.5, 0.5, 0.9, False)
    found = row(book(tables(), tied(good_books()), counted), "tv")
    assert found["incremental"] == 2000.0 and found["booked"] == 1000.0
    plain = tables()
    plain["paid_media_by_period"] = plain["paid_media_by_period"].assign(roi_mean=float("nan"))
    assert "no value in money" in row(book(plain, tied(good_books()), counted), "tv")["reason"]


def test_attribution_stands_beside_with_its_factor() -> None:
    whole = tables()
    keys = {"system": "ads", "channel": "tv"}
    whole["attributed_by_quarter"] = pd.DataFrame([keys | {"period": QUARTERS[1], "value": 3000.0}])
    weeks = [("2024-01-01", 10.0, 6.0), ("2024-01-08", 30.0, 15.0), ("2023-12-18", 99.0, 1.0)]
    whole["attribution"] = pd.DataFrame(
        [
            keys
            | {
                "period": p,
                "attributed": a,
                "calibrated": c,
                "calibrated_lower": c / 2,
                "calibrated_upper": 2 * c,
            }
            for p, a, c in weeks
        ]
    )
    whole["lift"] = pd.DataFrame([{"channel": "tv", "experiment": "spring"}] * 2)
    frame = book(whole, tied(good_books()), TERMS)
    found = row(frame, "tv")
    assert (found["attributed"], found["attributed_by"], found["evidence"]) == (3000.0, "ads", "spring")
    assert (found["factor"], found["factor_lower"], found["factor_upper"]) == pytest.approx(
        (0.525, 0.2625, 1.05)
    )
    assert pd.isna(row(frame, "search")["attributed"]) and row(frame, "search")["evidence"] == ""


def test_a_run_with_its_model_alone_books_what_may_be_reported() -> None:
    channels = pd.DataFrame(
        [
            {"channel": "tv", "reported_as": "alone", "caution": ""},
            {"channel": "search", "reported_as": "only within a + b", "caution": ""},
        ]
    )
    frame = book({"paid_media_by_period": media(), "channels": channels}, tied(good_books()), TERMS)
    assert not row(frame, "tv")["blocked"] and "apart from others" in row(frame, "search")["reason"]


def test_quarters_are_those_of_the_ledgers_periods() -> None:
    assert quarters(tied(good_books())) == {
        "FY2023-Q4": ("2023-10-23", "2023-12-31"),
        "FY2024-Q1": ("2024-01-01", "2024-03-31"),
    }
