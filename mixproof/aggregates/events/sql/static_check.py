"""What every column of a statement derives from, and the refusal of statements that could let an identifier out.

Each column of a relation has one of four levels. FREE may leave. LABEL is the text of a declared dimension, which may leave
once enough people stand behind it. ROW belongs to one row or one person. KEY is an identifier, and may only be compared with
another one, counted, grouped or sorted by. A relation is made of rows, or of cells; only cells leave.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify

from mixproof.aggregates.events.sql.vocabulary import RefusedError, hook_name, parse

FREE, LABEL, ROW, KEY = range(4)
LEAST_PEOPLE = 10
"""No threshold is lower."""
_WINDOWS = (exp.RowNumber, exp.Count, exp.Sum, exp.Min, exp.Max, exp.Lag, exp.Lead)


@dataclass(frozen=True, slots=True)
class Trait:
    """What a column derives from: its level; whether it names persons, or counts distinct ones."""

    level: int
    person: bool = False
    people: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation that statements may read: its columns, whether its rows are cells, and by what they are grouped."""

    columns: Mapping[str, Trait]
    cells: bool = False
    grouped_by: frozenset[str] = frozenset()


_Read = tuple[str, tuple[tuple[str, Trait], ...], bool, frozenset[str]]
"""A relation that a statement reads: its name, columns, whether it is made of cells, and by what it is grouped."""


@dataclass
class Scope:
    """Columns that one SELECT can see."""

    columns: dict[tuple[str, str], Trait] = field(default_factory=dict)
    sources: dict[str, Relation] = field(default_factory=dict)
    grouping: int | None = None
    names: frozenset[str] = frozenset()

    @property
    def cells(self) -> bool:
        """Whether everything that is read is made of cells."""
        return all(source.cells for source in self.sources.values())


def check(text: str, known: Mapping[str, Relation]) -> Relation:
    """Return what a statement makes, or refuse it.

    Parameters
    ----------
    text : str
        In the vocabulary.
    known : mapping of str to Relation
        Relations that it may read.

    Returns
    -------
    Relation

    Raises
    ------
    RefusedError
        With the reason.
    """
    names = sorted({table.name for table in parse(text).find_all(exp.Table)})
    if not set(names) <= set(known):
        raise RefusedError("a relation is read that no statement has made")
    read = [(name, known[name]) for name in names]
    return _checked(
        text, tuple((name, tuple(of.columns.items()), of.cells, of.grouped_by) for name, of in read)
    )


@cache
def _checked(text: str, reads: tuple[_Read, ...]) -> Relation:
    """Return what a statement makes of the relations that it reads; the same statement is looked at once a process."""
    known = {name: Relation(dict(columns), cells, grouped) for name, columns, cells, grouped in reads}
    schema: dict[str, object] = {name: dict.fromkeys(of.columns, "text") for name, of in known.items()}
    try:
        whole = qualify(
            parse(text).copy(),
            schema=schema,
            dialect="duckdb",
            validate_qualify_columns=True,
            quote_identifiers=False,
            canonicalize_table_aliases=False,
        )
    except (SqlglotError, RecursionError):
        raise RefusedError("a column cannot be traced to a relation") from None
    return _query(whole, known)


def check_output(text: str, known: Mapping[str, Relation], of_people: bool = True) -> Relation:
    """Return what a statement makes whose rows leave the engine, or refuse it.

    Parameters
    ----------
    text : str
        In the vocabulary.
    known : mapping of str to Relation
        Relations that it may read.
    of_people : bool, default True
        Whether its cells are about people, so that each is released by their number; False for counts of rows by day.

    Returns
    -------
    Relation
        All columns free, all rows cells.

    Raises
    ------
    RefusedError
        With the reason.
    """
    made = check(text, known)
    tree = parse(text)
    if not made.cells:
        raise RefusedError("rows leave that are no cells")
    bad = sorted(name for name, trait in made.columns.items() if trait.level != FREE)
    if bad:
        raise RefusedError(f"{len(bad)} columns derive from rows, labels or identifiers")
    if of_people:
        having = tree.args.get("having") if isinstance(tree, exp.Select) else None
        released = having is not None and hook_name(having.this) == "RELEASED"
        if not released or tree.args.get("joins"):
            raise RefusedError("cells leave only after HAVING RELEASED, from one relation")
    return made


def _query(node: exp.Expr, known: Mapping[str, Relation]) -> Relation:
    if isinstance(node, exp.Subquery):
        return _query(node.this, known)
    if isinstance(node, exp.Union):
        return _union(_query(node.this, known), _query(node.expression, known), node)
    if not isinstance(node, exp.Select):
        raise RefusedError("a query is a SELECT")
    return _select(node, known)


def _union(left: Relation, right: Relation, node: exp.Union) -> Relation:
    """Return the relation of both sides. An identifier joins identifiers only: a written one would pick out a person."""
    if len(left.columns) != len(right.columns):
        raise RefusedError("the sides of a UNION differ")
    columns = {}
    for place, (name, one, other) in enumerate(
        zip(left.columns, left.columns.values(), right.columns.values(), strict=True)
    ):
        nothing = [isinstance(_written(side, place), exp.Null) for side in (node.this, node.expression)]
        if KEY in (one.level, other.level) and one.level != other.level and not any(nothing):
            raise RefusedError("an identifier stands in one column with something else")
        person = (one.person or nothing[0]) and (other.person or nothing[1])
        columns[name] = Trait(max(one.level, other.level), person, one.people and other.people)
    return Relation(columns, left.cells and right.cells)


def _written(side: exp.Expr, place: int) -> exp.Expr | None:
    """Return the expression that a side of a UNION has at a place, without name and cast."""
    found = side.selects[place].unalias() if isinstance(side, exp.Select) else None
    return found.this if isinstance(found, exp.Cast) else found


def _select(node: exp.Select, known: Mapping[str, Relation]) -> Relation:
    scope = Scope()
    if node.args.get("from_") is None:
        return Relation(
            {each.alias_or_name: Trait(_level(each.unalias(), scope)) for each in node.selects}, True
        )
    _add_source(node.args["from_"].this, scope, known)
    for join in node.args.get("joins") or []:
        _add_source(join.this, scope, known)
    for join in node.args.get("joins") or []:
        _condition(join.args["on"], scope)
    if node.args.get("where") is not None:
        _condition(node.args["where"].this, scope)
    group = node.args.get("group")
    keys = list(group.expressions) if group is not None else []
    outputs = {each.alias_or_name: each.unalias() for each in node.selects}
    if len(outputs) < len(node.selects):
        raise RefusedError("two columns have one name")
    aggregated = group is not None or any(_aggregates(each) for each in outputs.values())
    if node.args.get("distinct") is not None:
        if aggregated or node.args["distinct"].args.get("on") is not None:
            raise RefusedError("DISTINCT stands in a query without aggregates")
        keys, aggregated = list(outputs.values()), True
    if aggregated:
        scope.grouping = max((_level(key, scope) for key in keys), default=FREE)
        scope.names = frozenset(key.name for key in keys if isinstance(key, exp.Column))
    if node.args.get("having") is not None:
        _having(node.args["having"].this, scope)
    columns = {name: _trait(each, scope) for name, each in outputs.items()}
    cells = scope.cells or (aggregated and (scope.grouping or FREE) <= LABEL)
    written = {key.sql() for key in keys}
    grouped = frozenset(name for name, each in outputs.items() if each.sql() in written)
    return Relation(columns, cells, grouped if aggregated and len(grouped) == len(written) else frozenset())


def _add_source(node: exp.Expr, scope: Scope, known: Mapping[str, Relation]) -> None:
    relation = known[node.name] if isinstance(node, exp.Table) else _query(node, known)
    alias = node.alias_or_name
    if not alias or alias in scope.sources:
        raise RefusedError("every relation of a query has a name of its own")
    scope.sources[alias] = relation
    scope.columns |= {(alias, name): trait for name, trait in relation.columns.items()}


def _aggregates(node: exp.Expr) -> bool:
    """Return whether an expression holds an aggregate outside a window."""
    if isinstance(node, exp.Window):
        return False
    if isinstance(node, exp.AggFunc | exp.Anonymous) and (
        not isinstance(node, exp.Anonymous) or hook_name(node) == "PATH"
    ):
        return True
    return any(_aggregates(each) for each in node.iter_expressions())


def _trait(node: exp.Expr, scope: Scope) -> Trait:
    """Return what an output column derives from."""
    if isinstance(node, exp.Paren):
        return _trait(node.this, scope)
    if isinstance(node, exp.Column):
        return _column(node, scope)
    if isinstance(node, exp.Coalesce):
        parts = [_trait(each, scope) for each in (node.this, *node.expressions)]
        return Trait(_level(node, scope), all(each.person for each in parts))
    return Trait(_level(node, scope), people=_counts_people(node, scope))


def _column(node: exp.Column, scope: Scope) -> Trait:
    trait = scope.columns.get((node.table, node.name))
    if trait is None:
        raise RefusedError("a column cannot be traced to a relation")
    return trait


def _counts_people(node: exp.Expr, scope: Scope) -> bool:
    """Return whether an aggregate is the number of distinct persons behind the cell."""
    if not isinstance(node, exp.Count) or scope.grouping is None or scope.grouping > LABEL:
        return False
    inner = node.this
    if isinstance(inner, exp.Distinct) and len(inner.expressions) == 1:
        inner = inner.expressions[0]
        return isinstance(inner, exp.Column) and _column(inner, scope).person
    if not isinstance(inner, exp.Column) or not _column(inner, scope).person or len(scope.sources) > 1:
        return False
    (source,) = scope.sources.values()  # one row a person and cell already: the rows are the people
    return source.grouped_by == scope.names | {inner.name}


def _condition(node: exp.Expr, scope: Scope) -> None:
    if _level(node, scope) == KEY:
        raise RefusedError("an identifier is no condition")


def _having(node: exp.Expr, scope: Scope) -> None:
    if hook_name(node) != "RELEASED":
        _condition(node, scope)
        return
    people, least = node.expressions
    _hold_threshold(people, least, scope)


def _hold_threshold(people: exp.Expr, least: exp.Expr, scope: Scope) -> None:
    if not isinstance(people, exp.Column) or not _column(people, scope).people:
        raise RefusedError("a threshold is held against a count of distinct people")
    if not isinstance(least, exp.Literal) or least.is_string or int(least.this) < LEAST_PEOPLE:
        raise RefusedError(f"a threshold is at least {LEAST_PEOPLE} people")


def _level(node: exp.Expr, scope: Scope) -> int:
    """Return the level of an expression, or refuse what it does with an identifier."""
    if isinstance(node, exp.Column):
        return _column(node, scope).level
    if isinstance(node, exp.Literal | exp.Null | exp.Boolean | exp.DataType | exp.Star):
        return FREE
    if isinstance(node, exp.Paren | exp.MD5):
        return _level(node.this, scope)
    if isinstance(node, exp.Window):
        return _window(node, scope)
    if isinstance(node, exp.Anonymous):
        return _hook(node, scope)
    if isinstance(node, exp.Count | exp.Sum | exp.Min | exp.Max):
        return _aggregate(node, scope)
    if isinstance(node, exp.Is):
        _level(node.this, scope)
        return FREE if scope.cells else ROW
    if isinstance(node, exp.EQ):
        return _equality(node, scope)
    if isinstance(node, exp.Coalesce | exp.Case):
        return _choice(node, scope)
    levels = [_level(each, scope) for each in node.iter_expressions()]
    if KEY in levels:
        raise RefusedError(f"{type(node).__name__} of an identifier")
    return max(levels, default=FREE)


def _aggregate(node: exp.Expr, scope: Scope) -> int:
    inner = node.this.expressions if isinstance(node.this, exp.Distinct) else [node.this]
    levels = [_level(each, scope) for each in inner]
    if not isinstance(node, exp.Count):
        if isinstance(node.this, exp.Distinct):
            raise RefusedError("DISTINCT stands in COUNT alone")
        if KEY in levels or (LABEL in levels and not isinstance(node, exp.Sum)):
            raise RefusedError(f"{type(node).__name__} of an identifier or label")
        if not isinstance(node, exp.Sum) and ROW in levels and (scope.grouping or FREE) <= LABEL:
            raise RefusedError("the smallest or largest value of rows is one person's")
    return FREE if (scope.grouping or FREE) <= LABEL else ROW


def _window(node: exp.Window, scope: Scope) -> int:
    if not isinstance(node.this, _WINDOWS) or scope.grouping is not None:
        raise RefusedError("a window is outside the vocabulary")
    order = node.args.get("order")
    for each in [
        *(node.args.get("partition_by") or []),
        *(o.this for o in (order.expressions if order else [])),
    ]:
        _level(each, scope)
    inner = [] if isinstance(node.this, exp.RowNumber) else [node.this.this]
    if any(isinstance(each, exp.Distinct) for each in inner):
        raise RefusedError("DISTINCT stands in no window")
    levels = [_level(each, scope) for each in inner]
    if (KEY in levels or LABEL in levels) and not isinstance(node.this, exp.Count):
        raise RefusedError("a window hands on an identifier or label")
    return max([FREE if scope.cells else ROW, *(level for level in levels if level != KEY)])


def _equality(node: exp.EQ, scope: Scope) -> int:
    """Two identifiers may be equal; one is never held against anything else."""
    one, other = _level(node.this, scope), _level(node.expression, scope)
    if (one == KEY) != (other == KEY):
        raise RefusedError("an identifier is compared with something else")
    return ROW if one == KEY else max(one, other)


def _choice(node: exp.Expr, scope: Scope) -> int:
    """Return the level of COALESCE or CASE; where a branch is an identifier, every one is, or empty."""
    if isinstance(node, exp.Coalesce):
        values, conditions = [node.this, *node.expressions], []
    else:
        values = [each.args["true"] for each in node.args["ifs"]]
        values += [node.args["default"]] if node.args.get("default") is not None else []
        conditions = [each.this for each in node.args["ifs"]]
        if node.this is not None:
            raise RefusedError("CASE stands without a value behind it")
    decided = [_level(each, scope) for each in conditions]
    levels = [_level(each, scope) for each in values]
    if KEY in decided:
        raise RefusedError("an identifier decides a case")
    if KEY in levels and any(
        level != KEY and not isinstance(each, exp.Null) for each, level in zip(values, levels, strict=True)
    ):
        raise RefusedError("an identifier stands in one column with something else")
    return max([*decided, *levels])


def _hook(node: exp.Anonymous, scope: Scope) -> int:
    name, parts = hook_name(node), node.expressions
    if name == "SHOWN":
        label, people, least, other = parts
        _hold_threshold(people, least, scope)
        named = isinstance(label, exp.Column) and isinstance(other, exp.Literal)
        if not named or label.table != people.table:
            raise RefusedError("SHOWN takes a column, and the people behind it in the same relation")
        if _level(label, scope) > LABEL or (not scope.sources[label.table].cells):
            raise RefusedError("SHOWN takes the label of a cell")
        return FREE
    levels = [_level(each, scope) for each in parts]
    if name == "RELEASED":
        raise RefusedError("RELEASED stands alone after HAVING")
    if name in ("KEY_HASH", "BYTES_ORDER"):
        if name == "BYTES_ORDER" and not isinstance(node.parent, exp.Ordered):
            raise RefusedError("BYTES_ORDER stands in ORDER BY")
        return levels[0]
    if KEY in levels:
        raise RefusedError(f"{name} of an identifier")
    if name == "PATH":
        if levels[0] > LABEL or scope.grouping is None:
            raise RefusedError("PATH takes the labels of a group")
        return LABEL
    if name == "LOCAL_DAY":
        if not isinstance(parts[1], exp.Literal):
            raise RefusedError("the zone of a day is written out")
        return FREE
    return levels[0]
