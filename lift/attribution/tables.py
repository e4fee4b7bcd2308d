"""The tables that attribution writes: their rows, columns, units and meanings, described once."""

from mixproof.records.attribution import ATTRIBUTED, ATTRIBUTION, SYSTEM
from mixproof.records.table import Column, TableSpec

CREDIT = TableSpec(
    "credit",
    "a channel's credit by one rule, or conversions that no rule can give to a channel",
    (
        Column("rule", "text", "", "first, last, linear, markov order 1, shapley of rates, ..."),
        Column(
            "channel",
            "text",
            "",
            "channel; (unattributed): no touch was seen; (other): rare paths put together; "
            "(consent-lost): touches lost to consent",
        ),
        Column(
            "credited",
            "flag",
            "",
            "whether the row is a channel's credit; false: unattributed, whatever the rule",
        ),
        Column("conversions", "number", "conversions", "credited, or unattributed, conversions"),
        Column("share", "number", "fraction", "of all conversions of the table, unattributed ones counted"),
        Column(
            "value", "number", "currency", "credited, or unattributed, value; empty without a value column"
        ),
        Column("value_share", "number", "fraction", "of all value of the table"),
        Column(
            "effect",
            "number",
            "fraction",
            "markov: removal effect; shapley of rates: Shapley value of the conversion rate; else empty",
        ),
        Column("note", "text", "", "what a reader of the row must know"),
    ),
)

TOTAL = TableSpec(
    "attribution_total",
    "what one system attributes to a channel over all periods that have a factor, and how much of it was caused",
    (
        Column("system", "text", "", "attribution system, as the YAML names it"),
        Column("channel", "text", "", "channel"),
        Column("unit", "text", "", "unit of attributed and calibrated: the outcome's name, or the currency"),
        Column("start", "text", "", "first day of the first period counted, ISO"),
        Column("end", "text", "", "last day of the last period counted, ISO"),
        Column("periods", "integer", "", "periods counted"),
        Column(
            "without_factor", "integer", "", "periods left out, because they are withheld or have no factor"
        ),
        Column("attributed", "number", "unit", "what the system attributes in the periods counted"),
        Column(
            "calibrated", "number", "unit", "caused by the channel in the periods counted, posterior median"
        ),
        Column("calibrated_lower", "number", "unit", "lower end of its prediction interval"),
        Column("calibrated_upper", "number", "unit", "upper end of its prediction interval"),
        Column("level", "number", "fraction", "level of the interval"),
        Column(
            "tests",
            "integer",
            "",
            "tests of the channel; 0: the factor rests on those of other channels alone",
        ),
    ),
)

COVARIANCE = TableSpec(
    "attribution_covariance",
    "a pair of channels of a system: in what their calibrated totals err together",
    (
        Column("system", "text", "", "attribution system, as the YAML names it"),
        Column("unit", "text", "", "unit of the totals: the outcome's name, or the currency"),
        Column("channel", "text", "", "one channel of attribution_total"),
        Column("other", "text", "", "the other, or the same: then it is the variance"),
        Column("covariance", "number", "unit", "covariance of the two totals, in squared units"),
    ),
)

SCORECARD = TableSpec(
    "scorecard",
    "one score of a system's claims against the experiments that can be held against it",
    (
        SYSTEM,
        Column("unit", "text", "", "unit of claims and increments: the outcome's name, or the currency"),
        Column("score", "text", "", "error, agreement, sign, ratio, slope, rank, skill or decision"),
        Column("value", "number", "fraction", "the score; empty where tests are too few or too noisy to say"),
        Column("tests", "integer", "", "tests that it rests on"),
        Column("meaning", "text", "", "what the score says"),
    ),
)

OVER_CREDIT = TableSpec(
    "over_credit",
    "what a system credits a channel with in the arm of a test that never saw it",
    (
        Column("system", "text", "", "attribution system, as the YAML names it"),
        Column("experiment", "text", "", "experiment"),
        Column("channel", "text", "", "channel tested"),
        Column("control", "text", "", "arm that was not treated"),
        Column("treated", "text", "", "arm that it is compared with"),
        Column(
            "credited_control", "number", "outcome", "conversions credited to the channel in the control arm"
        ),
        Column("credited_treated", "number", "outcome", "the same in the treated arm"),
        Column("people_control", "number", "people", "people of the control arm"),
        Column("people_treated", "number", "people", "people of the treated arm"),
        Column(
            "over_credit", "number", "fraction", "credit per person of the control over that of the treated"
        ),
        Column("lower", "number", "fraction", "lower end of its exact interval"),
        Column("upper", "number", "fraction", "upper end of its exact interval"),
        Column("level", "number", "fraction", "level of the interval"),
    ),
)

STABILITY = TableSpec(
    "attribution_stability",
    "a comparison of how credit is divided: a period with the one before, or two systems in one period",
    (
        Column("system", "text", "", "attribution system, as the YAML names it"),
        Column("other", "text", "", "system that it is compared with; empty for the period before"),
        Column("period", "text", "", "first day of the period, ISO"),
        Column(
            "measure", "text", "", "share_shift, divergence (Kullback-Leibler, in nats) or credited_to_nobody"
        ),
        Column("value", "number", "", "how large it is"),
        Column("by_chance", "number", "", "how large it may be from chance alone, for counts of this size"),
        Column("limit", "number", "", "threshold of the YAML"),
        Column("alarm", "flag", "", "whether value less by_chance is above the limit"),
    ),
)

TABLES: tuple[TableSpec, ...] = (
    CREDIT,
    ATTRIBUTED,
    ATTRIBUTION,
    TOTAL,
    COVARIANCE,
    SCORECARD,
    OVER_CREDIT,
    STABILITY,
)
"""Every table of this folder, in the order of docs/tables.md."""
