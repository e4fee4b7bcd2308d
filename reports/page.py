"""What a page is made of: sections of a few kinds of blocks; templates know how each kind looks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Text:
    """One or more paragraphs; `bullets` makes a list of them, `lead` sets them larger."""

    kind: ClassVar[str] = "text"
    lines: Sequence[str]
    bullets: bool = False
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart across the page, with what it shows and how to read it."""

    kind: ClassVar[str] = "figure"
    title: str
    svg: Markup
    caption: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several small charts."""

    title: str
    svg: Markup
    caption: str
    colour: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Small charts side by side."""

    kind: ClassVar[str] = "grid"
    title: str
    panels: Sequence[Panel]
    caption: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a printed table: its head, its unit under it, and whether it holds numbers."""

    head: str
    unit: str = ""
    number: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table with everything already written as people read it; folded ones open on a click and in print."""

    kind: ClassVar[str] = "table"
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    note: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a term and what it is here; `wide` ones are long, such as hashes."""

    kind: ClassVar[str] = "facts"
    title: str
    pairs: Sequence[tuple[str, str]]
    code: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """A number large enough to be seen first."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    """A few large numbers in a row."""

    kind: ClassVar[str] = "tiles"
    tiles: Sequence[Tile]


@dataclass(frozen=True, slots=True)
class Cards:
    """Lists that stand beside each other, such as an answer and how far it may be trusted."""

    kind: ClassVar[str] = "cards"
    cards: Sequence[tuple[str, Sequence[str]]]
    """Title and sentences of each."""


Block = Text | Figure | Grid | Table | Facts | Tiles | Cards


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its anchor, its name in the navigation, its headline, and its blocks."""

    key: str
    nav: str
    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)
