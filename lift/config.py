"""The `lift:` section: the experiments of the house, those without a result, and how results are pooled."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from lift.experiment import Level, Name, Positive
from lift.geo.config import Geo
from lift.holdout.config import Holdout
from lift.imports.config import Imported
from mixproof.config import CalendarDate, Section

AnyExperiment = Annotated[Holdout | Geo | Imported, Field(discriminator="kind")]
"""Every kind of experiment; a new kind is a member here and a row in `lift.kinds.ANALYSES`."""


class StartedTest(Section):
    """A test that was started and has no result in `experiments`: left out, it would bias the pool."""

    name: Name
    """Name of the test."""
    channels: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Channels tested."""
    started: CalendarDate
    """Day it started."""
    state: Literal["running", "abandoned", "not_significant"]
    """running or abandoned for reasons that have nothing to do with its result: no bias. not_significant: nobody wrote its
    result down because there was "nothing to see"; it enters the pool as a result inside the noise."""
    reason: Annotated[str, Field(max_length=400)] = ""
    """Why there is no result."""
    se: Positive | None = None
    """not_significant: the standard error it had or was planned for; default the median of the channel's tests."""


class Pooling(Section):
    """How several tests of a channel become one statement about the next."""

    estimand: Literal["relative_lift", "iroas"] = "relative_lift"
    """What is pooled; iroas needs the spend of every test."""
    method: Literal["auto", "reml", "paule_mandel", "dersimonian_laird", "bayes"] = "auto"
    """auto: Bayesian with a half-normal prior below five tests or when a result is missing, else REML with Hartung-Knapp."""
    tau_scale: Positive = 0.2
    """Scale of the half-normal prior on the spread between tests, in the estimand's unit."""
    half_life_weeks: Positive | None = None
    """Age at which half of a test's pull is gone; absent, tests do not age."""
    as_of: CalendarDate | None = None
    """Day to which ages count; default the end of the newest test."""


class LiftConfig(Section):
    """What experiments and holdouts prove."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    """ISO 4217 code of every money value of the section."""
    level: Level = 0.95
    """Confidence level of intervals where an experiment names none."""
    experiments: Annotated[tuple[AnyExperiment, ...], Field(min_length=1, max_length=500)]
    """Finished tests with their data or results."""
    registry: tuple[StartedTest, ...] = ()
    """Every other test that was started."""
    pooling: Pooling = Pooling()
    """Random effects over tests of the same channel."""

    @model_validator(mode="after")
    def _names(self) -> "LiftConfig":
        names = [test.name for test in (*self.experiments, *self.registry)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"every test has its own name; given twice: {twice}")
        return self
