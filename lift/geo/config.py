"""A geo experiment in the YAML: the series, the geos treated, how they were chosen, and how the answer is found."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from lift.experiment import Experiment, Name
from lift.geo.estimators.table import METHODS, REFITTED, TRIMMED_MATCH
from mixproof.config import CalendarDate, DateFormat, Section

if TYPE_CHECKING:
    Method = str
else:
    Method = Literal[*METHODS]


class GeoTable(Section):
    """The table with one row a geo and period."""

    file: Annotated[str, Field(min_length=1)]
    """A .csv, .parquet or .xlsx file, relative to the data folder."""
    geo: Name = "geo"
    """Column with the geo's name."""
    date: Name = "date"
    """Column with the first day of the period; periods are days or whole weeks."""
    date_format: DateFormat = "%Y-%m-%d"
    """How dates are written (strptime)."""
    decimal: Literal[".", ","] | None = None
    """Decimal mark of numbers written as text: "." for 1,234.56 and "," for 1.234,56. Without it the point is the decimal
    mark, and a column is refused in which every mark has three digits behind it (50.211), so that it can be read both ways."""
    outcome: Name = "outcome"
    """Column with the outcome."""
    outcome_kind: Literal["revenue", "count"] = "count"
    """Money in the section's currency, or a count."""
    spend: Name | None = None
    """Column with the spend of the tested channels in the section's currency; with it come iROAS and profit."""
    history_from: CalendarDate | None = None
    """First day that is read; earlier rows are left out (another definition of the outcome, say)."""
    excluded_dates: tuple[CalendarDate, ...] = ()
    """Starts of periods that no geo's analysis reads (an outage, say); in the test they are no part of the effect."""
    missing: Literal["refuse", "zero"] = "refuse"
    """zero: a geo without a row in a period had no outcome and no spend in it; said among the findings."""


class Cell(Section):
    """Geos that got one and the same treatment."""

    name: Name
    """Name of the cell."""
    geos: tuple[Name, ...] = ()
    """Names of its geos; not given where `assignment.file` says which geos are in which cell."""
    start: CalendarDate | None = None
    """First day of treatment in this cell, where cells start one after another; default the experiment's."""
    end: CalendarDate | None = None
    """Last day of treatment in this cell, inclusive; default the experiment's."""
    channels: tuple[Name, ...] | None = None
    """Channels treated in this cell; default all of the experiment."""
    intervention: Literal["go_dark", "heavy_up", "new"] | None = None
    """What was done there; default the experiment's."""
    incremental_spend: float | None = None
    """Spend added (negative: taken away) in the cell over the test, where it is known: it is then taken as it is, and spend
    of the table is not compared with that of other geos."""


class Assignment(Section):
    """How the treated geos were chosen."""

    kind: Literal["chosen", "complete", "strata"] = "chosen"
    """chosen: by hand or by a selection rule; complete: drawn from all geos; strata: drawn within the groups."""
    groups: tuple[tuple[Name, ...], ...] = ()
    """strata (and trimmed match): the groups within which geos were drawn; pairs are groups of two."""
    file: Annotated[str, Field(min_length=1)] | None = None
    """A table that says which geo is in which cell, relative to the data folder; or `data.file`, with the columns."""
    geo: Name = "geo"
    """file: column with the geo's name."""
    cell: Name = "cell"
    """file: column with the name of its cell."""
    control: Name = "control"
    """file: what that column says of control geos; an empty cell says the same."""
    group: Name | None = None
    """file: column with the group (the pair, the stratum) within which the geo was drawn."""

    @model_validator(mode="after")
    def _groups(self) -> "Assignment":
        if self.kind == "strata" and not self.groups and self.group is None:
            raise ValueError("assignment strata needs groups, or file and group")
        if self.group is not None and (self.file is None or self.groups):
            raise ValueError("group is a column of file; give file with it, and no groups")
        flat = [geo for group in self.groups for geo in group]
        if len(flat) != len(set(flat)):
            raise ValueError("a geo stands in two groups")
        return self


class OneSided(Section):
    """A test that looks for an effect in one direction alone: valid only where that was said before it began."""

    direction: Literal["less", "greater"]
    """less: the treatment lowers the outcome (go-dark); greater: it raises it."""
    declared: CalendarDate
    """Day on which this was written down; it lies before `start`."""


class Outcome(Section):
    """A further outcome of the same test."""

    outcome: Name
    """Column of `data.file`."""
    outcome_kind: Literal["revenue", "count"] = "count"
    """Money in the section's currency, or a count."""


class Geo(Experiment):
    """A geo experiment: some geos treated, the others as controls."""

    kind: Literal["geo"]
    """Marks a geo experiment."""
    data: GeoTable
    """Where the series stand."""
    cells: Annotated[tuple[Cell, ...], Field(min_length=1, max_length=12)]
    """Treated geos; several cells share the controls."""
    excluded: tuple[Name, ...] = ()
    """Geos that are neither treated nor controls (spill-over, closed shops); named, never dropped in silence."""
    intervention: Literal["go_dark", "heavy_up", "new"] = "heavy_up"
    """go_dark: spend switched off; heavy_up: spend raised; new: a channel not used before."""
    assignment: Assignment | None = None
    """How geos were chosen; default what the design file says, else chosen."""
    design: Annotated[str, Field(min_length=1)] | None = None
    """A design file that `mixproof design` wrote; the analysis checks the test against it."""
    method: Method = "ensemble"
    """Estimator of the counterfactual."""
    estimand: Literal["total", "mean_log"] = "total"
    """The relative lift that is the answer. total: of the treated geos' total, large geos count more. mean_log: the mean over
    geos of log differences, every geo counts alike. The other one is told beside it."""
    inference: Literal["auto", "randomisation", "placebo", "conformal"] = "auto"
    """auto: randomisation for randomised tests, else placebo, or block conformal where too few geos allow a placebo test."""
    one_sided: OneSided | None = None
    """Look for an effect in one direction alone, as declared before the test; by default both."""
    secondary: Annotated[tuple[Outcome, ...], Field(max_length=12)] = ()
    """Further outcomes of the test, judged at a level that holds for all outcomes together; none of them enters a pool."""
    trim: Annotated[float, Field(ge=0, lt=0.5)] = 0.1
    """Trimmed match only: share of pairs cut at each end."""
    references: Annotated[int, Field(ge=50, le=5000)] = 250
    """Sets of geos with which the treated set is compared."""
    pseudo_tests: Annotated[int, Field(ge=200, le=10000)] = 200
    """Fewest pseudo-tests of the coverage certificate."""
    cross_check: Literal["none", "structural"] = "none"
    """structural: also a local-level time-series model (the maximum-likelihood form of BSTS), for comparison only."""

    @model_validator(mode="after")
    def _consistent(self) -> "Geo":
        if self.start is None or self.end is None:
            raise ValueError("a geo experiment needs start and end")
        names = [cell.name for cell in self.cells]
        if len(names) != len(set(names)):
            raise ValueError("every cell has its own name")
        flat = [geo for cell in self.cells for geo in cell.geos] + list(self.excluded)
        twice = sorted({geo for geo in flat if flat.count(geo) > 1})
        if twice:
            raise ValueError(f"geos stand in two cells, or in a cell and in excluded: {twice}")
        plan = self.assignment
        if self.method == TRIMMED_MATCH and not (plan and (plan.groups or plan.group)):
            raise ValueError(
                "trimmed_match needs assignment.groups, or file and group: pairs of one treated and one control geo"
            )
        listed = plan is None or plan.file is None
        wrong = [cell.name for cell in self.cells if bool(cell.geos) != listed]
        if wrong:
            where = "name their geos" if listed else "name no geos, for assignment.file does"
            raise ValueError(f"cells {where}: {wrong}")
        self._windows()
        self._questions()
        randomised = self.design is not None or (
            self.assignment is not None and self.assignment.kind != "chosen"
        )
        if self.inference == "randomisation" and not randomised:
            raise ValueError(
                "inference randomisation needs an assignment that was drawn (complete or strata)"
            )
        if self.inference == "conformal" and self.method not in REFITTED:
            raise ValueError(
                f"inference conformal refits all periods under each hypothesis; {self.method} cannot do that"
            )
        return self

    def _windows(self) -> None:
        """Raise where a cell's days lie outside the experiment's, or no cell reaches its ends."""
        assert self.start is not None and self.end is not None
        windows = [(cell.start or self.start, cell.end or self.end) for cell in self.cells]
        wrong = [
            cell.name
            for cell, (start, end) in zip(self.cells, windows, strict=True)
            if not self.start <= start <= end <= self.end
        ]
        if wrong:
            raise ValueError(f"cells start and end within start and end of the experiment: {wrong}")
        if (min(w[0] for w in windows), max(w[1] for w in windows)) != (self.start, self.end):
            raise ValueError("start and end of the experiment are the first and last day of its cells")

    def _questions(self) -> None:
        """Raise where what is asked was not asked beforehand, or not of this method."""
        assert self.start is not None
        if self.one_sided is not None:
            if self.one_sided.declared >= self.start:
                raise ValueError(
                    "one_sided was declared after the test began: a direction that was chosen then is no evidence; "
                    "leave one_sided out"
                )
            if self.method == TRIMMED_MATCH or self.inference == "conformal":
                raise ValueError("one_sided needs placebo or randomisation inference, not pairs or conformal")
        names = [self.data.outcome, *(one.outcome for one in self.secondary)]
        if len(names) != len(set(names)):
            raise ValueError("every outcome stands once, in data.outcome or in secondary")

    @property
    def side(self) -> int:
        """Direction in which effects are looked for: -1 less, 1 greater, 0 both."""
        if self.one_sided is None:
            return 0
        return 1 if self.one_sided.direction == "greater" else -1

    @property
    def files(self) -> tuple[str, ...]:
        """The table of series, the design file and the table of the assignment, where there are any."""
        assigned = None if self.assignment is None else self.assignment.file
        return tuple(dict.fromkeys(name for name in (self.data.file, self.design, assigned) if name))
