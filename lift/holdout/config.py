"""A holdout in the YAML: whose sums stand in which column, what was withheld, and what is asked of it."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from lift.experiment import Experiment, Name, NonNegative, Positive
from mixproof.config import Section

Adjustment = Literal["none", "cuped", "lin", "stratify"]
RevenueMethod = Literal["auto", "pooled", "welch"]
CountMethod = Literal["score", "newcombe"]
Multiplicity = Literal["dunnett", "bonferroni", "none"]
Share = Annotated[float, Field(gt=0, lt=1)]


class Ghost(Section):
    """Columns with the sums of the users whom the ad server would have shown the ad, logged in every arm."""

    users: Name
    """Predicted-exposed users."""
    converters: Name
    """Converters among them."""
    revenue: Name | None = None
    """Revenue of them."""
    revenue_squared: Name | None = None
    """Sum of squared revenue per user of them."""


class Columns(Section):
    """Columns of the table; each row is an arm, or an arm in a stratum and an entry day."""

    arm: Name
    """The arm's name."""
    users: Name
    """People assigned, each counted once."""
    converters: Name
    """People with at least one conversion in their follow-up."""
    stratum: Name | None = None
    """A group fixed before assignment (market, new or returning)."""
    day: Name | None = None
    """Day on which these people ENTERED: an ISO date, or a whole number counted from the start."""
    revenue: Name | None = None
    """Sum of revenue over the row's people."""
    revenue_squared: Name | None = None
    """Sum over people of their squared revenue (people without revenue add zero)."""
    covariate: Name | None = None
    """Sum of a quantity known before assignment, such as revenue of the weeks before."""
    covariate_squared: Name | None = None
    """Sum of its squares over people."""
    covariate_revenue: Name | None = None
    """Sum over people of covariate times revenue."""
    covariate_converters: Name | None = None
    """Sum of the covariate over converters."""
    exposed: Name | None = None
    """People who in fact saw the treatment."""
    exposed_converters: Name | None = None
    """Converters among the exposed."""
    exposed_revenue: Name | None = None
    """Revenue of the exposed."""
    spend: Name | None = None
    """Media money spent on the arm ON that day, on everybody in it, whenever they entered; instead of `spend` of the arms. It
    gives calibration the spend by day."""
    ghost: Ghost | None = None
    """Predicted-exposure counts."""

    @model_validator(mode="after")
    def _whole(self) -> "Columns":
        if (self.revenue is None) != (self.revenue_squared is None):
            raise ValueError(
                "revenue and revenue_squared come together: without squares revenue has no interval"
            )
        if (self.covariate is None) != (self.covariate_squared is None):
            raise ValueError("covariate and covariate_squared come together")
        if self.covariate and not (self.covariate_revenue or self.covariate_converters):
            raise ValueError(
                "a covariate needs covariate_revenue or covariate_converters, its cross sum with an outcome"
            )
        if (self.exposed_converters or self.exposed_revenue) and not self.exposed:
            raise ValueError("exposed_converters and exposed_revenue need exposed")
        if self.spend is not None and self.day is None:
            raise ValueError("columns.spend is money by day, so columns.day must name the day")
        return self


class Arm(Section):
    """A treated arm."""

    name: Name
    """Value in the arm column."""
    share: Share
    """Share of people that assignment intended for this arm."""
    channels: tuple[Name, ...] = ()
    """Channels this arm was treated with; default all of the experiment's."""
    spend: NonNegative | dict[Name, NonNegative] | None = None
    """Media money spent on this arm over the test; by channel where it was treated with several."""
    spend_without: NonNegative | dict[Name, NonNegative] = 0.0
    """Media money that would have been spent on this arm without the treatment: 0 for a holdout."""
    assigned: Annotated[int, Field(gt=0)] | None = None
    """People assigned, from the assignment system: checked against the table."""


class Control(Section):
    """The arm from which the treatment was withheld."""

    name: Name
    """Value in the arm column."""
    share: Share
    """Share of people that assignment intended for this arm."""
    assigned: Annotated[int, Field(gt=0)] | None = None
    """People assigned, from the assignment system: checked against the table."""


class FollowUp(Section):
    """The time every entry cohort is given to convert."""

    days: Annotated[int, Field(ge=1, le=366)]
    """Days after entry in which conversions and revenue are counted, the same for everybody."""
    through: Annotated[int, Field(ge=0)]
    """Last day for which the data are complete, counted from the start (0 is the first day)."""
    immature: Literal["refuse", "exclude"] = "refuse"
    """What happens to cohorts that have not had all their days: refuse the data, or leave them out of every arm."""


class Looks(Section):
    """How often the result is looked at before the end, decided beforehand."""

    kind: Literal["group_sequential", "always_valid"]
    """Lan-DeMets spending of O'Brien-Fleming kind over planned looks, or a confidence sequence valid at any time."""
    planned_users: Annotated[int, Field(gt=0)]
    """People in all arms at the planned end."""
    at: tuple[Annotated[float, Field(gt=0, le=1)], ...] = ()
    """group_sequential: planned looks up to now as shares of planned_users, rising; the last is this look."""

    @model_validator(mode="after")
    def _rising(self) -> "Looks":
        if self.kind == "group_sequential" and not self.at:
            raise ValueError("group_sequential needs the looks so far in `at`, for example [0.25, 0.5]")
        if self.kind == "always_valid" and self.at:
            raise ValueError("always_valid has no planned looks: leave out `at`")
        if any(b <= a for a, b in zip(self.at, self.at[1:], strict=False)):
            raise ValueError("looks rise: each share is larger than the one before")
        return self


class Sceptic(Section):
    """The prior of the Bayesian answer: what past tests say a lift is like."""

    mean: float = 0.0
    """Prior mean of the log of treated over control rate."""
    sd: Positive = 0.15
    """Prior standard deviation of it; 0.1 to 0.2 fits most past tests."""


class Holdout(Experiment):
    """An experiment with people in arms, given as sums."""

    kind: Literal["holdout"]
    """Kind of experiment."""
    table: Name
    """File with the sums, .csv, .parquet or .xlsx, relative to the data folder."""
    decimal: Literal[".", ","] | None = None
    """Decimal mark of numbers written as text: "." for 1,234.56 and "," for 1.234,56. Without it the point is the decimal
    mark, and a column is refused in which every mark has three digits behind it (50.211), so that it can be read both ways."""
    columns: Columns
    """Which column holds what."""
    control: Control
    """The arm from which the treatment was withheld."""
    arms: Annotated[tuple[Arm, ...], Field(min_length=1, max_length=20)]
    """Treated arms."""
    outcome: Name = "conversions"
    """Name of what converters did: the unit of counts."""
    day_means: Literal["entry", "calendar"] = "entry"
    """entry: a row holds the people who entered that day and all they did in their follow-up. calendar: the people
    active that day; refused, since one person then counts many times."""
    table_currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    """Currency of the table's revenue; must be `lift.currency`."""
    noise_sd: Annotated[float, Field(ge=0, le=1e10)] = 0.0
    """Standard deviation of the privacy noise in each row's converters, as the source of the table states it (a clean room,
    say). It widens intervals and the evidence by what it is; counts of people are taken to be exact. A released table states it
    itself: columns `_noise_sd` beside converters and users are read where this is not given."""
    follow_up: FollowUp | None = None
    """Days that every entry cohort had to convert."""
    count_method: CountMethod = "score"
    """Interval of the difference in conversion."""
    revenue_method: RevenueMethod = "auto"
    """auto: pooled-moment inversion when all sums are positive, else Welch; decided by the kind of data, not by the result."""
    adjustment: Adjustment = "none"
    """Variance reduction of the primary result, decided before the test; the others are printed as comparison."""
    multiplicity: Multiplicity = "dunnett"
    """How intervals and p-values of several arms against one control are widened; Holm's p is printed beside."""
    looks: Looks | None = None
    """Interim looks."""
    prior: Sceptic = Sceptic()
    """Prior of the Bayesian answer."""
    population: Annotated[int, Field(gt=0)] | None = None
    """All people of the market that the test's outcome stands for; gives the treated share for calibration."""

    @model_validator(mode="after")
    def _arms(self) -> "Holdout":
        names = [self.control.name, *(arm.name for arm in self.arms)]
        if len(set(names)) < len(names):
            raise ValueError("every arm has its own name")
        if abs(self.control.share + sum(arm.share for arm in self.arms) - 1) > 1e-6:
            raise ValueError("the shares of control and arms add up to 1")
        stray = {channel for arm in self.arms for channel in arm.channels} - set(self.channels)
        if stray:
            raise ValueError(f"arms name channels that the experiment does not: {sorted(stray)}")
        for arm in self.arms:
            channels = arm.channels or self.channels
            if isinstance(arm.spend, dict) and set(arm.spend) != set(channels):
                raise ValueError(f"spend of arm {arm.name!r} names each of its channels: {sorted(channels)}")
            if isinstance(arm.spend, float) and len(channels) > 1:
                raise ValueError(
                    f"arm {arm.name!r} has several channels: give spend for each of {sorted(channels)}"
                )
            if self.columns.spend is not None and (arm.spend is not None or len(channels) > 1):
                raise ValueError(
                    f"columns.spend is the money of one channel a day: arm {arm.name!r} has spend or several channels"
                )
            if isinstance(arm.spend_without, dict) and set(arm.spend_without) - set(channels):
                raise ValueError(f"spend_without of arm {arm.name!r} names other channels than the arm has")
        if self.adjustment in ("cuped", "lin") and self.columns.covariate is None:
            raise ValueError(f"adjustment {self.adjustment} needs columns.covariate")
        if self.adjustment == "stratify" and self.columns.stratum is None:
            raise ValueError("adjustment stratify needs columns.stratum")
        if self.noise_sd and self.without_noise:
            raise ValueError(
                "noise_sd enters the score interval of plain counts alone: leave out adjustment, looks, count_method, and the "
                "columns revenue, exposed and ghost"
            )
        if self.follow_up is not None and self.columns.day is None:
            raise ValueError("follow_up needs columns.day")
        return self

    @property
    def without_noise(self) -> bool:
        """Whether anything is asked for that does not take privacy noise into account."""
        other = self.adjustment != "none" or self.looks is not None or self.count_method != "score"
        return other or bool(self.columns.revenue or self.columns.exposed or self.columns.ghost)

    @property
    def files(self) -> tuple[str, ...]:
        """The table."""
        return (self.table,)

    @property
    def sides(self) -> tuple[Control | Arm, ...]:
        """Control first, then the treated arms."""
        return (self.control, *self.arms)
