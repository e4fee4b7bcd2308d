"""Several tables make one data section, and what each of them is stays with it."""

import io

import pandas as pd
import pytest
from ruamel.yaml import YAML

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.init.columns import Guess
from mixproof.aggregates.init.draft import draft_config
from mixproof.aggregates.init.joining import Found, joined
from mixproof.aggregates.sources import read_panel


def found(file: str, **guessed: object) -> Found:
    guess = Guess(date="date", **guessed)  # type: ignore[arg-type]
    return Found(file, None, ("date", *guess.spend.values(), guess.outcome or "y"), guess)


@pytest.mark.parametrize(
    ("codes", "given", "currency"),
    [([], None, "EUR"), (["GBP"], None, "GBP"), (["GBP"], "USD", "USD"), ([], "SEK", "SEK")],
)
def test_the_currency_is_the_one_given_or_the_one_that_amounts_are_marked_with(
    codes: list[str], given: str | None, currency: str
) -> None:
    section, said = joined([found("t.csv", outcome="revenue", codes=codes)], given)
    assert section["currency"] == currency
    assert currency in said[-1]


def test_daily_rows_are_summed_to_the_weeks_of_another_table_and_columns_of_both_name_theirs() -> None:
    media = found("media.csv", frequency="daily", spend={"tv": "amount"})
    sales = found(
        "sales.csv", frequency="weekly", week_starts="sunday", spend={"radio": "amount"}, outcome="revenue"
    )
    section, _ = joined([media, sales], None)
    assert (section["frequency"], section["week_starts"]) == ("weekly", "sunday")
    assert [table.get("rows_are") for table in section["tables"]] == ["daily", None]
    assert [(entry["name"], entry["table"]) for entry in section["channels"]] == [
        ("tv", "media.csv"),
        ("radio", "sales.csv"),
    ]


def test_several_tables_are_joined_and_their_money_and_gaps_are_told(tmp_path, good):
    days = list(pd.date_range("2024-01-01", periods=70).strftime("%Y-%m-%d"))
    media = pd.DataFrame(
        [
            {
                "date": day,
                "platform": who,
                "campaign": part,
                "currency": code,
                "spend": 7 + i % 5,
                "clicks": i,
            }
            for who, code, since in (("Meta", "EUR", 0), ("TikTok", "USD", 9))
            for i, day in enumerate(days[since:])
            for part in ("brand", "rest")
        ]
    )
    orders = pd.DataFrame({"date": days, "orders": range(70), "revenue": [900.5 + i % 7 for i in range(70)]})
    media.to_csv(tmp_path / "platform export.csv", index=False)
    orders.to_csv(tmp_path / "orders.csv", index=False)
    draft = draft_config(["platform export.csv", "orders.csv"], tmp_path)
    assert "The tables are joined on the period" in draft.yaml
    assert not any("No column looks like" in said for said in draft.guesses)
    section = YAML(typ="safe").load(io.StringIO(draft.yaml))["data"]
    assert section["rates"] == {"fixed": {"USD": "FILL_IN"}}
    assert "controls" not in section  # orders are an outcome, too
    section["rates"]["fixed"]["USD"] = 0.5
    panel = read_panel(DataConfig.model_validate(section), tmp_path)
    totals = panel.data["spend"].sum([dim for dim in panel.data["spend"].dims if dim != "channel"])
    tiktok = media[media["platform"] == "TikTok"]["spend"].sum() * 0.5
    assert totals.values.tolist() == [media[media["platform"] == "Meta"]["spend"].sum(), tiktok]
    dollars = draft_config(["platform export.csv", "orders.csv"], tmp_path, "USD")
    assert "fixed: {EUR: FILL_IN}" in dollars.yaml
