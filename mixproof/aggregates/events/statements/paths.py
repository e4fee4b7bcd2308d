"""Aggregate paths: how often a sequence of channels ended in a conversion, and how often it did not."""

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.statements.clean import MICROS_A_DAY
from mixproof.aggregates.events.statements.inputs import Statement
from mixproof.aggregates.events.statements.panel import released, within
from mixproof.records.attribution import CONSENT_LOST, UNATTRIBUTED

OTHER = "(other)"
"""Paths of too few people, put together."""


def paths(config: EventsConfig) -> list[Statement]:
    """Return the statements that end in ``paths_<days>`` for each window; `numbered_<days>` is there already."""
    return [each for days in config.credit.windows for each in _window(config, days)]


def _window(config: EventsConfig, days: int) -> list[Statement]:
    kept = config.credit.longest_path
    converted = (
        "SELECT conversion, person, cents, PATH(channel, i) AS path "
        f"FROM numbered_{days} WHERE i > n - {kept} GROUP BY conversion, person, cents"
    )
    rows = [
        f"SELECT person, path, 1 AS conversions, cents, 0 AS nulls FROM ({converted}) AS p",
        f"SELECT c.person, '{UNATTRIBUTED}' AS path, 1 AS conversions, c.cents, 0 AS nulls FROM conversion_clean AS c "
        f"LEFT JOIN numbered_{days} AS n ON n.conversion = c.event AND n.i = 1 "
        f"WHERE n.conversion IS NULL AND {within(config, 'c.day')}",
        f"SELECT c.person, '{CONSENT_LOST}' AS path, 1 AS conversions, coalesce(c.cents, 0) AS cents, 0 AS nulls "
        f"FROM conversion_money AS c WHERE c.allowed = 0 AND c.machine = 0 AND {within(config, 'c.day')}",
    ]
    found: list[Statement] = []
    if config.credit.nulls:
        found, nulls = _nulls(config, days)
        rows.append(nulls)
    cells = (
        "SELECT path, sum(conversions) AS conversions, sum(cents) AS cents, sum(nulls) AS nulls, "
        f"count(DISTINCT person) AS people FROM paths_{days}_rows GROUP BY path"
    )
    return [
        *found,
        Statement(f"paths_{days}_rows", " UNION ALL ".join(rows)),
        Statement(f"paths_{days}_cells", cells),
        *released(config, f"paths_{days}_cells", ("path",), ("conversions", "cents", "nulls"), (), OTHER),
    ]


def _nulls(config: EventsConfig, days: int) -> tuple[list[Statement], str]:
    """Return the statements of journeys without a conversion, and the query of their paths.

    Touches that no conversion's window holds make a journey with those of the same person before and after them, as long as no
    gap is wider than the window.
    """
    gap = days * MICROS_A_DAY
    left = (
        "SELECT t.event AS touch, t.person, t.channel, t.at FROM touch_clean AS t "
        f"LEFT JOIN (SELECT DISTINCT touch FROM numbered_{days}) AS p ON p.touch = t.event "
        f"WHERE p.touch IS NULL AND NOT t.person IS NULL AND {within(config, 't.day')}"
    )
    # instants and events are never empty here; NULLS FIRST is what every engine can say of a running sum
    over = "OVER (PARTITION BY person ORDER BY at NULLS FIRST, BYTES_ORDER(touch) NULLS FIRST)"
    starts = (
        f"SELECT touch, person, channel, at, CASE WHEN at - coalesce(lag(at) {over}, at - {gap + 1}) > {gap} THEN 1 ELSE 0 END AS starts "
        f"FROM ({left}) AS l"
    )
    # the running number of a journey is the number of those begun up to here
    numbered = f"SELECT touch, person, channel, at, sum(starts) {over} AS journey FROM journeys_{days}_starts"
    places = "OVER (PARTITION BY person, journey ORDER BY at, BYTES_ORDER(touch))"
    placed = (
        f"SELECT person, journey, channel, row_number() {places} AS i, count(*) OVER (PARTITION BY person, journey) AS n "
        f"FROM ({numbered}) AS j"
    )
    listed = (
        f"SELECT person, journey, PATH(channel, i) AS path FROM journeys_{days} WHERE i > n - {config.credit.longest_path} "
        "GROUP BY person, journey"
    )
    nulls = f"SELECT person, path, 0 AS conversions, 0 AS cents, 1 AS nulls FROM ({listed}) AS q"
    return [Statement(f"journeys_{days}_starts", starts), Statement(f"journeys_{days}", placed)], nulls
