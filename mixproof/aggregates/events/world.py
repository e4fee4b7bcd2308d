"""A market of people whose truth is known: touches, conversions, costs, identities and an experiment, made inside an engine.

Volumes by day and channel are drawn here; every row is made by the engine from hashes of its number, so that threads and
memory decide nothing, and no key is ever read back. What a channel causes is marked while it is made; only its sums leave.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

START, END = date(2025, 1, 6), date(2026, 1, 4)
"""A Monday and a Sunday, 52 weeks apart."""
WARM_UP = 31
"""Days of touches before the start."""
TEST_START, TEST_END = date(2025, 8, 4), date(2025, 10, 26)
ROTATED = date(2025, 11, 24)
"""Day on which the app's keys were made anew and its links no longer match."""
_DOLLARS = "video"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: its share of touches, what a touch costs, and the chance that a touch causes a conversion."""

    name: str
    share: float
    cost: float
    chance: float


CHANNELS = (
    Channel("search", 0.26, 2.2, 0.045),
    Channel("social", 0.26, 1.2, 0.040),
    Channel("video", 0.20, 0.9, 0.025),
    Channel("display", 0.14, 0.5, 0.006),
    Channel("direct", 0.14, 0.0, 0.0),
)
"""The paid ones have a cost; direct visits cause nothing, and are seen before many conversions."""


def write_events(folder: Path, touches: int = 200_000, seed: int = 1) -> list[Path]:
    """Return the files of a market of people: its event tables, and the truth about each channel.

    Parameters
    ----------
    folder : pathlib.Path
        Made where it is missing.
    touches : int, default 200_000
        How many touches, doubles apart.
    seed : int, default 1
        Another seed is another market.

    Returns
    -------
    list of pathlib.Path
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, touches])
    volumes = _volumes(rng, touches)
    people = max(2_000, touches // 12)
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("volumes", volumes)
        connection.register("orders", _orders(rng, people))
        for text in _statements(seed, people):
            connection.execute(text)
        written = [
            _copied(connection, query, folder / f"events_{name}.parquet") for name, query in _TABLES.items()
        ]
        truth = connection.execute(_TRUTH).df()
    finally:
        connection.close()
    costs, rates = _costs(volumes)
    for name, frame in (("costs", costs), ("rates", rates), ("truth", truth)):
        written.append(folder / f"events_{name}.csv")
        frame.to_csv(written[-1], index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return written


def _copied(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> Path:
    connection.execute(
        f"COPY ({query}) TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 15)"
    )
    return path


def _volumes(rng: np.random.Generator, touches: int) -> pd.DataFrame:
    """Return touches by day and channel: campaigns come and go by week, so that spend and outcome move."""
    first = START - timedelta(days=WARM_UP)
    days = pd.date_range(first, END)
    weeks = (np.arange(len(days)) + 7 - WARM_UP % 7) // 7
    rows = []
    for channel in CHANNELS:
        level = np.exp(rng.normal(0, 0.45 if channel.cost else 0.1, weeks.max() + 1))
        expected = level[weeks] / level[weeks].mean() * touches * channel.share / len(days)
        rows.append(pd.DataFrame({"day": days, "channel": channel.name, "n": rng.poisson(expected)}))
    found = pd.concat(rows, ignore_index=True)
    found["chance"] = found["channel"].map({channel.name: channel.chance for channel in CHANNELS})
    return found


def _orders(rng: np.random.Generator, people: int) -> pd.DataFrame:
    """Return conversions by day that no channel causes: a season and a trend."""
    days = pd.date_range(START - timedelta(days=WARM_UP), END)
    place = np.arange(len(days))
    expected = people * 0.0007 * (1 + 0.12 * np.sin(2 * np.pi * place / 365.25) + 0.0002 * place)
    return pd.DataFrame({"day": days, "n": rng.poisson(expected)})


def _costs(volumes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return costs by day and channel, one of them in dollars, and the rates of exchange."""
    paid = {channel.name: channel.cost for channel in CHANNELS if channel.cost}
    costs = volumes[volumes["channel"].isin(paid)].copy()
    costs["cost"] = (costs["n"] * costs["channel"].map(paid)).round(2)
    costs["currency"] = np.where(costs["channel"] == _DOLLARS, "USD", "EUR")
    rates = pd.DataFrame(
        {"day": pd.date_range(START - timedelta(days=WARM_UP + 3), END, freq="28D"), "currency": "USD"}
    )
    rates["rate"] = (0.92 + 0.03 * np.sin(np.arange(len(rates)))).round(6)
    return costs[["day", "channel", "cost", "currency"]], rates


def _statements(seed: int, people: int) -> list[str]:
    """Return the statements that make touches and conversions; `u` of a number and a salt is even between 0 and 1."""
    test = f"d >= DATE '{TEST_START}' AND d <= DATE '{TEST_END}'"
    return [
        f"CREATE MACRO u(i, salt) AS (hash(i, salt, {seed}) % 1000000007) / 1000000007.0",
        f"CREATE MACRO who(i) AS (hash(i, 'who', {seed}) % {people})::BIGINT",
        "CREATE MACRO in_test(p) AS u(p, 'test') < 0.8",
        "CREATE MACRO held_out(p) AS u(p, 'test') < 0.4",
        "CREATE MACRO key(p, i) AS CASE WHEN u(p, 'known') < 0.85 AND u(i, 'second') < 0.3 THEN 'b' || p ELSE 'a' || p END",
        "CREATE TABLE planned AS SELECT row_number() OVER (ORDER BY day, channel, k) AS i, day::DATE AS d, channel, chance FROM "
        "(SELECT day, channel, chance, unnest(range(n)) AS k FROM volumes)",
        # people held out of social see none of it during the test, and what it would have caused does not happen
        "CREATE TABLE shown AS SELECT i, who(i) AS p, d, channel, chance, "
        "d::TIMESTAMP + to_seconds((u(i, 'at') * 86399)::BIGINT) AS ts FROM planned "
        f"WHERE NOT (channel = 'social' AND {test} AND held_out(who(i)))",
        "CREATE TABLE caused AS SELECT 2 * i AS event_id, p, i, channel AS cause, "
        "ts + to_seconds((-ln(1 - u(i, 'lag')) * 129600)::BIGINT) AS ts FROM shown WHERE u(i, 'causes') < chance",
        "CREATE TABLE own AS SELECT 2 * i + 1 AS event_id, who(-i) AS p, -i AS i, NULL AS cause, "
        "d::TIMESTAMP + to_seconds((u(-i, 'at') * 86399)::BIGINT) AS ts FROM (SELECT row_number() OVER "
        "(ORDER BY day, k) AS i, day::DATE AS d FROM (SELECT day, unnest(range(n)) AS k FROM orders))",
        f"CREATE TABLE orders_made AS SELECT *, (2500 + 7500 * u(i, 'value'))::BIGINT / 100.0 AS value FROM "
        f"(FROM caused UNION ALL FROM own) WHERE ts < TIMESTAMP '{END + timedelta(days=1)}'",
    ]


_FIELDS = (
    "ts AT TIME ZONE 'UTC' AS ts, (ts + to_seconds((u(i, 'delay') * 600 + CASE WHEN u(i, 'late') < 0.01 THEN 200000 ELSE 0 END)::BIGINT)) "
    "AT TIME ZONE 'UTC' AS ingested, u(p, 'consent') < 0.9 AS consent"
)
_APP = f"u(p, 'app') < 0.15 AND d >= DATE '{START}'"
_TOUCH = (
    f"SELECT i AS event_id, %s AS person, {_FIELDS}, channel, CASE WHEN u(i, 'bot') < 0.03 THEN 0.95 ELSE 0.05 END AS bot_score "
    "FROM shown WHERE %s"
)
_DOUBLES = "SELECT * FROM ({0}) UNION ALL SELECT * REPLACE (ingested + INTERVAL 5 MINUTE AS ingested) FROM ({0}) WHERE u(event_id, 'double') < 0.02"
_TABLES = {
    "touches": _DOUBLES.format(_TOUCH % ("key(p, i)", f"NOT ({_APP})")) + " ORDER BY event_id, ingested",
    "app": _DOUBLES.format(_TOUCH % (f"CASE WHEN d >= DATE '{ROTATED}' THEN 'n' ELSE 'm' END || p", _APP))
    + " ORDER BY event_id, ingested",
    "orders": f"SELECT event_id, key(p, i) AS person, {_FIELDS}, value, 'EUR' AS currency FROM orders_made "
    "WHERE u(i, 'till') >= 0.15 ORDER BY event_id",
    "till": f"SELECT event_id, 'p' || p AS person, {_FIELDS}, value FROM orders_made WHERE u(i, 'till') < 0.15 ORDER BY event_id",
    "links": "SELECT device, 'p' || p AS person FROM (SELECT DISTINCT p, unnest(['a' || p, 'b' || p, 'm' || p]) AS device "
    "FROM (SELECT DISTINCT p FROM shown UNION SELECT DISTINCT p FROM orders_made)) WHERE u(p, 'known') < 0.85 ORDER BY device",
    "assignment": "SELECT CASE WHEN u(p, 'known') < 0.85 THEN 'p' ELSE 'a' END || p AS person, "
    "CASE WHEN held_out(p) THEN 'held out' ELSE 'as usual' END AS arm FROM "
    "(SELECT DISTINCT p FROM shown UNION SELECT DISTINCT p FROM orders_made) WHERE in_test(p) ORDER BY person",
}
"""Table -> its query. An order of a till is known by the person's own key, the others by the device's."""
_TRUTH = (
    "SELECT channel, coalesce(conversions, 0)::BIGINT AS caused_conversions, round(coalesce(value, 0), 2) AS caused_value, "
    "coalesce(tested, 0)::BIGINT AS caused_in_test FROM "
    "(SELECT DISTINCT channel FROM volumes) LEFT JOIN (SELECT cause AS channel, count(*) AS conversions, sum(value) AS value, "
    f"count(*) FILTER (in_test(p) AND NOT held_out(p) AND ts >= TIMESTAMP '{TEST_START}' AND ts < TIMESTAMP '{TEST_END + timedelta(days=1)}') AS tested "
    f"FROM orders_made WHERE cause IS NOT NULL AND u(p, 'consent') < 0.9 AND ts >= TIMESTAMP '{START}' GROUP BY cause) USING (channel) "
    "ORDER BY channel"
)
"""What each channel caused among the people who consented: on all days, and in the treated arm on the days of the test."""
