"""What the columns of a raw table seem to be, from names as people write them."""

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.init.columns import guess_columns

WEEKS = pd.date_range("2024-01-01", periods=30, freq="7D")


def table(dates: list[str], **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"date": dates, **{name: [value] * len(dates) for name, value in columns.items()}})


@pytest.mark.parametrize(
    ("written", "form", "frequency"),
    [
        ("%Y-%m-%d", "%Y-%m-%d", "weekly"),
        ("%d.%m.%Y", "%d.%m.%Y", "weekly"),
        ("%m/%d/%Y", "%m/%d/%Y", "weekly"),
    ],
)
def test_the_date_and_how_it_is_written(written: str, form: str, frequency: str) -> None:
    guess = guess_columns(table([day.strftime(written) for day in WEEKS], revenue=1.0))
    assert (guess.date, guess.date_format, guess.frequency, guess.week_starts) == (
        "date",
        form,
        frequency,
        "monday",
    )
    assert any("date" in sentence for sentence in guess.sentences)


@pytest.mark.parametrize(
    ("every", "frequency"), [("D", "daily"), ("7D", "weekly"), ("MS", "monthly"), ("YS", "yearly")]
)
def test_the_frequency(every: str, frequency: str) -> None:
    days = pd.date_range("2020-01-01", periods=30, freq=every).strftime("%Y-%m-%d")
    assert guess_columns(table(list(days), revenue=1.0)).frequency == frequency


def test_spend_exposure_and_the_rest_are_told_apart() -> None:
    columns = {
        "revenue": 9.0,
        "tv_spend": 2.0,
        "tv_impressions": 300.0,
        "newsletter_sends": 4.0,
        "price": 3.0,
        "note": "text",
    }
    guess = guess_columns(table(list(WEEKS.strftime("%Y-%m-%d")), **columns))
    assert guess.outcome == "revenue"
    assert list(guess.spend.values()) == ["tv_spend"]
    assert "tv_impressions" in guess.exposure.values()
    assert guess.unused == ["note"]
    assert "price" in guess.controls
    assert any("note" in sentence for sentence in guess.sentences)


def test_what_marketing_itself_moves_is_never_drafted_as_a_control():
    rng = np.random.default_rng(1)
    revenue = rng.normal(9000, 900, 60)
    frame = pd.DataFrame({
        "week": pd.date_range("2022-01-03", periods=60, freq="7D").strftime("%Y-%m-%d"),
        "revenue": revenue, "tv_spend": rng.gamma(3, 20, 60), "sessions": rng.normal(5, 1, 60),
        "neue_kunden": rng.normal(5, 1, 60), "kpi_7": revenue / 31, "temperature": rng.normal(9, 3, 60),
        "competitor_sales": rng.normal(9, 3, 60),
    })  # fmt: skip
    guess = guess_columns(frame)
    assert guess.controls == ["temperature", "competitor_sales"]
    assert guess.moved == ["sessions", "neue_kunden", "kpi_7"]
    assert any("kpi_7" in sentence and "marketing itself" in sentence for sentence in guess.sentences)


def test_a_row_of_totals_does_not_make_every_number_look_like_the_outcome():
    rng = np.random.default_rng(2)
    weeks = pd.date_range("2022-01-03", periods=60, freq="7D").strftime("%Y-%m-%d")
    columns = {
        "revenue": rng.normal(9000, 900, 60),
        "tv_spend": rng.gamma(3, 20, 60),
        "price": rng.normal(9, 1, 60),
    }
    totals = {name: [*values, values.sum()] for name, values in columns.items()}
    guess = guess_columns(pd.DataFrame({"week": [*weeks, "Total"]} | totals))
    assert guess.moved == [] and "price" in guess.controls
