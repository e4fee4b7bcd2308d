"""Events that count: each once, with consent as of its instant, from people, under the person's one key, in one currency."""

from collections.abc import Sequence

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.statements.inputs import Input, Statement, dimensions

MICROS_A_DAY = 86_400_000_000


def clean(config: EventsConfig, sources: Sequence[Input]) -> list[Statement]:
    """Return the statements that end in ``touch_clean`` and ``conversion_clean``.

    Parameters
    ----------
    config : EventsConfig
    sources : sequence of Input
        Every source of the section.

    Returns
    -------
    list of Statement
    """
    return [
        *identity(config),
        *consent_spans(config),
        *unique("touch", [each for each in sources if each.kind == "touches"]),
        *_touches(config),
        *_rates(config),
        *unique("conversion", [each for each in sources if each.kind == "conversions"]),
        *_conversions(config),
    ]


def unique(event: str, sources: Sequence[Input]) -> list[Statement]:
    """Return the statements that end in ``<event>_unique``: of rows with one identifier the first that came in.

    Only rows whose identifier's hash another row has, too, are sorted; the hash alone decides nothing.

    Parameters
    ----------
    event : str
        "touch" or "conversion".
    sources : sequence of Input
        Tables of such events.

    Returns
    -------
    list of Statement
    """
    names = ["source", *sources[0].roles]
    listed = ", ".join(names)
    instants = "MICROS(ingest) NULLS LAST, MICROS(time) NULLS LAST"
    texts = [name for name in names if name not in ("event", "time", "ingest", "consent", "bot", "value")]
    ties = [f"BYTES_ORDER({name}) NULLS LAST" for name in texts]
    ties += [f"{name} NULLS LAST" for name in ("consent", "bot", "value") if name in names]
    order = ", ".join([instants, *ties])
    rows = " UNION ALL ".join(f"SELECT {listed} FROM {each.relation} WHERE fault IS NULL" for each in sources)
    of_t, of_d = (", ".join(f"{alias}.{name}" for name in names) for alias in "td")
    return [
        Statement(f"{event}_rows", rows, "view"),
        Statement(
            f"{event}_twins",
            f"SELECT KEY_HASH(event) AS twin FROM {event}_rows GROUP BY KEY_HASH(event) HAVING count(*) > 1",
        ),
        Statement(
            f"{event}_doubles",
            f"SELECT {of_t}, row_number() OVER (PARTITION BY t.event ORDER BY {order}) AS place "
            f"FROM {event}_rows AS t JOIN {event}_twins AS w ON KEY_HASH(t.event) = w.twin",
        ),
        Statement(
            f"{event}_unique",
            f"SELECT {of_t} FROM {event}_rows AS t LEFT JOIN {event}_twins AS w ON KEY_HASH(t.event) = w.twin "
            f"WHERE w.twin IS NULL UNION ALL SELECT {of_d} FROM {event}_doubles AS d WHERE d.place = 1",
            "view",
        ),
    ]


def identity(config: EventsConfig) -> list[Statement]:
    """Return the statement of ``device_person``: a device's person; of several, the first in the order of bytes."""
    if config.links is None:
        return []
    place = "row_number() OVER (PARTITION BY device ORDER BY BYTES_ORDER(person))"
    inner = f"SELECT device, person, {place} AS place FROM in_{config.links.name} WHERE fault IS NULL"
    return [Statement("device_person", f"SELECT device, person FROM ({inner}) AS l WHERE place = 1")]


def consent_spans(config: EventsConfig) -> list[Statement]:
    """Return the statements of ``consent_spans``: from when until when a person's consent held, if not withdrawn since."""
    if config.consent is None:
        return []
    changes = (
        "SELECT person, MICROS(time) AS since, min(CASE WHEN granted THEN 1 ELSE 0 END) AS granted "
        f"FROM in_{config.consent.name} WHERE fault IS NULL GROUP BY person, MICROS(time)"
    )
    over = "OVER (PARTITION BY person ORDER BY since)"
    spans = f"SELECT person, since, granted, lead(since) {over} AS ends FROM consent_changes"
    # the newest change has no end: whoever withdrew in it is left out wholly
    last = "sum(CASE WHEN ends IS NULL THEN granted ELSE 0 END) OVER (PARTITION BY person)"
    return [
        Statement("consent_changes", changes),
        Statement("consent_ends", spans),
        Statement(
            "consent_spans",
            "SELECT person, since, coalesce(ends, 9223372036854775807) AS ends FROM "
            f"(SELECT person, since, ends, granted, {last} AS now FROM consent_ends) AS s WHERE granted = 1 AND now = 1",
        ),
    ]


def _marked(event: str, names: Sequence[str], config: EventsConfig) -> str:
    """Return the query that gives each event its person, its day, and why it may not count."""
    person, joins, linked = "u.person", "", "0"
    allowed = "u.consent" if event else ""
    if config.links is not None:
        person, linked = "coalesce(l.person, u.person)", "CASE WHEN l.person IS NULL THEN 0 ELSE 1 END"
        joins += " LEFT JOIN device_person AS l ON l.device = u.person"
    if config.consent is not None:
        allowed = "u.consent AND NOT s.person IS NULL"
        joins += " LEFT JOIN consent_spans AS s ON s.person = u.person AND MICROS(u.time) >= s.since AND MICROS(u.time) < s.ends"
    kept = ", ".join(f"u.{name}" for name in names)
    return (
        f"SELECT u.source, u.event, {person} AS person, u.time, u.ingest, LOCAL_DAY(u.time, '{config.time_zone}') AS day, "
        f"{linked} AS linked, CASE WHEN {allowed} THEN 1 ELSE 0 END AS allowed, "
        f"CASE WHEN u.bot >= {config.bot_score_below} THEN 1 ELSE 0 END AS machine, {kept} FROM {event}_unique AS u{joins}"
    )


def _touches(config: EventsConfig) -> list[Statement]:
    """Return ``touch_marked`` and ``touch_clean``."""
    names = dimensions(config)
    listed = ", ".join(names)
    # no day is asked for here: a day costs more than all else of a row, and pairs need none
    kept = f"SELECT event, person, MICROS(time) AS at, day, {listed} FROM touch_marked WHERE allowed = 1 AND machine = 0"
    most = config.bounds.touches_a_day
    if most is not None:
        place = "row_number() OVER (PARTITION BY person, day ORDER BY md5(event), BYTES_ORDER(event))"
        inner = f"SELECT event, person, at, day, {listed}, {place} AS place FROM ({kept}) AS k"
        # rows of nobody are not bounded: nobody stands behind them
        kept = f"SELECT event, person, at, day, {listed} FROM ({inner}) AS b WHERE place <= {most} OR person IS NULL"
    return [
        Statement("touch_marked", _marked("touch", names, config), "view"),
        Statement("touch_clean", kept, "view"),
    ]


def _rates(config: EventsConfig) -> list[Statement]:
    """Return ``rate_spans``: from which day until which a rate holds."""
    if config.rates is None:
        return []
    days = f"SELECT currency, day, min(rate) AS rate FROM in_{config.rates.name} WHERE fault IS NULL GROUP BY currency, day"
    over = "OVER (PARTITION BY currency ORDER BY day)"
    spans = f"SELECT currency, day AS since, rate, coalesce(lead(day) {over}, CAST('9999-12-31' AS DATE)) AS ends FROM rate_days"
    doubles = (
        "SELECT count(*) AS days FROM (SELECT currency, day FROM (SELECT DISTINCT currency, day, rate "
        f"FROM in_{config.rates.name} WHERE fault IS NULL) AS r GROUP BY currency, day HAVING count(*) > 1) AS d"
    )
    return [
        Statement("rate_doubles", doubles, "counts"),
        Statement("rate_days", days),
        Statement("rate_spans", spans),
    ]


def money(config: EventsConfig, alias: str, amount: str) -> tuple[str, str]:
    """Return the expression of cents in the section's currency, and the join that it needs.

    Parameters
    ----------
    config : EventsConfig
    alias : str
        Of the relation with `day`, `currency` and the amount.
    amount : str
        Column of the amount.

    Returns
    -------
    tuple of str
        Cents are empty where a rate is missing.
    """
    plain = f"CAST(round({alias}.{amount} * 100) AS BIGINT)"
    if config.rates is None:
        return plain, ""
    own = f"{alias}.currency IS NULL OR {alias}.currency = '{config.currency}'"
    join = f" LEFT JOIN rate_spans AS r ON r.currency = {alias}.currency AND {alias}.day >= r.since AND {alias}.day < r.ends"
    return (
        f"CASE WHEN {own} THEN {plain} ELSE CAST(round({alias}.{amount} * r.rate * 100) AS BIGINT) END",
        join,
    )


def _conversions(config: EventsConfig) -> list[Statement]:
    """Return ``conversion_marked``, ``conversion_money`` and ``conversion_clean``."""
    by = list(config.panel.outcome_by)
    names = ["value", "currency", "type", *by]
    cents, join = money(config, "m", "value")
    # a conversion without a value counts, and is worth nothing; one without a rate does not count
    worth = f"CASE WHEN m.value IS NULL THEN 0 ELSE {cents} END"
    listed = ", ".join(["type", *by])
    carried = ", ".join(f"m.{name}" for name in ["type", *by])
    priced = (
        "SELECT m.source, m.event, m.person, MICROS(m.time) AS at, m.day, m.allowed, m.machine, "
        f"{worth} AS cents, {carried} FROM conversion_marked AS m{join}"
    )
    limit = config.bounds.value
    value = (
        "cents"
        if limit is None
        else f"CASE WHEN cents > {round(limit * 100)} THEN {round(limit * 100)} ELSE cents END"
    )
    kept = (
        f"SELECT event, person, at, day, {value} AS cents, {listed} FROM conversion_money "
        "WHERE allowed = 1 AND machine = 0 AND NOT cents IS NULL"
    )
    if config.bounds.conversions is not None:
        place = "row_number() OVER (PARTITION BY person ORDER BY md5(event), BYTES_ORDER(event))"
        inner = f"SELECT event, person, at, day, cents, {listed}, {place} AS place FROM ({kept}) AS k"
        kept = (
            f"SELECT event, person, at, day, cents, {listed} FROM ({inner}) AS b "
            f"WHERE place <= {config.bounds.conversions} OR person IS NULL"
        )
    return [
        Statement("conversion_marked", _marked("conversion", names, config), "view"),
        Statement("conversion_money", priced),
        Statement("conversion_clean", kept),
    ]
