"""Credit of each touch for each conversion, in micro-credits: every rule gives away exactly 1,000,000 a conversion."""

from collections.abc import Mapping

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.statements.clean import MICROS_A_DAY
from mixproof.aggregates.events.statements.inputs import Statement
from mixproof.aggregates.events.statements.panel import period, released, within
from mixproof.records.attribution import CONSENT_LOST, UNATTRIBUTED

WHOLE = 1_000_000
"""Micro-credits of a conversion."""
_ONE = 2**20
"""Weight of a touch at the instant of the conversion; weights are whole numbers, so that every engine adds them alike."""

RULES: Mapping[str, str] = {
    "first": f"CASE WHEN i = 1 THEN {WHOLE} ELSE 0 END",
    "last": f"CASE WHEN i = n THEN {WHOLE} ELSE 0 END",
    "last_non_direct": f"CASE WHEN i = coalesce(marketing, n) THEN {WHOLE} ELSE 0 END",
    "linear": f"CASE WHEN i < n THEN {WHOLE} // n ELSE {WHOLE} - (n - 1) * ({WHOLE} // n) END",
    "position": (
        f"CASE WHEN n = 1 THEN {WHOLE} WHEN n = 2 THEN 500000 WHEN i = 1 THEN 400000 WHEN i < n THEN 200000 // (n - 2) "
        "ELSE 600000 - (n - 2) * (200000 // (n - 2)) END"
    ),
    "time_decay": "CASE WHEN i < n THEN part ELSE rest END",
}
"""Credit of touch `i` of `n`; `marketing` is the last one that is not direct. What does not divide goes to the last touch."""


def credit(config: EventsConfig) -> list[Statement]:
    """Return the statements that end in ``credit_<days>`` for each window, from one relation of pairs."""
    return [_pairs(config), *(each for days in config.credit.windows for each in _window(config, days))]


def _pairs(config: EventsConfig) -> Statement:
    """Return ``pairs``: each conversion with the touches of its person before it, as far as the longest window reaches."""
    longest = max(config.credit.windows) * MICROS_A_DAY
    text = (
        "SELECT c.event AS conversion, c.person, c.day, c.cents, t.event AS touch, t.channel, t.at, c.at - t.at AS age "
        "FROM touch_clean AS t JOIN conversion_clean AS c ON t.person = c.person AND t.at <= c.at "
        f"AND t.at > c.at - {longest} WHERE {within(config, 'c.day')}"
    )
    return Statement("pairs", text)


def _window(config: EventsConfig, days: int) -> list[Statement]:
    """Return the statements of one attribution window."""
    rules = config.credit.rules
    over = "PARTITION BY conversion"
    weight = f", {_weight(config, days)} AS weight" if "time_decay" in rules else ""
    marketing = "last_non_direct" in rules
    numbered = (
        f"SELECT conversion, person, day, cents, touch, channel, row_number() OVER ({over} ORDER BY at, BYTES_ORDER(touch)) AS i, "
        f"count(*) OVER ({over}) AS n{weight} FROM pairs WHERE age < {days * MICROS_A_DAY}"
    )
    columns = "conversion, person, day, cents, channel, i, n"
    last = f"max(CASE WHEN channel <> '{_quoted(config.credit.direct)}' THEN i ELSE NULL END) OVER ({over}) AS marketing"
    stage = f"SELECT {columns}{', weight' if weight else ''}{', ' + last if marketing else ''} FROM numbered_{days}"
    if weight:
        part = f"{WHOLE} * weight // sum(weight) OVER ({over})"
        stage = f"SELECT {columns}{', marketing' if marketing else ''}, {part} AS part FROM ({stage}) AS w"
        before = f"{WHOLE} - sum(CASE WHEN i < n THEN part ELSE 0 END) OVER ({over}) AS rest"
        stage = f"SELECT {columns}{', marketing' if marketing else ''}, part, {before} FROM ({stage}) AS d"
    given = ", ".join(f"{RULES[rule]} AS {rule}" for rule in rules)
    by_touch = f"SELECT conversion, person, day, cents, channel, {given} FROM ({stage}) AS s"
    all_rows = " UNION ALL ".join([by_touch, *_nobody(config, days)])
    sums = [f"sum({rule}) AS {rule}, sum(cents * {rule}) AS {rule}_value" for rule in rules]
    cells = (
        f"SELECT {period(config)} AS period, channel, {', '.join(sums)}, count(DISTINCT person) AS people "
        f"FROM credit_{days}_rows GROUP BY {period(config)}, channel"
    )
    names = [name for rule in rules for name in (rule, f"{rule}_value")]
    return [
        Statement(f"numbered_{days}", numbered),
        Statement(f"credit_{days}_rows", all_rows, "view"),
        Statement(f"credit_{days}_cells", cells),
        *released(config, f"credit_{days}_cells", ("channel",), names),
    ]


def _nobody(config: EventsConfig, days: int) -> list[str]:
    """Return the rows of conversions that no channel is credited with: no touch was seen, or consent was lacking."""
    whole = ", ".join(f"{WHOLE} AS {rule}" for rule in config.credit.rules)
    return [
        f"SELECT c.event AS conversion, c.person, c.day, c.cents, '{UNATTRIBUTED}' AS channel, {whole} FROM conversion_clean AS c "
        f"LEFT JOIN numbered_{days} AS n ON n.conversion = c.event AND n.i = 1 "
        f"WHERE n.conversion IS NULL AND {within(config, 'c.day')}",
        f"SELECT c.event AS conversion, c.person, c.day, coalesce(c.cents, 0) AS cents, '{CONSENT_LOST}' AS channel, {whole} "
        f"FROM conversion_money AS c WHERE c.allowed = 0 AND c.machine = 0 AND {within(config, 'c.day')}",
    ]


def _weight(config: EventsConfig, days: int) -> str:
    """Return the weight of a touch by the whole days of its age."""
    half = config.credit.half_life_days
    cases = [
        f"WHEN age < {(age + 1) * MICROS_A_DAY} THEN {max(1, round(_ONE * 0.5 ** (age / half)))}"
        for age in range(days)
    ]
    return f"CAST(CASE {' '.join(cases)} ELSE 1 END AS BIGINT)"


def _quoted(text: str) -> str:
    return text.replace("'", "''")
