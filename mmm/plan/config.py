"""The `plan:` section: the window, the current plan, what is to be reached, and what must be kept."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mixproof.config import CalendarDate, Section
from mmm.effects.tables import ASSUMED, MIXED
from mmm.forecast.config import Outlook

NonNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(gt=0, lt=1)]
ShortName = Annotated[str, Field(min_length=1, max_length=80)]
Objective = Literal["outcome", "profit", "quantile", "cvar", "probability"]


class CurrentPlan(Section):
    """What would be spent without a new plan: the comparison, and the phasing where that is not free."""

    like: Literal["last_year", "last_periods"] | None = None
    """Money of the same periods a year earlier, or of as many periods at the end of the panel; default last_year where the
    panel reaches back that far, else last_periods."""
    budgets: dict[ShortName, NonNegative] = {}
    """Money of channels over the window, where it is to be another; phasing and geos stay as they were."""
    times: Positive = 1.0
    """What all money is multiplied with, of channels without a budget of their own."""


class PlanBudget(Section):
    """All money together: over the whole window, and in each period."""

    total: NonNegative | None = None
    """Most money over the window; default that of the current plan."""
    least: NonNegative | None = None
    """Least money over the window; default none."""
    per_period: NonNegative | None = None
    """Most money in each period; default no limit."""
    per_period_least: NonNegative | None = None
    """Least money in each period; default none."""

    @model_validator(mode="after")
    def _ordered(self) -> "PlanBudget":
        if self.total is not None and self.least is not None and self.least > self.total:
            raise ValueError("least must not be above total")
        if (
            self.per_period is not None
            and self.per_period_least is not None
            and self.per_period_least > self.per_period
        ):
            raise ValueError("per_period_least must not be above per_period")
        return self


class PlanBound(Section):
    """What the money of some channels, in some geos and periods, must keep to, all of it taken together."""

    channels: tuple[ShortName, ...] = ()
    """Paid channels taken together; default all."""
    geos: tuple[ShortName, ...] = ()
    """Geos taken together; default all."""
    start: CalendarDate | None = None
    """First day of the periods taken together; default the window's."""
    end: CalendarDate | None = None
    """Last day of the periods taken together; default the window's."""
    at_least: NonNegative | None = None
    """Least money."""
    at_most: NonNegative | None = None
    """Most money."""
    exactly: NonNegative | None = None
    """A commitment: this much money, neither more nor less."""
    at_least_times: NonNegative | None = None
    """Least money, in times what the current plan spends there."""
    at_most_times: NonNegative | None = None
    """Most money, in times what the current plan spends there."""
    or_nothing: bool = False
    """Whether nothing at all is allowed too: minimum presence, of one channel over the whole window and all geos."""

    @model_validator(mode="after")
    def _says_something(self) -> "PlanBound":
        limits = (self.at_least, self.at_most, self.exactly, self.at_least_times, self.at_most_times)
        if all(limit is None for limit in limits):
            raise ValueError("a bound says at_least, at_most, exactly, at_least_times or at_most_times")
        if self.exactly is not None and any(limit is not None for limit in (*limits[:2], *limits[3:])):
            raise ValueError("exactly leaves nothing to at_least or at_most")
        for word, money, times in (
            ("at_least", self.at_least, self.at_least_times),
            ("at_most", self.at_most, self.at_most_times),
        ):
            if money is not None and times is not None:
                raise ValueError(f"give {word} or {word}_times, not both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least must not be above at_most")
        if (
            self.at_least_times is not None
            and self.at_most_times is not None
            and self.at_least_times > self.at_most_times
        ):
            raise ValueError("at_least_times must not be above at_most_times")
        if self.start is not None and self.end is not None and self.start > self.end:
            raise ValueError("start must not be after end")
        if self.or_nothing:
            if self.at_least is None and self.at_least_times is None:
                raise ValueError("or_nothing needs the least money otherwise: at_least or at_least_times")
            if len(self.channels) != 1 or self.geos or self.start is not None or self.end is not None:
                raise ValueError("or_nothing is about one channel, over all geos and the whole window")
        return self


class PlanRange(Section):
    """How far each channel may move in each geo where no bound of the channel's own says otherwise."""

    at_least_times: NonNegative = 0.0
    """Least money over the window, in times what the current plan spends there."""
    at_most_times: Positive = 2.0
    """Most money over the window, in times what the current plan spends there."""

    @model_validator(mode="after")
    def _ordered(self) -> "PlanRange":
        if self.at_least_times > self.at_most_times:
            raise ValueError("at_least_times must not be above at_most_times")
        return self


class DatedPrice(Section):
    """A price of media that holds from a day on."""

    start: CalendarDate
    """First day it holds."""
    times: Positive
    """Money per exposure, in times what it was over the last year of the panel."""


class MediaPrice(Section):
    """What a channel's exposure will cost, in times what it cost over the last year of the panel."""

    times: Positive = 1.0
    """Price from the beginning of the window."""
    dated: tuple[DatedPrice, ...] = ()
    """Prices that hold from a later day on."""
    rises: Annotated[float, Field(ge=0, le=0.9)] = 0.0
    """How the price rises with spend: 0.2 says that twice the money of the current plan pays prices 2^0.2 times as high."""

    @model_validator(mode="after")
    def _in_order(self) -> "MediaPrice":
        days = [price.start for price in self.dated]
        if days != sorted(set(days)):
            raise ValueError("dated prices follow one another, each on a later day")
        return self


class PlanTarget(Section):
    """What a budget must reach, in the mean or with a probability; exactly one of the four."""

    outcome: Positive | None = None
    """Outcome that the plan's spend brings."""
    roi: Positive | None = None
    """Value brought per unit of spend."""
    mroi: Positive | None = None
    """Value gained per unit of spend when all spend rises by 1 %."""
    cpia: Positive | None = None
    """Spend per unit of outcome brought, at most."""
    probability: Share | None = None
    """With which the target is reached; default in the mean."""
    budget: Literal["smallest", "largest"] | None = None
    """Which of the budgets that reach it; default the smallest for an outcome, and the largest for the others, whose targets
    next to no money would reach."""

    @model_validator(mode="after")
    def _one(self) -> "PlanTarget":
        given = [name for name in ("outcome", "roi", "mroi", "cpia") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"a target is one of outcome, roi, mroi or cpia, got {given or 'none'}")
        return self

    @property
    def kind(self) -> str:
        """The one that is given: "outcome", "roi", "mroi" or "cpia"."""
        return next(name for name in ("outcome", "roi", "mroi", "cpia") if getattr(self, name) is not None)


class Scenario(Section):
    """A named plan to be held beside the others."""

    name: ShortName
    """Its name in tables and on pages."""
    budgets: dict[ShortName, NonNegative] = {}
    """Money of channels over the window; phasing and geos stay as in the current plan."""
    times: dict[ShortName, NonNegative] = {}
    """What a channel's money in the current plan is multiplied with."""
    prices: dict[ShortName, Positive] = {}
    """What a channel's media price is multiplied with; the money stays, the exposure changes."""

    @model_validator(mode="after")
    def _once(self) -> "Scenario":
        twice = sorted(set(self.budgets) & set(self.times))
        if twice:
            raise ValueError(f"a channel has a budget or times, not both: {twice}")
        if not self.budgets and not self.times and not self.prices:
            raise ValueError("a scenario changes something: budgets, times or prices")
        return self


class PlanConfig(Section):
    """Budgets by channel, geo and period for a window after the panel."""

    start: CalendarDate | None = None
    """First day of the window; default the day after the panel. Periods between are spent as in the current plan."""
    periods: Annotated[int, Field(ge=1, le=366)] | None = None
    """Data periods of the window; default a quarter: 13 weeks, 91 days or 3 months; 1 year."""
    current: CurrentPlan = CurrentPlan()
    """The plan that all others are compared with."""
    objective: Objective = "outcome"
    """outcome: the expected outcome. profit: margin times its value, less spend. quantile: the outcome that is reached with
    probability 1 - level. cvar: the mean outcome of the worst cases, a share `level` of all. probability: that the outcome is
    above that of the current plan, or above `beats`."""
    level: Share = 0.1
    """Of the objectives quantile and cvar."""
    beats: Positive | None = None
    """Outcome brought that the objective `probability` is about; default that of the current plan, draw by draw."""
    margin: Annotated[float, Field(gt=0, le=1)] | None = None
    """Profit per unit of the outcome's value before the cost of media; default that of the model's section."""
    value: Positive | None = None
    """Money per unit of outcome in the window; default the mean of the panel's last year."""
    target: PlanTarget | None = None
    """What a budget must reach: instead of spending a given total best, the budget is looked for."""
    budget: PlanBudget = PlanBudget()
    """All money together."""
    range: PlanRange = PlanRange()
    """How far each channel may move."""
    bounds: Annotated[tuple[PlanBound, ...], Field(max_length=200)] = ()
    """What the money of some channels, geos and periods must keep to."""
    flighting: Literal["current", "free"] = "current"
    """Whether phasing over the window stays that of the current plan, or is part of what is looked for."""
    smooth: NonNegative | None = None
    """Free flighting only: most change from one period to the next, in times the channel's money in a mean period."""
    prices: dict[ShortName, MediaPrice] = {}
    """Price of media, by channel; default as over the last year of the panel."""
    outlook: Outlook = Outlook()
    """What the forecast of the outcome assumes of controls, treatments and events."""
    scenarios: Annotated[tuple[Scenario, ...], Field(max_length=50)] = ()
    """Named plans to be held beside the current and the proposed one."""

    @model_validator(mode="after")
    def _consistent(self) -> "PlanConfig":
        if self.smooth is not None and self.flighting == "current":
            raise ValueError("smooth is about free flighting: say flighting: free")
        if self.beats is not None and self.objective != "probability":
            raise ValueError("beats is about the objective probability")
        if self.target is not None and self.objective != "outcome":
            raise ValueError("a target looks for a budget by itself; leave objective out")
        if self.target is not None and self.flighting == "free":
            raise ValueError("a target is looked for with the current phasing; leave flighting out")
        _raise_if_taken(self.scenarios)
        return self


class ScenarioFile(Section):
    """A file of scenarios, such as a planner's page saves, to be held beside those of a plan."""

    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=1, max_length=50)]
    """Named plans; one that has the name of a scenario of the plan takes its place."""

    @model_validator(mode="after")
    def _named(self) -> "ScenarioFile":
        _raise_if_taken(self.scenarios)
        return self


def _raise_if_taken(scenarios: tuple[Scenario, ...]) -> None:
    names = [scenario.name for scenario in scenarios]
    taken = sorted(
        {name for name in names if names.count(name) > 1 or name in ("current", "proposed", "optimum")}
    )
    if taken:
        raise ValueError(
            f"every scenario has a name of its own, and none is called current, proposed or optimum: {taken}"
        )


class Held(PlanBound):
    """A channel that keeps the money of the current plan since its return is mixed with demand; no YAML writes it."""


class Kept(PlanBound):
    """A channel that stays at its lowest observed level or above, since it is mostly assumed below; no YAML writes it."""


def holding(plan: PlanConfig, cautions: Mapping[str, str], paid: Sequence[str]) -> PlanConfig:
    """Return a plan that moves no money on what was never observed of a channel.

    Money of a channel whose return is mixed with demand stays as it is; that of one whose return is mostly assumed does not
    fall below its lowest observed level, so that only what was observed of it decides.

    Parameters
    ----------
    plan : PlanConfig
    cautions : mapping of str to str
        What is to be said of channels' own answers, by channel.
    paid : sequence of str
        The panel's paid channels.

    Returns
    -------
    PlanConfig
        With a bound for each such channel that no bound of the YAML names: what that says is kept to instead.
    """
    named = {name for bound in plan.bounds for name in bound.channels}
    held = [name for name in paid if MIXED in cautions.get(name, "") and name not in named]
    more: list[PlanBound] = [Held(channels=(name,), at_least_times=1.0, at_most_times=1.0) for name in held]
    more += [
        Kept(channels=(name,), at_least=0.0)
        for name in paid
        if ASSUMED in cautions.get(name, "") and name not in named and name not in held
    ]
    return plan.model_copy(update={"bounds": (*plan.bounds, *more)}) if more else plan
