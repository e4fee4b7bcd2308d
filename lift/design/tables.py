"""The tables a design writes: their rows, columns, units and meanings, described once."""

from mixproof.records.table import Column, TableSpec

_PLAN = Column("plan", "text", "", "name in the YAML")
_RUN = Column("run", "flag", "", "true where the test is worth running")
_REASON = Column("reason", "text", "", "why not to run; empty where it may be run")

GEO_OPTIONS = TableSpec(
    "design_geo",
    "a size and length of a geo test; the first row of a plan is the one to choose",
    (
        _PLAN,
        Column("treated", "text", "", "geos to treat, joined by ' + '"),
        Column("geos", "integer", "count", "number of treated geos"),
        Column("periods", "integer", "periods", "length of the test"),
        Column("cooldown", "integer", "periods", "length of the cool-down that counts too"),
        Column(
            "mde", "number", "fraction", "smallest relative lift found with the wanted power; inf above 100 %"
        ),
        Column(
            "power",
            "number",
            "fraction",
            "probability of finding the expected lift, on windows the selection never saw",
        ),
        Column(
            "power_lower",
            "number",
            "fraction",
            "lower end of its interval; few windows without overlap widen it",
        ),
        Column("power_upper", "number", "fraction", "upper end; options within it are not ranked by power"),
        Column("power_claimed", "number", "fraction", "the same on the windows that chose the geos"),
        Column(
            "false_positives",
            "number",
            "fraction",
            "share of unseen windows without effect in which one would be found",
        ),
        Column("windows", "integer", "count", "unseen windows"),
        Column(
            "outcome", "number", "outcome", "outcome of the treated geos in the latest window of that length"
        ),
        Column(
            "budget", "number", "currency", "spend that the test needs; empty where the plan does not say"
        ),
        _RUN,
        _REASON,
    ),
)

HOLDOUT_OPTIONS = TableSpec(
    "design_holdout",
    "a split of the available people",
    (
        _PLAN,
        Column("holdout_share", "number", "fraction", "share of people held out"),
        Column("best", "flag", "", "true for the split to choose"),
        Column("users_needed", "number", "people", "people in both arms for the wanted power"),
        Column(
            "mde",
            "number",
            "fraction",
            "smallest relative lift found with the wanted power by all available people",
        ),
        Column("power", "number", "fraction", "probability of finding the expected lift, normal theory"),
        Column(
            "delivered_power",
            "number",
            "fraction",
            "the same in simulated tests with skewed orders; only for the best",
        ),
        Column(
            "false_positives",
            "number",
            "fraction",
            "share of simulated tests without lift that find one; only for the best",
        ),
        Column(
            "cost",
            "number",
            "currency",
            "expected profit forgone in the holdout, less media not bought for it",
        ),
        Column(
            "value",
            "number",
            "currency",
            "expected value of the test per year; only for the best, with a prior",
        ),
        Column("control_converters", "number", "people", "converters expected in the holdout"),
        _RUN,
        _REASON,
    ),
)

TABLES: tuple[TableSpec, ...] = (GEO_OPTIONS, HOLDOUT_OPTIONS)
"""Every table that a design writes."""
