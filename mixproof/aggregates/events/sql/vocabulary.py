"""What a statement may be made of. Whatever is not listed here stops it, on every engine: an unknown function that one engine
has and another understands differently would give other tables in silence."""

from functools import cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

HOOKS: dict[str, int] = {
    "LOCAL_DAY": 2,
    "WEEK_OF": 1,
    "MICROS": 1,
    "PATH": 2,
    "BYTES_ORDER": 1,
    "KEY_HASH": 1,
    "SHOWN": 4,
    "RELEASED": 2,
}
"""Words of this vocabulary that no engine knows, with the number of their arguments; `dialects` puts each engine's own there.

``LOCAL_DAY(instant, zone)`` day of an instant in a zone; ``WEEK_OF(day)`` Monday of its week;
``MICROS(instant)`` microseconds since 1970; ``PATH(label, position)`` labels in the order of positions, as an aggregate;
``BYTES_ORDER(text)`` a text as a sorting key;
``KEY_HASH(key)`` 64 bits of a key, which differ by engine and decide nothing;
``SHOWN(label, people, k, other)`` the label where at least k people stand behind it, else the other text;
``RELEASED(people, k)`` after HAVING: whether the cell may leave."""

_EXPRESSIONS: tuple[type[exp.Expr], ...] = (
    exp.Add, exp.Alias, exp.And, exp.Anonymous, exp.Boolean, exp.Case, exp.Cast, exp.Coalesce, exp.Column, exp.Count,
    exp.DataType, exp.DataTypeParam, exp.Distinct, exp.EQ, exp.GT, exp.GTE, exp.Identifier, exp.If, exp.IntDiv, exp.Is,
    exp.LT, exp.LTE, exp.Lag, exp.Lead, exp.Literal, exp.MD5, exp.Max, exp.Min, exp.Mul, exp.NEQ, exp.Neg, exp.Not, exp.Null,
    exp.Or, exp.Order, exp.Ordered, exp.Paren, exp.Round, exp.RowNumber, exp.Star, exp.Sub, exp.Sum, exp.Window,
)  # fmt: skip
_RELATIONS: tuple[type[exp.Expr], ...] = (
    exp.From, exp.Group, exp.Having, exp.Join, exp.Select, exp.Subquery, exp.Table, exp.TableAlias, exp.Union, exp.Where,
)  # fmt: skip
_LISTED = frozenset((*_EXPRESSIONS, *_RELATIONS))
_ARGUMENTS: dict[type[exp.Expr], frozenset[str]] = {
    exp.Select: frozenset({"expressions", "from_", "joins", "where", "group", "having", "distinct", "kind"}),
    exp.Union: frozenset({"this", "expression", "distinct"}),
    exp.Group: frozenset({"expressions"}),
    exp.Join: frozenset({"this", "side", "kind", "on"}),
    exp.Table: frozenset({"this", "alias"}),
    exp.Subquery: frozenset({"this", "alias"}),
    exp.Window: frozenset({"this", "partition_by", "order", "over"}),
    exp.Order: frozenset({"expressions"}),
    exp.Distinct: frozenset({"expressions"}),
    exp.Count: frozenset({"this", "big_int"}),
    exp.Lag: frozenset({"this"}),
    exp.Lead: frozenset({"this"}),
    exp.Coalesce: frozenset({"this", "expressions"}),
}
"""Of nodes that take more in other dialects, what they may take here."""
_JOINS = frozenset({("", ""), ("", "INNER"), ("LEFT", "")})


class RefusedError(Exception):
    """A statement that is not run, and why. It is a fault of this program or an attack, never of the data."""


@cache
def parse(text: str) -> exp.Select | exp.Union:
    """Return the syntax tree of a statement, which is one query made of the vocabulary.

    Raises
    ------
    RefusedError
        It is not one query, or something in it is not listed.
    """
    try:
        trees = sqlglot.parse(text, read="duckdb")
    except (SqlglotError, RecursionError):
        raise RefusedError("the text cannot be read as a query") from None
    if len(trees) != 1 or not isinstance(trees[0], exp.Select | exp.Union):
        raise RefusedError("a statement is one query")
    tree = trees[0]
    for node in tree.walk():
        _hold_to_list(node)
    return tree


def _hold_to_list(node: exp.Expr) -> None:
    """Raise where a node, or what it is given, is not of the vocabulary."""
    kind = type(node)
    if kind not in _LISTED:
        raise RefusedError(f"{kind.__name__} is outside the vocabulary")
    allowed = _ARGUMENTS.get(kind)
    given = {name for name, value in node.args.items() if value not in (None, [], False)}
    if allowed is not None and not given <= allowed:
        raise RefusedError(
            f"{', '.join(sorted(given - allowed))} of {kind.__name__} is outside the vocabulary"
        )
    if isinstance(node, exp.Anonymous):
        name = str(node.this).upper()
        if HOOKS.get(name) != len(node.expressions):
            raise RefusedError("a function is outside the vocabulary")
    if isinstance(node, exp.Select) and node.args.get("kind"):
        raise RefusedError("SELECT AS is outside the vocabulary")
    if isinstance(node, exp.Union) and (type(node) is not exp.Union or node.args.get("distinct")):
        raise RefusedError("only UNION ALL is in the vocabulary")
    if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
        raise RefusedError("a table is named, not made by a function")
    if isinstance(node, exp.Subquery) and not isinstance(node.parent, exp.From | exp.Join):
        raise RefusedError("a query stands only where a table can stand")
    if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
        raise RefusedError("columns are named one by one")
    if isinstance(node, exp.Join) and not _plain_join(node):
        raise RefusedError("joins are JOIN or LEFT JOIN with ON")
    if isinstance(node, exp.Identifier) and not str(node.this).isascii():
        raise RefusedError("names are plain ASCII")


def _plain_join(node: exp.Join) -> bool:
    return (node.side.upper(), node.kind.upper()) in _JOINS and node.args.get("on") is not None


def hook_name(node: exp.Expr) -> str:
    """Return the name of a hook, empty for any other node."""
    return str(node.this).upper() if isinstance(node, exp.Anonymous) else ""
