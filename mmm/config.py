"""The `mmm:` and `calibrate:` sections: what the media-mix model is made of, and which experiments it must agree with."""

from statistics import NormalDist
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, model_validator

from mixproof.config import Section
from mmm.plan.config import PlanConfig as PlanConfig
from mmm.plan.config import Scenario as Scenario
from mmm.plan.config import ScenarioFile as ScenarioFile
from mmm.transforms import ADSTOCKS, SATURATIONS

if TYPE_CHECKING:  # types are checked without running the code that knows the rows
    AdstockFamily = str
    SaturationFamily = str
else:
    AdstockFamily = Literal[*ADSTOCKS]
    SaturationFamily = Literal[*SATURATIONS]
LikelihoodFamily = Literal["normal", "student_t", "negative_binomial", "lognormal"]
LINKS: dict[LikelihoodFamily, Literal["identity", "log"]] = {
    "normal": "identity",
    "student_t": "identity",
    "negative_binomial": "log",
    "lognormal": "log",
}
"""Whether components add up to the outcome or multiply it."""
Positive = Annotated[float, Field(gt=0)]
BiasSize = Annotated[float, Field(ge=0, le=2)]


class QuantilePrior(Section):
    """A prior stated by its median, its 95 % quantile, and the chance that the channel brings nothing or harms."""

    median: Positive
    """Half of the prior lies below this value."""
    upper: Positive
    """95 % of the prior lies below this value."""
    worthless: Annotated[float, Field(ge=0, le=0.4)] = 0.0
    """Prior probability that the value is zero or negative; 0 says that the channel cannot but help."""

    @model_validator(mode="after")
    def _attainable(self) -> "QuantilePrior":
        if self.upper <= self.median:
            raise ValueError("upper (the 95 % quantile) must be larger than median")
        normal = NormalDist()
        most = normal.cdf(normal.inv_cdf(0.95) * self.median / (self.median - self.upper))
        if self.worthless > 0 and self.worthless >= most:
            raise ValueError(
                f"worthless must be below {most:.3g}: median and upper leave no more room for zero or less"
            )
        return self


class ChannelPrior(Section):
    """What is believed about a channel beforehand: exactly one of the four ways of saying it."""

    roi: QuantilePrior | None = None
    """Value of the contribution per unit of spend."""
    mroi: QuantilePrior | None = None
    """Value gained per unit of extra spend at the observed level."""
    share: QuantilePrior | None = None
    """Contribution as a share of the outcome; the only way for channels without spend."""
    coefficient: QuantilePrior | None = None
    """Contribution, in outcome units per period, at full saturation."""

    @model_validator(mode="after")
    def _one(self) -> "ChannelPrior":
        given = [name for name in ("roi", "mroi", "share", "coefficient") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"a prior is stated in exactly one way (roi, mroi, share or coefficient), got {given or 'none'}"
            )
        return self


class Adstock(Section):
    """How the effect of an exposure is spread over the periods after it."""

    family: AdstockFamily = "weibull_pdf"
    """Shape of the carryover."""
    lags: Annotated[int, Field(ge=0, le=104)] | None = None
    """Periods after the exposure in which it may still act; default by frequency (13 weeks, 28 days, 4 months, 3 years)."""
    mean_lag: Positive | None = None
    """Prior median of the average delay, in periods; default by frequency."""


class Saturation(Section):
    """How the effect levels off with more exposure in a period."""

    family: SaturationFamily = "hill"
    """Shape of the saturation."""


class ChannelModel(Section):
    """How one channel acts."""

    adstock: Adstock = Adstock()
    """Carryover."""
    saturation: Saturation = Saturation()
    """Diminishing returns."""
    order: Literal["adstock_first", "saturation_first"] = "adstock_first"
    """Whether exposure is carried over before or after it saturates."""
    planned: bool = False
    """Whether its spend was fixed ahead of time, without looking at demand or expecting it: then it is not asked whether it
    follows demand."""
    prior: ChannelPrior | None = None
    """What is believed beforehand. Default for paid channels: ROI 1, 95 % below 4, one in ten worthless; for unpaid ones,
    and where the outcome has no money value: 2 % of the outcome, 95 % below 15 %, one in ten worthless."""


class Trend(Section):
    """Slow change that media do not explain, as a straight or broken line."""

    kind: Literal["none", "linear", "piecewise"] = "linear"
    """Form of the trend."""
    changepoints: Annotated[int, Field(ge=1, le=25)] = 5
    """Piecewise only: evenly spaced points where the slope may change."""


class Seasonality(Section):
    """Fourier pairs for each cycle; 0 switches a cycle off."""

    yearly: Annotated[int, Field(ge=0, le=26)] | None = None
    """Pairs for the year; default one for every 8 periods, at most 15 (none for yearly data or less than a year)."""
    monthly: Annotated[int, Field(ge=0, le=10)] = 0
    """Pairs for the month of 30.44 days."""
    weekly: Annotated[int, Field(ge=0, le=3)] | None = None
    """Pairs for the week, daily data only; default 3 for daily data."""


class Holidays(Section):
    """Public holidays of a country."""

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    """ISO 3166 code, for example DE."""
    subdivision: str | None = None
    """State or province code."""
    names: tuple[str, ...] | None = None
    """Only these holidays, by their English or local name; default all, as one effect each."""


class Event(Section):
    """A named event with its own effect."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    """Name shown on the page."""
    dates: Annotated[tuple[str, ...], Field(min_length=1)]
    """ISO dates; each marks the data period it falls in."""


class Drift(Section):
    """A baseline that may wander: what people want changes without anybody advertising."""

    kind: Literal["none", "hsgp", "spline"] = "hsgp"
    """Gaussian process (Hilbert-space approximation) or B-spline."""
    scale: Positive = 0.1
    """Prior median of its standard deviation, as a fraction of the outcome's mean."""
    length: Positive | None = None
    """Shortest time over which it turns, in periods; default a quarter of a year, an eighth of the panel if longer."""


class Baseline(Section):
    """Everything that happens without media."""

    trend: Trend = Trend(kind="none")
    """Slow deterministic change."""
    seasonality: Seasonality = Seasonality()
    """Cycles."""
    holidays: Holidays | None = None
    """Public holidays."""
    events: tuple[Event, ...] = ()
    """Named events."""
    drift: Drift = Drift()
    """Time-varying intercept."""


class Geo(Section):
    """How geos share what they know."""

    pooling: Literal["partial", "full", "none"] = "partial"
    """Media effects: partially pooled, one for all, or one per geo without sharing."""
    scaling: Literal["population", "outcome"] | None = None
    """What makes geos comparable; default population where given, else the geo's mean outcome."""
    common_shocks: bool = True
    """Whether a period may surprise all geos alike; without it what is bought nationally is trusted too much."""


class Likelihood(Section):
    """How the outcome scatters about what is expected."""

    family: LikelihoodFamily = "student_t"
    """normal and student_t are additive; negative_binomial and lognormal are multiplicative (log link)."""
    autocorrelation: bool = True
    """Whether neighbouring residuals may be alike (AR(1)); not for negative_binomial."""


class Interval(Section):
    """The intervals of every table and page."""

    level: Annotated[float, Field(ge=0.5, le=0.99)] = 0.9
    """Probability inside the interval."""
    kind: Literal["equal_tailed", "highest_density"] = "equal_tailed"
    """How the interval is cut from the draws."""


DRAFT: Final = "draft"
"""How a posterior that is only an approximation is marked."""


class FitOptions(Section):
    """How the posterior is found, and when sampling stops."""

    mode: Literal["sample", "draft"] = "sample"
    """sample: by Markov chains, what reports need. draft: by a normal approximation with importance weights, in a fraction
    of the time, to try a model out; its run says how far off it is and is never reportable."""
    chains: Annotated[int, Field(ge=2, le=16)] = 4
    """Independent chains."""
    tune: Annotated[int, Field(ge=100, le=10_000)] | None = None
    """Steps of adaptation a chain, thrown away. By default 100 after two short pilot chains, which find most of it out for
    all. Without pilots, where PyMC computes the model or it has more than 600 parameters, 500; up to 100 parameters 300."""
    draws: Annotated[int, Field(ge=100, le=20_000)] = 1000
    """Draws a chain after which it is first asked whether they are enough; then it is asked every half as many more."""
    max_draws: Annotated[int, Field(ge=100, le=50_000)] = 4000
    """Draws a chain after which it stops in any case; the verdict says so."""
    max_minutes: Positive = 60.0
    """Time after which it stops in any case; the verdict says so."""
    target_accept: Annotated[float, Field(ge=0.6, lt=1)] = 0.85
    """Acceptance rate the step size is tuned for."""


class Backtest(Section):
    """What `mixproof backtest` forecasts: from each origin, knowing the outcomes before it alone."""

    origins: Annotated[int, Field(ge=2, le=520)] = 26
    """Origins: the last so many periods with an outcome are forecast, each from what was known before it."""
    horizon: Annotated[int, Field(ge=1, le=104)] = 1
    """Periods forecast from each origin; the log predictive density is always that of the first."""


class Bias(Section):
    """How far a test may miss what its channel does in the panel, as a share of the effect; 0 says not at all.

    Each is the scale of a half-normal prior, so the experiments themselves find out how large it is.
    """

    people: BiasSize = 0.15
    """Holdouts of people, run by the house."""
    geos: BiasSize = 0.15
    """Tests of regions."""
    platform: BiasSize = 0.15
    """A platform's own studies."""
    imported: BiasSize = 0.15
    """Statements and results of other tools."""
    age: BiasSize = 0.10
    """What a test that lies far outside the panel's dates may be off in addition."""
    half_life_weeks: Positive = 52.0
    """Weeks outside the panel's dates after which half of the memory is gone."""


class CalibrateConfig(Section):
    """What experiments say of the channels: their readouts become part of the model's likelihood."""

    experiments: tuple[Annotated[str, Field(min_length=1, max_length=120)], ...] | None = None
    """Names of experiments of the `lift` section; default all of them."""
    files: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Evidence of other runs: JSON files from their folder `evidence`, relative to the data folder."""
    tolerance: Annotated[float, Field(ge=0, le=0.5)] = 0.02
    """Share by which the spend of a test and that of the same cells of the panel may differ."""
    bias: Bias = Bias()
    """How far tests may miss what the channel does in the panel."""
    floor: Annotated[float, Field(ge=0, le=2)] = 0.25
    """Least standard error of a statement without window or dose, as a share of its value."""
    refit: bool = False
    """Whether the model is fitted again without each experiment that cannot be weighted away (Pareto k above 0.7), so that it
    is known what the model says without it, and once without any, to show it before calibration. Each is one more fit."""


class MmmConfig(Section):
    """The media-mix model."""

    default: ChannelModel = ChannelModel()
    """How every channel acts that is not named below."""
    channels: dict[str, ChannelModel] = {}
    """Channels that act otherwise, by name."""
    baseline: Baseline = Baseline()
    """What happens without media."""
    geo: Geo = Geo()
    """Pooling over geos."""
    likelihood: Likelihood = Likelihood()
    """Noise."""
    interval: Interval = Interval()
    """Level and kind of intervals."""
    fiscal_year_starts: Annotated[int, Field(ge=1, le=12)] = 1
    """Month in which the fiscal year starts; with any but January, tables and pages have fiscal quarters too."""
    margin: Annotated[float, Field(gt=0, le=1)] | None = None
    """Contribution margin: profit per unit of the outcome's value before the cost of media. Spend pays for itself at a return
    of 1 / margin, where pages then draw break-even; without it at 1."""
    fit: FitOptions = FitOptions()
    """Sampling."""
    backtest: Backtest = Backtest()
    """Forecasts of what is known by now."""

    def channel(self, name: str) -> ChannelModel:
        """Return how channel `name` acts."""
        return self.channels.get(name, self.default)
