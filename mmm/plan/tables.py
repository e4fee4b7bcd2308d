"""The tables of a plan: their rows, columns, units and meanings, described once."""

from mixproof.records.table import Column, ColumnKind, TableSpec
from mmm.effects.tables import ASSUMED as ASSUMED
from mmm.effects.tables import MIXED as MIXED
from mmm.forecast.tables import TABLES as FORECAST


def _text(name: str, meaning: str) -> Column:
    return Column(name, "text", "", meaning)


def _column(name: str, kind: ColumnKind, unit: str, meaning: str) -> Column:
    return Column(name, kind, unit, meaning)


def _number(name: str, unit: str, meaning: str) -> Column:
    return Column(name, "number", unit, meaning)


def _interval(name: str, unit: str, meaning: str) -> tuple[Column, ...]:
    """Return the columns of one estimate: mean, lower and upper end of the interval."""
    words = ("posterior mean", "lower end of the interval", "upper end of the interval")
    return tuple(
        Column(f"{name}_{part}", "number", unit, f"{meaning}: {said}")
        for part, said in zip(("mean", "lower", "upper"), words, strict=True)
    )


MARK = (
    "'mixed with demand', 'mostly assumed', 'prior-dominated', 'reported as the sum A + B', joined by '; ': the plan is made "
    "all the same, and is to be believed as far as the channel's own answer is; else empty"
)

PLAN_BUDGET = TableSpec(
    "plan_budget",
    "a channel in a geo and a period of the window",
    (
        _text("geo", "name of the geo"),
        _text("channel", "name in the YAML"),
        _column("period", "date", "", "first day of the data period"),
        _number("current", "currency", "money of the current plan"),
        _number("optimum", "currency", "money of the best plan found"),
        _number(
            "proposed",
            "currency",
            "money that is recommended: the optimum, or the current plan where that stays",
        ),
        _number("change", "currency", "proposed less current"),
        _number(
            "lower",
            "currency",
            "least money of this channel in this geo that range and bounds allow, in this period",
        ),
        _number(
            "upper",
            "currency",
            "most money of this channel in this geo that range and bounds allow, in this period",
        ),
    ),
)

PLAN_CHANNELS = TableSpec(
    "plan_channels",
    "a paid channel over the window, all geos together, and in the last row all of them",
    (
        _text("channel", "name in the YAML, or 'all paid channels'"),
        _number("current", "currency", "money of the current plan"),
        _number("optimum", "currency", "money of the best plan found"),
        _number("proposed", "currency", "money that is recommended"),
        _number("change", "currency", "proposed less current"),
        _number(
            "change_share", "fraction", "change over current; empty where the current plan spends nothing"
        ),
        _number("lower", "currency", "least money that range and bounds allow"),
        _number("upper", "currency", "most money that range and bounds allow"),
        *_interval(
            "outcome_current", "outcome", "what the current plan's money brings in the window and after"
        ),
        *_interval("outcome_proposed", "outcome", "what the proposed money brings in the window and after"),
        *_interval("difference", "outcome", "outcome of the proposed less that of the current plan"),
        *_interval("roi_current", "currency per currency", "value brought per money of the current plan"),
        *_interval("roi_proposed", "currency per currency", "value brought per money proposed"),
        *_interval(
            "mroi_current", "currency per currency", "value of the next unit of money of the current plan"
        ),
        *_interval("mroi_proposed", "currency per currency", "value of the next unit of money proposed"),
        _number(
            "beyond_observed",
            "fraction",
            "share of the optimum's money that lies above the most the geo has spent on the channel in a period",
        ),
        _text("caution", MARK),
    ),
)

PLAN_SCENARIOS = TableSpec(
    "plan_scenarios",
    "a plan over the whole window: current, proposed, the optimum where that is another, and those that the YAML names",
    (
        _text("scenario", "'current', 'proposed', 'optimum', or its name in the YAML"),
        _number("spend", "currency", "money over the window"),
        *_interval("outcome", "outcome", "what its money brings in the window and after"),
        *_interval("value", "currency", "value of that; empty where the outcome has none"),
        *_interval("profit", "currency", "margin times value, less spend"),
        *_interval("roi", "currency per currency", "value brought per unit of spend"),
        _number(
            "cpia_mean",
            "currency per outcome unit",
            "spend over the mean outcome brought; inf if that is not above 0",
        ),
        _number("cpia_lower", "currency per outcome unit", "spend over the upper end of the outcome brought"),
        _number(
            "cpia_upper", "currency per outcome unit", "spend over the lower end; inf if that is not above 0"
        ),
        *_interval("difference", "outcome", "outcome less that of the current plan, draw by draw"),
        *_interval("profit_difference", "currency", "profit less that of the current plan, draw by draw"),
        _number("better", "probability", "probability that its outcome is above that of the current plan"),
        _number(
            "more_profitable", "probability", "probability that its profit is above that of the current plan"
        ),
    ),
)

PLAN_CERTIFICATE = TableSpec(
    "plan_certificate",
    "the plan as a whole: how good it is, how that is known, and what is recommended",
    (
        _text("objective", "what was made as large as can be, in words"),
        _text("unit", "unit of value, bound, and gains"),
        _text("start", "first day of the window"),
        _text("end", "last day of the window"),
        _column("periods", "integer", "count", "data periods of the window"),
        _number("spend_current", "currency", "money of the current plan"),
        _number("spend_optimum", "currency", "money of the best plan found"),
        _number(
            "value_current", "of unit", "objective of the current plan, on the draws that were optimised on"
        ),
        _number("value", "of unit", "objective of the best plan found, on the same draws"),
        _number(
            "bound",
            "of unit",
            "no plan that keeps the constraints is above this; empty where no bound is known",
        ),
        _number("gap", "fraction", "bound less value, over value"),
        _text("bound_kind", "how the bound was found, in words"),
        _number(
            "marginal_spread",
            "fraction",
            "largest difference between marginal returns of free amounts, over their mean; 0 at an optimum",
        ),
        _column("free", "integer", "count", "amounts that no constraint holds"),
        _column("starts", "integer", "count", "starting points of the search"),
        _column("starts_agree", "integer", "count", "of these, how many end within 1e-4 of the best value"),
        _number("starts_spread", "fraction", "best value less worst of all starts, over the best"),
        _column("draws_used", "integer", "count", "draws that were optimised on"),
        _column("draws_unused", "integer", "count", "other draws, on which gains are reported"),
        *_interval("gain", "of unit", "optimum less current, on draws that the search has not used"),
        _number(
            "better",
            "probability",
            "probability that the optimum is better than the current plan, on the same draws",
        ),
        _number(
            "by_chance",
            "probability",
            "that a search finds as clear a gain where the current plan is the best; empty where that is not known",
        ),
        _number(
            "gain_beyond_observed",
            "fraction",
            "share of the mean gain that comes from amounts above the largest observed",
        ),
        _text("recommendation", "'change' or 'no change'"),
        _text("sentence", "recommendation and reason in words"),
        _text(
            "test_channel",
            "channel whose test would say most about the gain; empty where there is no gain to be known",
        ),
        _number("test_share", "fraction", "share of the gain's variance that comes from that channel"),
        _text("test", "the test that would decide, in words"),
    ),
)

PLAN_CURVES = TableSpec(
    "plan_curves",
    "a level of a channel's money over the window, all geos scaled alike, the other channels as in the current plan",
    (
        _text("channel", "name in the YAML"),
        _number("spend", "currency", "money over the window"),
        *_interval("outcome", "outcome", "what it brings in the window and after"),
        *_interval("mroi", "currency per currency", "value of the next unit of money"),
        _column(
            "observed",
            "flag",
            "",
            "true where no period is above the most that its geo has spent on the channel in a period",
        ),
        _text(
            "plan",
            "'current', 'optimum' or 'proposed' where the level is that of the plan, joined by ', '; else empty",
        ),
        _text("caution", MARK),
    ),
)

PLAN_NOTES = TableSpec(
    "plan_notes",
    "something about the plan that is to be read with it",
    (
        _text("about", "channel, constraint, or 'plan'"),
        _text("sentence", "in words"),
    ),
)

NEXT_EXPERIMENT = TableSpec(
    "next_experiment",
    "a test that could be run in the window, of a channel that the current plan spends on; that of greatest worth first. Empty "
    "where channels act on one another (multiplicative models)",
    (
        _text("channel", "name in the YAML"),
        _text("test", "the test in words"),
        _column(
            "start",
            "date",
            "",
            "first day without the channel's money: where the current plan spends most on it",
        ),
        _column("periods", "integer", "count", "data periods without the channel's money"),
        _column(
            "periods_read",
            "integer",
            "count",
            "data periods that are read, from the first without money until nearly all of the effect has come",
        ),
        _number("share", "fraction", "share of the market, by size of outcome, that goes without"),
        *_interval(
            "effect", "outcome", "outcome that the model expects not to come in the periods that are read"
        ),
        _number(
            "standard_error",
            "outcome",
            "of what the test measures: spread of the model's residuals in sums over as many periods, other geos standing for "
            "what would have come; a baseline that moves otherwise than in the data comes on top",
        ),
        _number(
            "known_after",
            "fraction",
            "share of the effect's variance that the result removes, were effect and error normal",
        ),
        _number(
            "worth",
            "objective",
            "what the best plan for such a window brings more in the mean when it is made after the result, in expected "
            "outcome or profit; from simulated results, on draws that plans are not made with",
        ),
        _number("worth_lower", "objective", "lower end of its 95 % interval by the number of draws"),
        _number("worth_upper", "objective", "upper end of its 95 % interval by the number of draws"),
        _number(
            "worth_if_exact",
            "objective",
            "the same, were the result without error: no such test is worth more",
        ),
        _number("moved", "fraction", "mean share of all money that the result moves"),
        _number("money_kept", "currency", "money that the test does not spend"),
        *_interval("lost", "objective", "what the test costs: what does not come while it runs"),
        _number(
            "net",
            "objective",
            "worth less what is lost in the mean, plus what the money kept brings as the best plan's next money (in a profit, "
            "itself); what later windows gain comes on top",
        ),
        _number("net_lower", "objective", "lower end of its 95 % interval by the number of draws"),
        _number("net_upper", "objective", "upper end of its 95 % interval by the number of draws"),
        _text("caution", MARK),
    ),
)

TABLES: tuple[TableSpec, ...] = (
    PLAN_BUDGET,
    PLAN_CHANNELS,
    PLAN_SCENARIOS,
    PLAN_CERTIFICATE,
    PLAN_CURVES,
    PLAN_NOTES,
    NEXT_EXPERIMENT,
)
"""All tables of a plan."""

ALL_TABLES: tuple[TableSpec, ...] = (*FORECAST, *TABLES)
"""Those of a plan's folder, the forecast's first, in the order of docs/tables.md."""
