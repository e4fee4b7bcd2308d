"""The `health:` section: what is asked of each measure of the pipeline, and when somebody is told or called."""

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from mixproof.config import Section

Runs = Annotated[int, Field(ge=1, le=1000)]


class AtLeast(Section):
    """Limits of a measure that should be high."""

    ticket: Annotated[float, Field(ge=0, le=1)]
    """Below this it is a ticket: somebody looks at it in working hours. It is the objective whose budget may burn."""
    page: Annotated[float, Field(ge=0, le=1)]
    """Below this somebody is called."""
    persistence: Runs
    """For so many observations in a row, the newest among them, before either."""
    low_is_bad: ClassVar[bool] = True

    @model_validator(mode="after")
    def _in_order(self) -> "AtLeast":
        if self.page > self.ticket:
            raise ValueError("`page` must not be above `ticket`: what calls somebody is worse than a ticket")
        return self


class AtMost(Section):
    """Limits of a measure that should be low."""

    ticket: Annotated[float, Field(ge=0)]
    """Above this it is a ticket: somebody looks at it in working hours. It is the objective whose budget may burn."""
    page: Annotated[float, Field(ge=0)]
    """Above this somebody is called."""
    persistence: Runs
    """For so many observations in a row, the newest among them, before either."""
    low_is_bad: ClassVar[bool] = False

    @model_validator(mode="after")
    def _in_order(self) -> "AtMost":
        if self.page < self.ticket:
            raise ValueError("`page` must not be below `ticket`: what calls somebody is worse than a ticket")
        return self


Limits = AtLeast | AtMost


class CompletenessLimits(AtLeast):
    """M1: events of a day over their baseline; without events, rows used over those of the runs before."""

    ticket: Annotated[float, Field(ge=0, le=1)] = 0.95
    """Below this share of the baseline it is a ticket."""
    page: Annotated[float, Field(ge=0, le=1)] = 0.9
    """Below this share somebody is called."""
    persistence: Runs = 2
    """Days, or runs, in a row."""


class MatchLimits(AtLeast):
    """M2: events linked to a person."""

    ticket: Annotated[float, Field(ge=0, le=1)] = 0.9
    """Below this share it is a ticket."""
    page: Annotated[float, Field(ge=0, le=1)] = 0.75
    """Below this share somebody is called."""
    persistence: Runs = 2
    """Days in a row."""


class LatencyLimits(AtMost):
    """M3: hours from the end of the last period to the published answer."""

    ticket: Annotated[float, Field(ge=0)] = 168.0
    """Hours above which it is a ticket."""
    page: Annotated[float, Field(ge=0)] = 336.0
    """Hours above which somebody is called."""
    persistence: Runs = 1
    """Runs in a row."""


class UnattributedLimits(AtMost):
    """M4: conversions that no touch was seen for, or that are lost to consent."""

    ticket: Annotated[float, Field(ge=0)] = 0.05
    """Share above which it is a ticket."""
    page: Annotated[float, Field(ge=0)] = 0.2
    """Share above which somebody is called."""
    persistence: Runs = 2
    """Periods in a row."""


class DivergenceLimits(AtMost):
    """M5: how far channels' shares have moved, as Kullback-Leibler divergence: from run to run, and of credit from period to
    period less what chance alone moves."""

    ticket: Annotated[float, Field(ge=0)] = 0.05
    """Nats above which it is a ticket."""
    page: Annotated[float, Field(ge=0)] = 0.25
    """Nats above which somebody is called."""
    persistence: Runs = 1
    """Runs, or periods, in a row: what has moved and stays there diverges once."""


class AgreementLimits(AtLeast):
    """M6: experiments that model or credit agree with."""

    ticket: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Below this share of experiments it is a ticket."""
    page: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Below this share somebody is called."""
    persistence: Runs = 1
    """Runs in a row."""


class BillingLimits(AtLeast):
    """M7: accounts and periods that tie to the ledger within the tolerance of `finance`."""

    ticket: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Below this share it is a ticket."""
    page: Annotated[float, Field(ge=0, le=1)] = 0.9
    """Below this share somebody is called."""
    persistence: Runs = 1
    """Runs in a row."""


class SuccessLimits(AtLeast):
    """M8: attempts at runs that published one; what was stopped by hand does not count."""

    ticket: Annotated[float, Field(ge=0, le=1)] = 0.99
    """Below this share of the last `window` attempts it is a ticket."""
    page: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Below this share somebody is called."""
    persistence: Runs = 1
    """Attempts in a row."""


class LateLimits(AtMost):
    """M9: events that came after the cut-off; without events, what closed books say otherwise by now."""

    ticket: Annotated[float, Field(ge=0)] = 0.01
    """Share above which it is a ticket."""
    page: Annotated[float, Field(ge=0)] = 0.05
    """Share above which somebody is called."""
    persistence: Runs = 2
    """Days, or runs, in a row."""


class BurnLimits(AtMost):
    """M10: how fast the error budget of a measure burns: observations beyond its ticket limit, over the share allowed."""

    ticket: Annotated[float, Field(ge=0)] = 1.0
    """Times the allowed rate above which it is a ticket."""
    page: Annotated[float, Field(ge=0)] = 4.0
    """Times the allowed rate above which somebody is called."""
    persistence: Runs = 3
    """Observations in a row."""


class HealthConfig(Section):
    """Is the pipeline healthy: ten measures of the history of runs, held against limits."""

    completeness: CompletenessLimits = CompletenessLimits()
    """M1, completeness of what comes in."""
    match_rate: MatchLimits = MatchLimits()
    """M2, identity match rate."""
    latency_hours: LatencyLimits = LatencyLimits()
    """M3, latency of the published answer."""
    unattributed: UnattributedLimits = UnattributedLimits()
    """M4, conversions without a touch."""
    divergence: DivergenceLimits = DivergenceLimits()
    """M5, stability of shares."""
    agreement: AgreementLimits = AgreementLimits()
    """M6, agreement with experiments."""
    billing: BillingLimits = BillingLimits()
    """M7, agreement with the ledger."""
    success: SuccessLimits = SuccessLimits()
    """M8, runs that succeed."""
    late: LateLimits = LateLimits()
    """M9, late data."""
    burn_rate: BurnLimits = BurnLimits()
    """M10, burn of the error budget."""
    objective: Annotated[float, Field(gt=0, lt=1)] = 0.95
    """Share of observations within their ticket limit; the rest is the error budget."""
    window: Annotated[int, Field(ge=2, le=1000)] = 28
    """Observations over which success and burn are counted."""
    runs: Annotated[int, Field(ge=2, le=1000)] = 30
    """How many runs back the history goes."""
