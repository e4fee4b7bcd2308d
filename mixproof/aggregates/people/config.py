"""The `privacy:` section: tables that count people, and how small a number may be published."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from mixproof.aggregates.config import Column
from mixproof.config import Section
from mixproof.text import hidden

Level = Annotated[str, Field(min_length=1, max_length=200)]
Dims = Annotated[tuple[Column, ...], Field(min_length=1, max_length=4, strict=False)]


class Noise(Section):
    """Noise in every number of a release, so that it hardly depends on any one person (differential privacy)."""

    rho: Annotated[float, Field(ge=1e-6, le=10)]
    """Privacy loss of the release (zero-concentrated differential privacy), spread evenly over its tables and measures."""
    levels: Annotated[
        dict[Column, Annotated[tuple[Level, ...], Field(min_length=1, max_length=10_000, strict=False)]],
        Field(min_length=1, max_length=4),
    ]
    """All levels of each column in `by`, known without the data: each is released, with people or not; others are left out."""
    rows_per_person: Annotated[int, Field(ge=1, le=10_000)] = 1
    """Most rows of a hand-made file that a person stands in; with `person`: most cells of a table that he is counted in."""
    most: Annotated[dict[Column, Annotated[float, Field(gt=0, le=1e9)]], Field(max_length=40)] = {}
    """Most that a person adds to one row or cell, for each column of `counts` and `money`. Of people it is 1."""
    public: Annotated[tuple[Column, ...], Field(max_length=20, strict=False)] = ()
    """Measures that are nobody's secret, such as media spend or sizes of assigned arms: released as they are, never noised."""
    person: Column | None = None
    """Column of the file that says whose a row is. Then rows are persons' own: the engine counts the people, keeps at most
    `rows_per_person` cells of each and cuts what each adds to a cell at `most`; a .csv or .parquet file. Default: counts."""


class Budget(Section):
    """Privacy loss that all noised releases of one population, or of the same rows, may add up to."""

    rho: Annotated[float, Field(gt=0, le=100)]
    """Largest sum of `rho`; the first that was written into the registry is not raised by a later one."""
    delta: Annotated[float, Field(gt=0, le=0.01)] = 1e-6
    """For which epsilon is told beside rho; well below one over the number of people."""


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

    noise: Noise | None = None
    """Release noised numbers in place of hidden ones, charged to the `budget`."""

    @model_validator(mode="after")
    def _each_column_once(self) -> "PeopleTable":
        used = [*self.dims(), self.people, *self.counts, *self.money]
        if len(set(used)) < len(used) or any(len(set(table)) < len(table) for table in self.by):
            raise ValueError(f"a column has two parts in the release `{self.name}`; give each one")
        return self

    @model_validator(mode="after")
    def _noise_is_whole(self) -> "PeopleTable":
        if self.noise is None:
            return self
        measures, noise = {self.people, *self.counts, *self.money}, self.noise
        secret = measures - set(noise.public)
        if self.where:
            raise ValueError("`where` and `noise` do not go together: name the levels in `noise.levels`")
        if set(noise.levels) != set(self.dims()):
            raise ValueError("`noise.levels` names each column of `by` with all of its levels, and no other")
        if not secret or set(noise.public) - measures:
            raise ValueError("`noise.public` names measures of the release, and leaves one to be noised")
        if set(noise.most) != secret - {self.people}:
            raise ValueError(
                "`noise.most` names each column of `counts` and `money` that is not public, and no other"
            )
        scaled = {name: most * (100 if name in self.money else 1) for name, most in noise.most.items()}
        if any(abs(most - round(most)) > 1e-6 or round(most) < 1 for most in scaled.values()):
            raise ValueError(
                "`noise.most` of a count is a whole number, that of money has at most two decimals"
            )
        if any(hidden(level) for levels in noise.levels.values() for level in levels):
            raise ValueError("`noise.levels` has a character that nobody sees or that a terminal obeys")
        if noise.person is not None and (noise.public or noise.person in {*measures, *self.dims()}):
            raise ValueError("with `noise.person` nothing is public, and the column has no other part")
        if any(len(set(levels)) < len(levels) for levels in noise.levels.values()):
            raise ValueError("`noise.levels` names a level twice")
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
    budget: Budget | None = None
    """Privacy loss that noised releases may add up to; needed where a table has `noise`."""
    tables: Annotated[tuple[PeopleTable, ...], Field(min_length=1, max_length=20, strict=False)]
    """The tables."""

    @model_validator(mode="after")
    def _names_differ(self) -> "PrivacyConfig":
        names = [table.name for table in self.tables]
        if len(set(names)) < len(names):
            raise ValueError("two releases have one name; give each its own")
        if self.budget is None and any(table.noise is not None for table in self.tables):
            raise ValueError("a table has `noise`: say in `budget` what all releases may add up to")
        return self
