"""Cells to numbers inside the engine: the same rules as `mixproof.aggregates.reading.numbers`, written in SQL."""

from dataclasses import dataclass
from math import floor, log10

from mixproof.aggregates.reading.numbers import CURRENCY, EITHER, NEGATIVE, PLAIN, WRITTEN

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_DECIMAL_DIGITS, _ROW_DIGITS = 38, 10
# What Python's strip() takes off, less the separators of lines that no cell of a CSV holds.
_BLANKS = "".join(
    chr(c) for c in (*range(9, 14), *range(28, 33), 133, 160, 5760, *range(8192, 8203), 8239, 8287, 12288)
)


@dataclass(frozen=True, slots=True)
class Cell:
    """Expressions for one cell: its number (NULL where it is none), its kind, and the weight of its row.

    ``kind`` is 'known', 'blank', 'text' or 'unreal'. ``weight`` is None where every row counts alike.
    """

    value: str
    kind: str
    weight: str | None = None

    @property
    def product(self) -> str:
        """Expression that is added up: the number, times the weight where there is one."""
        return self.value if self.weight is None else f"({self.value} * {self.weight})"


def cell(column: str, kind: str, decimal: str) -> Cell:
    """Return the expressions for a cell of `column`, whose type the engine calls `kind`.

    Parameters
    ----------
    column, kind : str
    decimal : {".", ","}

    Returns
    -------
    Cell
    """
    if is_text(kind):
        return _of_text(column, decimal)
    if is_number(kind):
        number = f"CAST({column} AS DOUBLE)"
        sort = (
            f"CASE WHEN {column} IS NULL OR isnan({number}) THEN 'blank' "
            f"WHEN isinf({number}) THEN 'unreal' ELSE 'known' END"
        )
        return Cell(f"(CASE WHEN isfinite({number}) THEN {number} END)", f"({sort})")
    return Cell("CAST(NULL AS DOUBLE)", f"(CASE WHEN {column} IS NULL THEN 'blank' ELSE 'text' END)")


def _of_text(column: str, decimal: str) -> Cell:
    bare = f"trim({column}, '{_BLANKS}')"
    number = _number(bare, decimal)
    sort = (
        f"CASE WHEN {column} IS NULL OR {bare} = '' THEN 'blank' "
        f"WHEN regexp_full_match(lower({bare}), '[+-]*(nan|inf|infinity)') THEN 'unreal' "
        f"WHEN {number} IS NULL THEN 'text' WHEN isfinite({number}) THEN 'known' ELSE 'unreal' END"
    )
    return Cell(f"(CASE WHEN isfinite({number}) THEN {number} END)", f"({sort})")


def _number(bare: str, decimal: str) -> str:
    """Return the expression of a text's number, infinite where it is beyond all, NULL where it is none."""
    digits = f"replace(regexp_replace({bare}, '[^0-9{decimal}]', '', 'g'), ',', '.')"
    value = f"CAST({digits} AS DOUBLE) / (CASE WHEN contains({bare}, '%') THEN 100 ELSE 1 END)"
    negative = " OR ".join(f"contains({bare}, '{mark}')" for mark in NEGATIVE)
    written = f"WHEN {_matches(bare, WRITTEN[decimal].pattern)} THEN (CASE WHEN {negative} THEN -1 ELSE 1 END) * {value} "
    # beyond the largest number the engine knows no value
    plain = f"WHEN {_matches(bare, PLAIN.pattern)} THEN coalesce(TRY_CAST({bare} AS DOUBLE), 'inf'::DOUBLE) "
    return f"(CASE {plain if decimal == '.' else ''}{written}END)"


@dataclass(frozen=True, slots=True)
class Marks:
    """Expressions over a column of text, aggregated: what its marks tell.

    ``told`` counts the numbers whose marks are clear, ``either`` is the first that can be read in two ways.
    ``percent`` counts numbers in per cent, ``above`` those above 1 that are not. ``currencies`` are the marks of money.
    """

    told: str
    either: str
    percent: str
    above: str
    currencies: str


def marks(column: str, known: Cell) -> Marks:
    """Return the expressions of what the marks of a column of text tell.

    Parameters
    ----------
    column : str
    known : Cell
        From `cell`.

    Returns
    -------
    Marks
    """
    bare = f"trim({column}, '{_BLANKS}')"
    number = f"{known.kind} = 'known'"
    either, marked = _matches(bare, EITHER.pattern), f"regexp_matches({bare}, '[.,]')"
    currency = CURRENCY.pattern.replace("'", "''")
    money = f"{number} AND regexp_matches({bare}, '{currency}')"
    return Marks(
        f"count(*) FILTER ({number} AND {marked} AND NOT {either})",
        f"min({bare}) FILTER ({number} AND {either})",
        f"count(*) FILTER ({number} AND contains({bare}, '%'))",
        f"count(*) FILTER (abs({known.value}) > 1 AND NOT contains({bare}, '%'))",
        f"string_agg(DISTINCT regexp_extract({bare}, '{currency}'), ' ') FILTER ({money})",
    )


def _matches(text: str, pattern: str) -> str:
    """Return the test whether a whole text has the form of a pattern."""
    return f"regexp_full_match({text}, '{pattern.replace(chr(39), chr(39) * 2)}')"


def total(expression: str, largest: float) -> str:
    """Return the sum of `expression` over a group; the number itself where a group has one.

    In fixed point: whole numbers of a unit so small that 28 digits lie below the largest value, with room above it
    for ten thousand million rows. Unlike sums of floating-point numbers these do not depend on the order of rows.

    Parameters
    ----------
    expression : str
        SQL of type DOUBLE.
    largest : float
        Largest absolute value of `expression` in the table.

    Returns
    -------
    str
        SQL of type DOUBLE.
    """
    before = max(0, floor(log10(largest)) + 1) if largest > 0 else 0
    scale = min(_DECIMAL_DIGITS - _ROW_DIGITS - before, 30)
    small = f"CASE WHEN abs({expression}) <= {largest!r} THEN {expression} END"
    added = f"CAST(sum(CAST({small} AS DECIMAL({_DECIMAL_DIGITS}, {scale}))) AS DOUBLE)"
    return f"CASE WHEN count({expression}) = 1 THEN any_value({expression}) ELSE {added} END"


def is_text(kind: str) -> bool:
    """Say whether a type of the engine is text."""
    return kind == "VARCHAR" or kind.startswith("ENUM")


def is_number(kind: str) -> bool:
    """Say whether a type of the engine is a number; flags are none."""
    return kind.removeprefix("U") in _WHOLE or kind.startswith(("FLOAT", "DOUBLE", "DECIMAL"))
