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
        Column("score", "text", "", "error, agreement, sign, ratio, slope, rank or skill"),
        Column("value", "number", "fraction", "the score; empty where tests are too few or too noisy to say"),
        Column("tests", "integer", "", "tests that it rests on"),
        Column("meaning", "text", "", "what the score says"),
    ),
)

TABLES: tuple[TableSpec, ...] = (CREDIT, ATTRIBUTED, ATTRIBUTION, TOTAL, COVARIANCE, SCORECARD)
"""Every table of this folder, in the order of docs/tables.md."""
