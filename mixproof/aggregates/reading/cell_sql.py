"""Cells to numbers inside the engine: the same rules as `mixproof.aggregates.reading.numbers`, written in SQL."""

from dataclasses import dataclass
from math import floor, log10

from mixproof.aggregates.reading.numbers import COMMA, PLAIN

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
    """Return the expressions for a cell of `column`, whose type the engine calls `kind`."""
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
    plain = bare if decimal == "." else f"replace(replace({bare}, '.', ''), ',', '.')"
    pattern = (PLAIN if decimal == "." else COMMA).pattern
    written = f"regexp_full_match({bare}, '{pattern}')"
    number = f"TRY_CAST({plain} AS DOUBLE)"
    sort = (
        f"CASE WHEN {column} IS NULL OR {bare} = '' THEN 'blank' "
        f"WHEN regexp_full_match(lower({bare}), '[+-]*(nan|inf|infinity)') THEN 'unreal' "
        f"WHEN NOT {written} THEN 'text' WHEN isfinite({number}) THEN 'known' ELSE 'unreal' END"
    )
    return Cell(f"(CASE WHEN {written} AND isfinite({number}) THEN {number} END)", f"({sort})")


def total(expression: str, largest: float) -> str:
    """Return the sum of `expression` over a group; the number itself where a group has one.

    In fixed point: whole numbers of a unit so small that 28 digits lie below the largest value, with room above it
    for ten thousand million rows. Unlike sums of floating-point numbers these do not depend on the order of rows.
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
