"""Evasions are refused and honest queries pass; what passes says rightly what each column derives from."""

from collections.abc import Iterator

import pytest

from mixproof.aggregates.events.sql.static_check import (
    FREE,
    KEY,
    LABEL,
    ROW,
    Relation,
    Trait,
    check,
    check_output,
)
from mixproof.aggregates.events.sql.vocabulary import RefusedError

PERSON, EVENT = Trait(KEY, person=True), Trait(KEY)
ROWS = {"event": EVENT, "person": PERSON, "time": Trait(ROW), "channel": Trait(LABEL), "geo": Trait(LABEL)}
KNOWN = {
    "touches": Relation({**ROWS, "bot": Trait(ROW), "source": Trait(FREE)}),
    "orders": Relation({**ROWS, "cents": Trait(ROW)}),
    "links": Relation({"device": PERSON, "person": PERSON}),
    "costs": Relation({"day": Trait(FREE), "channel": Trait(FREE), "cents": Trait(FREE)}, cells=True),
    "cells": Relation(
        {"day": Trait(FREE), "channel": Trait(LABEL), "n": Trait(FREE), "people": Trait(FREE, people=True)},
        cells=True,
    ),
    "big": Relation({"channel": Trait(LABEL), "people": Trait(FREE, people=True)}, cells=True),
}
SHOW = "SHOWN(channel, people, 50, '(withheld)')"
OUT = f"SELECT {SHOW} AS channel, sum(n) AS n FROM %s GROUP BY {SHOW} HAVING RELEASED(people, 50)"
BY = "SELECT channel, count(*) AS n, count(DISTINCT person) AS people FROM touches GROUP BY channel"


def honest() -> Iterator[str]:
    """Yield queries whose cells may leave."""
    yield OUT % "cells"
    yield OUT % f"({BY}) AS t"
    for day in (
        "LOCAL_DAY(time, 'UTC')",
        "LOCAL_DAY(time, 'Europe/Berlin')",
        "WEEK_OF(LOCAL_DAY(time, 'UTC'))",
    ):
        yield (
            OUT
            % f"({BY.replace('channel,', f'channel, {day} AS day,').replace('BY channel', f'BY channel, {day}')}) AS t"
        )
    for condition in (
        "bot < 0.5",
        "NOT person IS NULL",
        "channel <> 'direct'",
        "bot < 0.5 AND NOT person IS NULL",
        "MICROS(time) >= 0 OR bot IS NULL",
    ):
        yield OUT % f"({BY.replace('FROM touches', f'FROM touches WHERE {condition}')}) AS t"
    for number in (
        "sum(cents)",
        "sum(cents * cents)",
        "sum(CASE WHEN cents > 5 THEN 1 ELSE 0 END)",
        "count(cents)",
        "count(DISTINCT event)",
    ):
        yield (
            OUT
            % f"(SELECT channel, {number} AS n, count(DISTINCT person) AS people FROM orders GROUP BY channel) AS t"
        )
    once = "row_number() OVER (PARTITION BY {0} ORDER BY {1}) AS place"
    for by, order in (
        ("event", "MICROS(time)"),
        ("person", "md5(event)"),
        ("person", "BYTES_ORDER(event) NULLS LAST"),
        ("person, channel", "time"),
        ("KEY_HASH(event)", "BYTES_ORDER(person)"),
    ):
        inner = f"SELECT channel, person, {once.format(by, order)} FROM touches"
        yield OUT % f"({BY.replace('FROM touches', f'FROM ({inner}) AS r WHERE place <= 2')}) AS t"
    for join in (
        "JOIN orders AS o ON o.person = t.person",
        "LEFT JOIN orders AS o ON o.person = t.person AND MICROS(t.time) <= MICROS(o.time)",
        "JOIN links AS o ON o.device = t.person",
        "LEFT JOIN links AS o ON o.device = t.person",
    ):
        yield OUT % (
            f"(SELECT t.channel, count(*) AS n, count(DISTINCT o.person) AS people FROM touches AS t {join} GROUP BY t.channel) AS q"
        )
    yield OUT % (
        "(SELECT channel, count(*) AS n, count(DISTINCT who) AS people FROM (SELECT t.channel, coalesce(l.person, t.person) AS who "
        "FROM touches AS t LEFT JOIN links AS l ON l.device = t.person) AS r GROUP BY channel) AS q"
    )
    path = "SELECT person, PATH(channel, MICROS(time)) AS channel FROM touches GROUP BY person"
    yield (
        OUT
        % f"(SELECT channel, count(*) AS n, count(DISTINCT person) AS people FROM ({path}) AS p GROUP BY channel) AS q"
    )
    each = "SELECT channel, person, count(*) AS k FROM touches GROUP BY channel, person"
    yield (
        OUT
        % f"(SELECT channel, sum(k) AS n, count(person) AS people FROM ({each}) AS e GROUP BY channel) AS q"
    )
    yield (
        OUT
        % f"(SELECT channel, sum(k * k) AS n, count(person) AS people FROM ({each}) AS e GROUP BY channel) AS q"
    )
    union = "SELECT channel, person FROM touches UNION ALL SELECT channel, person FROM orders"
    yield OUT % f"({BY.replace('touches', f'({union}) AS u')}) AS t"
    gone = "SELECT channel, person FROM touches UNION ALL SELECT channel, CAST(NULL AS VARCHAR) AS person FROM orders"
    yield (
        OUT
        % f"(SELECT channel, count(*) AS n, count(DISTINCT person) AS people FROM ({gone}) AS u GROUP BY channel) AS t"
    )
    yield f"SELECT day, {SHOW} AS channel, sum(n) AS n, sum(people) AS p FROM cells GROUP BY day, {SHOW} HAVING RELEASED(people, 10)"
    ranked = "SELECT day, channel, n, people, row_number() OVER (PARTITION BY day ORDER BY people) AS place FROM cells"
    yield OUT % f"(SELECT channel, n, people FROM ({ranked}) AS r WHERE place > 1) AS q"


EVASIONS = """
SELECT person FROM touches
SELECT event FROM orders
SELECT channel, time FROM touches
SELECT channel, geo FROM touches
SELECT * FROM touches
SELECT touches.* FROM touches
SELECT md5(person) AS h, count(*) AS n FROM touches GROUP BY md5(person)
SELECT KEY_HASH(person) AS h, count(*) AS n FROM touches GROUP BY KEY_HASH(person)
SELECT substr(person, 1, 8) AS p, count(*) AS n FROM touches GROUP BY 1
SELECT substring(person, 1, 8) AS p, count(*) AS n FROM touches GROUP BY substring(person, 1, 8)
SELECT left(person, 4) AS p, count(*) AS n FROM touches GROUP BY 1
SELECT CAST(person AS VARCHAR) AS geo, count(*) AS n FROM touches GROUP BY CAST(person AS VARCHAR)
SELECT person::BIGINT AS geo, count(*) AS n FROM touches GROUP BY 1
SELECT TRY_CAST(person AS INT) AS geo, count(*) AS n FROM touches GROUP BY 1
SELECT max(person) AS m FROM touches
SELECT min(person) AS m FROM touches
SELECT channel, min(person) AS m FROM touches GROUP BY channel
SELECT max(event) AS m, count(*) AS n FROM orders
SELECT max(cents) AS m FROM orders
SELECT channel, min(cents) AS m FROM orders GROUP BY channel
SELECT max(MICROS(time)) AS m FROM touches
SELECT list(person) AS l FROM touches
SELECT array_agg(person) AS l FROM touches
SELECT string_agg(person, ',') AS s FROM touches
SELECT PATH(person, MICROS(time)) AS p FROM touches
SELECT group_concat(person) AS s FROM touches
SELECT channel, quantile_disc(person, 0.5) AS q FROM touches GROUP BY channel
SELECT quantile_cont(cents, 0.5) AS q FROM orders
SELECT median(cents) AS q FROM orders
SELECT mode(person) AS q FROM touches
SELECT any_value(person) AS a FROM touches
SELECT first(person) AS a FROM touches
SELECT arg_max(person, time) AS a FROM touches
SELECT histogram(person) AS h FROM touches
SELECT approx_count_distinct(person) AS n FROM touches
SELECT sum(ascii(person)) AS s FROM touches
SELECT sum(length(person)) AS s FROM touches
SELECT sum(hash(person)) AS s FROM touches
SELECT sum(KEY_HASH(person)) AS s FROM touches
SELECT bit_xor(hash(person)) AS s FROM touches
SELECT sum(person) AS s FROM touches
SELECT avg(cents) AS a FROM orders
SELECT count(*) AS n FROM touches WHERE person = 'jane'
SELECT count(*) AS n FROM touches WHERE 'jane' = person
SELECT count(*) AS n FROM touches WHERE person IN ('jane')
SELECT count(*) AS n FROM touches WHERE person LIKE 'j%'
SELECT count(*) AS n FROM touches WHERE person ILIKE 'j%'
SELECT count(*) AS n FROM touches WHERE person BETWEEN 'a' AND 'b'
SELECT count(*) AS n FROM touches WHERE person > 'm'
SELECT count(*) AS n FROM touches WHERE person <> 'jane'
SELECT count(*) AS n FROM touches WHERE md5(person) = 'x'
SELECT count(*) AS n FROM touches WHERE KEY_HASH(person) = 7
SELECT count(*) AS n FROM touches WHERE NOT (person = 'jane')
SELECT count(*) AS n FROM touches WHERE regexp_matches(person, 'j')
SELECT count(*) AS n FROM touches WHERE coalesce(person, 'jane') = person
SELECT count(*) FILTER (WHERE person = 'jane') AS n FROM touches
SELECT sum(CASE WHEN person = 'jane' THEN 1 ELSE 0 END) AS n FROM touches
SELECT CASE WHEN person < 'm' THEN 1 ELSE 0 END AS g, count(*) AS n FROM touches GROUP BY 1
SELECT CASE person WHEN 'jane' THEN 1 ELSE 0 END AS g, count(*) AS n FROM touches GROUP BY 1
SELECT channel, count(*) AS n FROM touches GROUP BY channel, person
SELECT channel, count(*) AS n FROM touches GROUP BY channel, time
SELECT channel, count(*) AS n FROM touches GROUP BY ROLLUP (channel, person)
SELECT channel, count(*) AS n FROM touches GROUP BY ALL
SELECT e AS geo, count(*) AS n FROM (SELECT person AS e FROM touches) AS t GROUP BY e
SELECT geo, count(*) AS n FROM (SELECT person AS geo FROM touches) AS t GROUP BY geo
SELECT row_number() OVER (ORDER BY person) AS geo, channel FROM touches
SELECT r AS geo, count(*) AS n FROM (SELECT row_number() OVER (PARTITION BY person ORDER BY time) AS r FROM touches) AS t GROUP BY r
SELECT rank() OVER (ORDER BY person) AS r FROM touches
SELECT first_value(person) OVER (ORDER BY time) AS f FROM touches
SELECT lag(person) OVER (ORDER BY time) AS f FROM touches
SELECT lead(channel) OVER (ORDER BY time) AS f FROM touches
SELECT max(person) OVER (PARTITION BY channel) AS f FROM touches
SELECT sum(cents) OVER (ORDER BY time) AS f FROM orders
SELECT channel || person AS c, count(*) AS n FROM touches GROUP BY 1
SELECT concat(channel, person) AS c, count(*) AS n FROM touches GROUP BY 1
SELECT coalesce(person, geo) AS geo, count(*) AS n FROM touches GROUP BY coalesce(person, geo)
SELECT nullif(person, 'x') AS g, count(*) AS n FROM touches GROUP BY 1
SELECT count(*) AS n FROM touches; SELECT person FROM touches
SELECT (SELECT max(person) FROM touches) AS m, count(*) AS n FROM touches
SELECT count(*) AS n FROM touches WHERE EXISTS (SELECT 1 FROM links WHERE device = 'jane')
SELECT count(*) AS n FROM touches WHERE person IN (SELECT device FROM links)
SELECT channel, count(*) AS n FROM touches GROUP BY channel UNION ALL SELECT person, 1 AS n FROM touches
SELECT channel, 1 AS n FROM touches UNION SELECT geo, 1 AS n FROM touches
SELECT channel FROM touches INTERSECT SELECT person FROM touches
SELECT channel FROM touches EXCEPT SELECT geo FROM touches
SELECT t.channel, count(*) AS n FROM touches AS t JOIN (SELECT 'jane' AS person) AS j ON t.person = j.person GROUP BY t.channel
SELECT t.channel, count(*) AS n FROM touches AS t JOIN links AS l ON t.person = l.device AND l.person = 'x' GROUP BY t.channel
SELECT count(*) AS n FROM touches AS t JOIN (SELECT 'jane' AS p FROM costs UNION ALL SELECT person FROM links) AS j ON t.person = j.p
SELECT count(*) AS n FROM touches AS t JOIN costs AS c ON t.person = c.channel
SELECT count(*) AS n FROM touches AS t, links AS l WHERE t.person = l.device
SELECT count(*) AS n FROM touches CROSS JOIN links
SELECT count(*) AS n FROM touches NATURAL JOIN links
SELECT count(*) AS n FROM touches JOIN links USING (person)
SELECT count(*) AS n FROM touches ASOF JOIN orders ON touches.person = orders.person AND touches.time >= orders.time
SELECT x FROM touches, LATERAL (SELECT person AS x) AS l
WITH RECURSIVE r AS (SELECT person FROM touches UNION ALL SELECT person FROM r) SELECT person FROM r
WITH t AS (SELECT person FROM touches) SELECT person FROM t
SELECT unnest(list(person)) AS e FROM touches
SELECT struct_pack(p := person) AS s FROM touches
SELECT {'p': person} AS s FROM touches
SELECT [person] AS s FROM touches
SELECT to_json(touches) AS s FROM touches
SELECT person -- a comment\n FROM touches
SELECT per/**/son FROM touches
SELECT "person" FROM touches
SELECT U&"person" FROM touches
SELECT pеrson FROM touches
SELECT channel, count(*) AS n FROM touches GROUP BY channel ORDER BY person
SELECT channel, count(*) AS n FROM touches GROUP BY channel LIMIT 1
SELECT channel FROM touches USING SAMPLE 1
SELECT channel, count(*) AS n FROM touches GROUP BY channel HAVING count(*) = 1
SELECT channel, count(*) AS n FROM touches QUALIFY row_number() OVER (PARTITION BY person ORDER BY time) = 1
SELECT DISTINCT person FROM touches
SELECT DISTINCT ON (person) channel FROM touches
SELECT COLUMNS('per.*') FROM touches
SELECT leak(person) AS s FROM touches
SELECT count(*) AS n FROM read_csv('people.csv')
SELECT count(*) AS n FROM 'people.parquet'
SELECT count(*) AS n FROM duckdb_settings()
SELECT count(*) AS n FROM secret_table
COPY touches TO 'x.csv'
CREATE TABLE x AS SELECT person FROM touches
CREATE MACRO leak(x) AS x
PRAGMA database_list
ATTACH 'x.db'
SET memory_limit = '9GB'
EXPORT DATABASE 'x'
INSTALL httpfs
FROM touches
TABLE touches
VALUES ('jane')
DESCRIBE touches
EXPLAIN ANALYZE SELECT person FROM touches
SUMMARIZE touches
PIVOT touches ON person USING count(*)
SELECT SHOWN(person, people, 50, 'x') AS p, sum(n) AS n FROM cells GROUP BY SHOWN(person, people, 50, 'x') HAVING RELEASED(people, 50)
SELECT SHOWN(channel, n, 50, 'x') AS c, sum(n) AS n FROM cells GROUP BY SHOWN(channel, n, 50, 'x') HAVING RELEASED(people, 50)
SELECT SHOWN(channel, people, 1, 'x') AS c, sum(n) AS n FROM cells GROUP BY SHOWN(channel, people, 1, 'x') HAVING RELEASED(people, 50)
SELECT SHOWN(channel, people, 50, 'x') AS c, sum(n) AS n FROM cells GROUP BY SHOWN(channel, people, 50, 'x')
SELECT SHOWN(channel, people, 50, 'x') AS c, sum(n) AS n FROM cells GROUP BY SHOWN(channel, people, 50, 'x') HAVING RELEASED(people, 9)
SELECT SHOWN(channel, people, 50, 'x') AS c, sum(n) AS n FROM cells GROUP BY SHOWN(channel, people, 50, 'x') HAVING RELEASED(n, 50)
SELECT channel AS c, sum(n) AS n FROM cells GROUP BY channel HAVING RELEASED(people, 50)
SELECT SHOWN(c.channel, b.people, 50, 'x') AS c, sum(n) AS n FROM cells AS c JOIN big AS b ON b.channel = c.channel GROUP BY SHOWN(c.channel, b.people, 50, 'x') HAVING RELEASED(b.people, 50)
SELECT sum(n) AS n FROM cells AS c JOIN big AS b ON b.channel <> c.channel HAVING RELEASED(b.people, 50)
SELECT k, sum(n) AS n FROM (SELECT LOCAL_DAY(person, 'UTC') AS k, 1 AS n FROM touches) AS t GROUP BY k
SELECT day, count(*) AS n FROM (SELECT LOCAL_DAY(time, channel) AS day FROM touches) AS t GROUP BY day
""".strip().splitlines()


@pytest.mark.parametrize("text", list(honest()))
def test_honest_cells_may_leave(text: str) -> None:
    made = check_output(text, KNOWN)
    assert made.cells
    assert {trait.level for trait in made.columns.values()} == {FREE}


@pytest.mark.parametrize("text", EVASIONS)
def test_evasions_are_refused(text: str) -> None:
    text = text.replace("\\n", "\n")
    with pytest.raises(RefusedError):
        check_output(text, KNOWN)
    if "RELEASED" not in text and "SHOWN" not in text:
        # not for want of a threshold alone
        with pytest.raises(RefusedError):
            check_output(text, KNOWN, of_people=False)


def test_there_are_many_of_both() -> None:
    assert len(set(EVASIONS)) == len(EVASIONS) >= 100
    assert len(set(honest())) >= 30


COLUMNS = [
    ("SELECT person AS a FROM touches", Trait(KEY, person=True)),
    ("SELECT KEY_HASH(person) AS a FROM touches", Trait(KEY)),
    (
        "SELECT coalesce(l.person, t.person) AS a FROM touches AS t LEFT JOIN links AS l ON l.device = t.person",
        Trait(KEY, person=True),
    ),
    ("SELECT LOCAL_DAY(time, 'UTC') AS a FROM touches", Trait(FREE)),
    ("SELECT MICROS(time) AS a FROM touches", Trait(ROW)),
    ("SELECT count(*) AS a FROM touches GROUP BY person", Trait(ROW)),
    ("SELECT count(DISTINCT person) AS a FROM touches GROUP BY channel", Trait(FREE, people=True)),
    ("SELECT count(DISTINCT event) AS a FROM touches GROUP BY channel", Trait(FREE)),
    ("SELECT count(person) AS a FROM touches GROUP BY channel", Trait(FREE)),
    ("SELECT count(*) OVER (PARTITION BY channel) AS a FROM touches", Trait(ROW)),
    ("SELECT sum(people) OVER (PARTITION BY day) AS a FROM cells", Trait(FREE)),
]


@pytest.mark.parametrize(("text", "trait"), COLUMNS)
def test_columns_derive_from(text: str, trait: Trait) -> None:
    assert check(text, KNOWN).columns["a"] == trait
