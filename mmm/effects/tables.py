"""The tables a media-mix run writes: their rows, columns, units and meanings, described once."""

from collections.abc import Sequence

from mixproof.records.table import Column, ColumnKind, Form, TableSpec


def _interval(name: str, unit: str, meaning: str, median: bool = False) -> tuple[Column, ...]:
    """Return the columns of one estimate: mean (and median), lower and upper end of the interval."""
    middle: Sequence[tuple[str, str]] = [("mean", "posterior mean")] + (
        [("median", "posterior median")] if median else []
    )
    ends = [("lower", "lower end of the interval"), ("upper", "upper end of the interval")]
    return tuple(
        Column(f"{name}_{part}", "number", unit, f"{meaning}: {words}") for part, words in [*middle, *ends]
    )


def _text(name: str, meaning: str) -> Column:
    return Column(name, "text", "", meaning)


def _column(name: str, kind: ColumnKind, unit: str, meaning: str, form: Form = "") -> Column:
    return Column(name, kind, unit, meaning, form)


MIXED = "mixed with demand"
"""What is said of a channel whose spend follows demand and that no experiment has measured."""
ASSUMED = "mostly assumed"
"""What is said of a channel of whose contribution most may lie below its lowest observed level, and no experiment has been."""
_CAUTION = _text(
    "caution",
    f"'{MIXED}' where spend follows demand, '{ASSUMED}' where most of the contribution may lie below the lowest observed "
    "level, joined by '; ' where both, as long as no experiment has measured the channel; else empty",
)
CHANNELS = TableSpec(
    "channels",
    "a channel, treatment, or group of channels the data cannot tell apart, over the whole modelled window",
    (
        _text("channel", "name in the YAML; members joined by ' + ' for a group"),
        _text("kind", "paid, organic, treatment, or group"),
        _column("spend", "number", "currency", "spend in the modelled window; empty for unpaid media"),
        *_interval("contribution", "outcome", "incremental outcome realised in the window"),
        *_interval("share", "fraction", "contribution as a share of all modelled outcome"),
        *_interval(
            "roi", "currency per currency", "value of the contribution per unit of spend", median=True
        ),
        *_interval(
            "mroi",
            "currency per currency",
            "value of the outcome gained per unit of spend when all spend rises by 1 %",
        ),
        *_interval(
            "contribution_observed",
            "outcome",
            "part of the contribution that lies above the lowest observed level; the rest is assumed",
        ),
        *_interval("roi_observed", "currency per currency", "value of that part per unit of all spend"),
        *_interval("assumed_share", "fraction", "part of the contribution below the lowest observed level"),
        _column(
            "cpia_mean",
            "number",
            "currency per outcome unit",
            "spend over the mean contribution; inf if that is not above 0",
        ),
        _column(
            "cpia_lower",
            "number",
            "currency per outcome unit",
            "spend over the upper end of the contribution",
        ),
        _column(
            "cpia_upper",
            "number",
            "currency per outcome unit",
            "spend over the lower end; inf if that is not above 0",
        ),
        _column(
            "half_life",
            "number",
            "periods",
            "time until half of the carryover has arrived, posterior mean",
            "tenth",
        ),
        _column("half_life_lower", "number", "periods", "lower end of the interval", "tenth"),
        _column("half_life_upper", "number", "periods", "upper end of the interval", "tenth"),
        _column(
            "carry_in_mean", "number", "outcome", "part of the contribution caused by spend before the window"
        ),
        _column(
            "carry_out_mean",
            "number",
            "outcome",
            "outcome still to come after the window from spend inside it, not in the contribution",
        ),
        _text(
            "reported_as",
            "'alone'; what caution says of a single channel; 'only within A + B' for a member of a "
            "group; 'sum' for the group itself",
        ),
        _CAUTION,
    ),
)

CHANNELS_BEFORE = TableSpec(
    "channels_before",
    "as channels, by the model before experiments calibrated it (calibrate.refit)",
    CHANNELS.columns,
)

GEO_CHANNELS = TableSpec(
    "channels_by_geo",
    "a channel in a geo, over the whole modelled window",
    (
        _text("geo", "name of the geo"),
        _text("channel", "name in the YAML"),
        _column("spend", "number", "currency", "spend in the modelled window; empty for unpaid media"),
        *_interval("contribution", "outcome", "incremental outcome realised in the window"),
        *_interval(
            "roi", "currency per currency", "value of the contribution per unit of spend", median=True
        ),
        _CAUTION,
    ),
)

CONTRIBUTIONS = TableSpec(
    "contributions",
    "a component of the outcome in a period (all geos together)",
    (
        _text(
            "grain",
            "month, quarter, fiscal_month (of a declared calendar), "
            "fiscal_quarter (where the fiscal year is not the calendar's), fiscal_year or year",
        ),
        _text("period", "label of the period, for example 2024-Q3, or FY2025-Q1"),
        _text("component", "channel, treatment, control or part of the baseline"),
        _text("kind", "paid, organic, treatment, or baseline"),
        _column("spend", "number", "currency", "spend in the period; empty for what costs nothing"),
        *_interval("contribution", "outcome", "outcome realised in the period"),
        _column(
            "share_mean", "number", "fraction", "share of the modelled outcome of the period, posterior mean"
        ),
        _column(
            "periods", "integer", "count", "data periods (weeks, say) of the panel that fell in this period"
        ),
        _column(
            "periods_in_full",
            "integer",
            "count",
            "data periods that a whole period of this kind has; where `periods` is less, the period is partial",
        ),
        _CAUTION,
    ),
)

DECOMPOSITION = TableSpec(
    "decomposition",
    "a component of the outcome at a date (all geos together)",
    (
        _column("date", "date", "", "start of the data period"),
        _text("component", "channel, treatment, control or part of the baseline"),
        _text("kind", "paid, organic, treatment, or baseline"),
        *_interval("contribution", "outcome", "outcome realised at the date"),
        _CAUTION,
    ),
)

WATERFALL = TableSpec(
    "waterfall",
    "a component of the outcome over the whole modelled window, in the order in which it is stacked",
    (
        _text("component", "channel, treatment, control or part of the baseline"),
        _text("kind", "paid, organic, treatment, or baseline"),
        *_interval("contribution", "outcome", "outcome realised in the window"),
        *_interval("share", "fraction", "share of all modelled outcome"),
        _CAUTION,
    ),
)

FIT = TableSpec(
    "fit",
    "a date of a geo, actual against fitted",
    (
        _text("geo", "name of the geo"),
        _column("date", "date", "", "start of the data period"),
        _column("actual", "number", "outcome", "outcome as given; empty where it is unknown"),
        _column(
            "expected_mean", "number", "outcome", "what the model's components add up to, posterior mean"
        ),
        *_interval("predicted", "outcome", "one-step-ahead posterior predictive"),
        _column("residual", "number", "outcome", "actual minus predicted mean"),
    ),
)

RESPONSE = TableSpec(
    "response",
    "a spend level of a channel, all periods scaled alike",
    (
        _text("channel", "name in the YAML"),
        _column("multiplier", "number", "times observed spend", "1 is the observed spend"),
        _column(
            "spend",
            "number",
            "currency",
            "spend over the modelled window at this level; exposure for unpaid media",
        ),
        *_interval("outcome", "outcome", "contribution at this level"),
        _column(
            "observed",
            "flag",
            "",
            "true where a typical active period would stay between the lowest and highest exposure observed",
        ),
        _CAUTION,
    ),
)

CARRYOVER = TableSpec(
    "carryover",
    "a lag of a channel's carryover",
    (
        _text("channel", "name in the YAML"),
        _column("lag", "integer", "periods", "periods after the exposure"),
        *_interval("weight", "fraction", "share of the effect that arrives at this lag"),
    ),
)

PARAMETERS = TableSpec(
    "parameters",
    "a parameter of the model",
    (
        _text("parameter", "name with its labels in brackets"),
        _column("mean", "number", "", "posterior mean"),
        _column("sd", "number", "", "posterior standard deviation"),
        _column("lower", "number", "", "lower end of the interval"),
        _column("upper", "number", "", "upper end of the interval"),
        _column("r_hat", "number", "", "rank-normalised split R-hat", "thousandth"),
        _column("ess_bulk", "number", "draws", "bulk effective sample size"),
        _column("ess_tail", "number", "draws", "tail effective sample size"),
        _CAUTION,
    ),
)

TIE_OUT = TableSpec(
    "tie_out",
    "a line of the sum from the components to the actual outcome over the modelled window, all geos together",
    (
        _text("line", "component, 'where the outcome is unknown', 'residual', or 'actual outcome'"),
        _text("kind", "paid, organic, treatment, baseline, unknown, residual, or actual"),
        _column(
            "amount",
            "number",
            "outcome",
            "posterior mean of a component; less what components bring where no outcome is known; actual minus expected; "
            "the outcome as given. All lines but the last add up to the last",
        ),
        _CAUTION,
    ),
)

PAID_MEDIA = TableSpec(
    "paid_media",
    "a paid channel, and in the last row all of them together; members of groups, not groups, so that rows add up",
    (
        _text("channel", "name in the YAML, or 'all paid channels'"),
        _column("spend", "number", "currency", "spend in the modelled window"),
        _column("spend_share", "number", "fraction", "share of the spend of all paid channels"),
        *_interval("contribution", "outcome", "incremental outcome realised in the window"),
        *_interval(
            "effect_share",
            "fraction",
            "share of the contribution of all paid channels; empty where that may be zero or less",
        ),
        *_interval(
            "roi", "currency per currency", "value of the contribution per unit of spend", median=True
        ),
        _text(
            "prior_on",
            "quantity that the prior is about: roi, mroi, share or coefficient; empty for the total",
        ),
        _column("prior_median", "number", "of prior_on", "median of the prior"),
        _column("prior_lower", "number", "of prior_on", "lower end of the prior's equal-tailed interval"),
        _column("prior_upper", "number", "of prior_on", "upper end of the prior's equal-tailed interval"),
        _CAUTION,
    ),
)

PAID_MEDIA_BY_PERIOD = TableSpec(
    "paid_media_by_period",
    "a paid channel, a group of channels that the data cannot tell apart, or all paid channels together, in a calendar period",
    (
        _text(
            "grain",
            "quarter, fiscal_quarter (where the fiscal year is not the calendar's), fiscal_year or year",
        ),
        _text("period", "label of the period, for example 2024-Q3, or FY2025-Q1"),
        _text("start", "first day of its first data period, ISO"),
        _text("last", "first day of its last data period, ISO"),
        _column(
            "periods", "integer", "count", "data periods (weeks, say) of the panel that fell in this period"
        ),
        _column("periods_in_full", "integer", "count", "data periods that a whole period of this kind has"),
        _text("channel", "name in the YAML; members joined by ' + ' for a group; 'all paid channels'"),
        _text("kind", "paid, group or total; paid channels add up to the total, groups are in them"),
        _column("spend", "number", "currency", "spend in the period"),
        _column(
            "spend_share", "number", "fraction", "share of the spend of all paid channels; empty without any"
        ),
        *_interval("contribution", "outcome", "incremental outcome realised in the period"),
        *_interval(
            "effect_share",
            "fraction",
            "share of the contribution of all paid channels; empty where that may be zero or less",
        ),
        *_interval(
            "roi",
            "currency per currency",
            "value of the contribution per unit of spend; empty without spend, without a value in money, or with one that "
            "differs between geos",
            median=True,
        ),
        _column(
            "cpia_mean",
            "number",
            "currency per outcome unit",
            "spend over the mean contribution; inf if that is not above 0",
        ),
        _column(
            "cpia_lower",
            "number",
            "currency per outcome unit",
            "spend over the upper end of the contribution",
        ),
        _column(
            "cpia_upper",
            "number",
            "currency per outcome unit",
            "spend over the lower end; inf if that is not above 0",
        ),
        _CAUTION,
    ),
)

FIT_QUALITY = TableSpec(
    "fit_quality",
    "how closely one-step-ahead predictions follow the actual outcome, for all geos together and for each",
    (
        _text("geo", "name of the geo, or 'all geos'"),
        _column("periods", "integer", "count", "periods with a known outcome"),
        _column(
            "r2", "number", "fraction", "1 minus squared residuals over squared deviations from the mean"
        ),
        _column("mape", "number", "fraction", "mean of residuals, without sign, over the actual outcome"),
        _column(
            "mape_periods", "integer", "count", "periods in the MAPE: those with an outcome other than zero"
        ),
        _column(
            "wmape",
            "number",
            "fraction",
            "sum of residuals, without sign, over the sum of the actual outcome",
        ),
    ),
)

FINDINGS = TableSpec(
    "verdict",
    "what one check found",
    (
        _text("check", "name of the check"),
        _text("status", "pass, note, warning or failure"),
        _text("subject", "channel, geo or experiment it is about; empty for the whole run"),
        _column("value", "number", "", "the number"),
        _column("threshold", "number", "", "what it was held against"),
        _text("sentence", "the finding in words"),
    ),
)

TABLES: tuple[TableSpec, ...] = (
    CHANNELS,
    CHANNELS_BEFORE,
    GEO_CHANNELS,
    CONTRIBUTIONS,
    DECOMPOSITION,
    WATERFALL,
    TIE_OUT,
    PAID_MEDIA,
    PAID_MEDIA_BY_PERIOD,
    FIT,
    FIT_QUALITY,
    RESPONSE,
    CARRYOVER,
    PARAMETERS,
    FINDINGS,
)
