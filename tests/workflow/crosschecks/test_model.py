"""What the sections must agree on."""

import pytest

from mixproof.errors import ConfigError
from mixproof.yaml.faults import FAULTS
from workflow.config import parse_config

DATA = """\
name: brand
data:
  frequency: weekly
  currency: EUR
  tables: [{file: a.csv, date: week}]
  outcome: {column: orders, kind: count, value: 12.5}
  channels: [{name: tv, spend: s}, {name: radio, spend: r}]
  organic: [{name: mail, exposure: m}]
  treatments: [{name: promo, column: p}]
  controls: [{name: price, column: c}]
"""
ROI = "{roi: {median: 1, upper: 3}}"
SHARE = "{share: {median: 0.1, upper: 0.3}}"


def model(text: str) -> str:
    """Return a config with this `mmm:` section on line 11."""
    return f"{DATA}mmm: {{{text}}}\n"


REFUSED = {
    "unknown channel": (model("channels: {TV: {}}"), "config-unknown-channel", "mmm.channels.TV", "`tv`"),
    "a control as channel": (
        model("channels: {price: {}}"),
        "config-unknown-channel",
        "mmm.channels.price",
        "Known",
    ),
    "ROI of an organic channel": (
        model(f"channels: {{mail: {{prior: {ROI}}}}}"),
        "config-prior-needs-spend",
        "mmm.channels.mail.prior",
        "`mail`",
    ),
    "default ROI meets an organic channel": (
        model(f"default: {{prior: {ROI}}}"),
        "config-prior-needs-spend",
        "mmm.default.prior",
        "`mail`",
    ),
    "ROI without value": (
        model(f"channels: {{tv: {{prior: {ROI}}}}}").replace(", value: 12.5", ""),
        "config-prior-needs-value",
        "mmm.channels.tv.prior",
        "data.outcome.value",
    ),
    "counts with memory": (
        model("likelihood: {family: negative_binomial}"),
        "config-likelihood",
        "mmm.likelihood.autocorrelation",
        "`autocorrelation: false`",
    ),
    "counts of revenue": (
        model("likelihood: {family: negative_binomial, autocorrelation: false}").replace(
            "kind: count, value: 12.5", "kind: revenue"
        ),
        "config-likelihood",
        "mmm.likelihood.family",
        "student_t",
    ),
    "weekly cycle of weeks": (
        model("baseline: {seasonality: {weekly: 2}}"),
        "config-cycle",
        "mmm.baseline.seasonality.weekly",
        "0",
    ),
    "yearly cycle of years": (
        model("baseline: {seasonality: {yearly: 2}}").replace("weekly", "yearly", 1),
        "config-cycle",
        "mmm.baseline.seasonality.yearly",
        "0",
    ),
    "population unknown": (
        model("geo: {scaling: population}"),
        "config-population",
        "mmm.geo.scaling",
        "data.population",
    ),
    "no such day": (
        model("baseline: {events: [{name: e, dates: [2024-02-29, 2023-02-29]}]}"),
        "config-date",
        "mmm.baseline.events[0].dates[1]",
        "YYYY-MM-DD",
    ),
    "no such country": (
        model("baseline: {holidays: {country: XX}}"),
        "config-holiday",
        "mmm.baseline.holidays.country",
        "ISO 3166",
    ),
    "no such state": (
        model("baseline: {holidays: {country: DE, subdivision: BYY}}"),
        "config-holiday",
        "mmm.baseline.holidays.subdivision",
        "`BY`",
    ),
    "no such holiday": (
        model("baseline: {holidays: {country: DE, names: [Christmas Day, Chrismas Day]}}"),
        "config-holiday",
        "mmm.baseline.holidays.names[1]",
        "`Christmas Day`",
    ),
    "reserved name of a run": (DATA.replace("brand", "con.x"), "config-name", "name", "another name"),
    "reserved name of a channel": (
        DATA.replace("name: tv", "name: LPT1"),
        "config-name",
        "data.channels[0].name",
        "label",
    ),
    "space at the end": (
        DATA.replace("name: tv", 'name: "tv "'),
        "config-name",
        "data.channels[0].name",
        "label",
    ),
    "line break in a name": (
        DATA.replace("name: tv", 'name: "t\\nv"'),
        "config-name",
        "data.channels[0].name",
        "label",
    ),
    "same after case folding": (
        DATA.replace("price", "PROMO", 1),
        "config-name-twice",
        "data.controls[0].name",
        "own",
    ),
    "same after normalisation": (
        DATA.replace("name: price", "name: cafe\u0301").replace("name: promo", "name: caf\u00e9"),
        "config-name-twice",
        "data.controls[0].name",
        "own",
    ),
    "an event called as a channel": (
        model("baseline: {events: [{name: Tv, dates: [2024-01-01]}]}"),
        "config-name-twice",
        "mmm.baseline.events[0].name",
        "own",
    ),
}

ACCEPTED = {
    "plain": DATA,
    "counts": model("likelihood: {family: negative_binomial, autocorrelation: false}"),
    "share of an organic channel": model(f"channels: {{mail: {{prior: {SHARE}}}}}"),
    "default share": model(f"default: {{prior: {SHARE}}}").replace(", value: 12.5", ""),
    "default ROI, organic named": model(f"default: {{prior: {ROI}}}, channels: {{mail: {{}}}}"),
    "cycles switched off": model("baseline: {seasonality: {weekly: 0, monthly: 1, yearly: 3}}"),
    "weekly cycle of days": model("baseline: {seasonality: {weekly: 3}}").replace("weekly", "daily", 1),
    "population known": model("geo: {scaling: population}").replace(
        "mmm:", "  population: {column: pop}\nmmm:"
    ),
    "holidays": model("baseline: {holidays: {country: DE, subdivision: BY, names: [Christmas Day]}}"),
    "names that are words of SQL": DATA.replace("name: tv", "name: select").replace(
        "name: radio", "name: date"
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    text, code, key, remedy = REFUSED[case]
    with pytest.raises(ConfigError) as caught:
        parse_config(text)
    assert [(fault.code, fault.where.split(" ", 1)[1]) for fault in caught.value.faults] == [(code, key)]
    assert remedy in caught.value.faults[0].remedy
    assert code in FAULTS


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(case: str) -> None:
    assert parse_config(ACCEPTED[case]).name == "brand"


def test_all_at_once_and_in_order() -> None:
    text = model("channels: {TV: {}}, likelihood: {family: negative_binomial}, geo: {scaling: population}")
    with pytest.raises(ConfigError) as caught:
        parse_config(text)
    assert {fault.code for fault in caught.value.faults} == {
        "config-unknown-channel",
        "config-likelihood",
        "config-population",
    }


def test_paid_and_organic_together_are_counted() -> None:
    many = ", ".join(f"{{name: c{n}, spend: s}}" for n in range(200))
    with pytest.raises(ConfigError, match="201 media channels"):
        parse_config(DATA.replace("{name: tv, spend: s}, {name: radio, spend: r}", many))
