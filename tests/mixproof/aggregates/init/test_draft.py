"""A drafted config validates, reads its own table where all could be guessed, and says every guess."""

import io

import pandas as pd
import pytest
from ruamel.yaml import YAML

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.init.draft import draft_config
from mixproof.aggregates.sources import read_panel
from mixproof.errors import PrivacyError


def drafted(folder, frame, name="t.csv"):
    frame.to_csv(folder / name, index=False)
    draft = draft_config(name, folder)
    return draft, DataConfig.model_validate(YAML(typ="safe").load(io.StringIO(draft.yaml))["data"])


def test_wide_geo_table(tmp_path, good):
    frame = (
        good.by_geo().rename(columns={"people": "population"}).assign(tv_grps=lambda f: f["tv_spend"] // 7)
    )
    draft, config = drafted(tmp_path, frame)
    panel = read_panel(config, tmp_path)
    assert panel.channels == ["tv", "search"]
    assert panel.data["driver"].values.tolist() == ["tv_grps", "spend"]
    assert panel.geos == ["north", "south", "west"]
    assert panel.data["population"].values.tolist() == [1000, 2000, 3000]
    assert panel.outcome_name == "revenue"
    assert all(
        any(word in s for s in draft.guesses)
        for word in ("week", "region", "revenue", "tv_spend", "price", "EUR")
    )


def test_long_table_of_media(tmp_path, good):
    frame = good.weekly().melt("week", ["tv_spend", "search_spend"], "channel", "spend")
    draft, config = drafted(tmp_path, frame)
    assert config.tables[0].layout == "long"
    assert [c.name for c in config.channels] == ["search_spend", "tv_spend"]
    assert any("No column looks like an outcome" in sentence for sentence in draft.guesses)


@pytest.mark.parametrize(
    ("form", "ambiguous"), [("%d.%m.%Y", False), ("%m/%d/%Y", False), ("%G-W%V", False), ("%d/%m/%Y", False)]
)
def test_ways_of_writing_dates(tmp_path, good, form, ambiguous):
    days = pd.to_datetime(good.weekly(first="2022-01-02")["week"])
    _, config = drafted(tmp_path, good.weekly().assign(week=days.dt.strftime(form)))
    assert config.date_format == form
    assert config.week_starts == ("monday" if form == "%G-W%V" else "sunday")


def test_day_and_month_that_cannot_be_told_apart_are_said(tmp_path, good):
    days = [f"{m:02d}/01/2022" for m in range(1, 13)]
    draft, _ = drafted(tmp_path, good.weekly(12).assign(week=days))
    assert any("cannot be told apart" in sentence for sentence in draft.guesses)


@pytest.mark.parametrize("name", ["NO", "1e3", "{{ x }}", 'a"b', "a: b #c", "- x", "é\u2028"])
def test_hostile_names_stay_text(tmp_path, good, name):
    column = f"{name}_spend"
    _, config = drafted(tmp_path, good.weekly().rename(columns={"tv_spend": column}))
    assert column in {channel.spend for channel in config.channels}


def test_identifiers_are_refused(tmp_path, good):
    with pytest.raises(PrivacyError) as raised:
        drafted(tmp_path, good.weekly().assign(contact="jane@example.com"))
    assert "jane" not in str(raised.value)
