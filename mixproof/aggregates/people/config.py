"""The `privacy:` section: tables that count people, and how small a number may be published."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from mixproof.aggregates.config import Column
from mixproof.config import Section

Dims = Annotated[tuple[Column, ...], Field(min_length=1, max_length=4, strict=False)]


class PeopleTable(Section):
    """Tables over the same rows, which are protected together."""

    name: Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]
    """Name of the files that are written."""
    file: Annotated[str, Field(min_length=1, max_length=500)]
    """Path of a .csv, .parquet or .xlsx file: a row for each combination of levels that has people."""
    by: Annotated[tuple[Dims, ...], Field(min_length=1, max_length=6, strict=False)]
    """Columns of levels of each table, for example [[region, week], [channel, week]]; totals over each are published too."""
    people: Column
    """Column that counts distinct people, who must not stand in two rows."""
    counts: Annotated[tuple[Column, ...], Field(max_length=20, strict=False)] = ()
    """Other columns of whole numbers, published under the same pattern."""
    money: Annotated[tuple[Column, ...], Field(max_length=20, strict=False)] = ()
    """Columns of money, published to the cent under the same pattern."""
    where: Annotated[
        dict[Column, Annotated[tuple[str, ...], Field(min_length=1, strict=False)]], Field(max_length=4)
    ] = {}
    """Levels that are kept, by column; what is left out stays in the file, as it can be worked out, too. Default: all."""
    population: Annotated[str, Field(min_length=1, max_length=80)] = "people"
    """Who is counted. All releases of one population are compared with each other, whatever their columns are called."""
    decimal: Literal[".", ","] = "."
    """Decimal mark of money."""

    @model_validator(mode="after")
    def _each_column_once(self) -> "PeopleTable":
        used = [*self.dims(), self.people, *self.counts, *self.money]
        if len(set(used)) < len(used) or any(len(set(table)) < len(table) for table in self.by):
            raise ValueError(f"a column has two parts in the release `{self.name}`; give each one")
        return self

    def dims(self) -> list[str]:
        """Return all columns of levels: those of the tables, then those of the filter alone."""
        return list(dict.fromkeys([*(dim for table in self.by for dim in table), *self.where]))


class PrivacyConfig(Section):
    """Tables that leave the house."""

    fewest_people: Annotated[int, Field(ge=3, le=10_000)] = 10
    """Fewest people that a published number may stand for."""
    share: Annotated[float, Field(gt=0, le=1)] = 0.1
    """How far from its true value an attacker's interval of hidden money must reach at least, as a share of it."""
    most_hidden: Annotated[float, Field(gt=0, lt=1)] = 0.05
    """Share of the people in hidden cells above which a coarser grid is proposed."""
    keep_days: Annotated[int, Field(ge=1, le=36_500)] = 1_096
    """Days after which the registry deletes the rows of a release; what shares levels with it is not released afterwards."""
    tables: Annotated[tuple[PeopleTable, ...], Field(min_length=1, max_length=20, strict=False)]
    """The tables."""

    @model_validator(mode="after")
    def _names_differ(self) -> "PrivacyConfig":
        names = [table.name for table in self.tables]
        if len(set(names)) < len(names):
            raise ValueError("two releases have one name; give each its own")
        return self
