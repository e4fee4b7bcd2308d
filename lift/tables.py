"""The tables an analysis of experiments writes: their rows, columns, units and meanings, described once."""

from lift.attribution.tables import TABLES as ATTRIBUTION
from lift.design.tables import TABLES as DESIGN
from mixproof.records.table import Column, TableSpec

_EXPERIMENT = Column("experiment", "text", "", "name in the YAML")
_CHANNELS = Column("channel", "text", "", "channels tested, joined by ' + '")
_WHOLE_ARM = Column("arm", "text", "", "treated arm or cell; 'all' for the whole test")
_CELL = Column("arm", "text", "", "treated cell")
_OUTCOME = Column("outcome", "text", "", "outcome that was counted")

LIFT = TableSpec(
    "lift",
    "one estimand of one arm or cell of an experiment, by one method",
    (
        _EXPERIMENT,
        Column("kind", "text", "", "holdout, geo or imported"),
        _WHOLE_ARM,
        _CHANNELS,
        Column(
            "estimand",
            "text",
            "",
            "conversion_rate_difference, revenue_per_user_difference, relative_lift, incremental_outcome, iroas, ...",
        ),
        _OUTCOME,
        Column(
            "role",
            "text",
            "",
            "'primary': the answer; 'secondary': that for a further outcome of the test; 'comparison': the same question by "
            "another method",
        ),
        Column("estimate", "number", "unit", "point estimate", "as_is"),
        Column(
            "lower",
            "number",
            "unit",
            "lower end of the interval; -inf where unbounded, empty where the set is empty",
            "as_is",
        ),
        Column(
            "upper",
            "number",
            "unit",
            "upper end of the interval; inf where unbounded, empty where the set is empty",
            "as_is",
        ),
        Column("level", "number", "fraction", "level of the interval"),
        Column("interval", "text", "", "confidence, credible or prediction"),
        Column("se", "number", "unit", "standard error; empty where the method has none", "as_is"),
        Column(
            "p_value",
            "number",
            "",
            "two-sided (one-sided where that was declared), from the inversion that gives the interval: below 1 - level "
            "exactly when no effect lies outside it",
            "as_is",
        ),
        Column("unit", "text", "", "unit of the estimate, for example EUR, orders, EUR per EUR, fraction"),
        Column("method", "text", "", "estimator and interval"),
        Column(
            "verdict",
            "text",
            "",
            "grade of the experiment: reportable, reportable with warnings, not reportable",
        ),
        Column("note", "text", "", "what must be read with the number, in words"),
    ),
)

LIFT_ARMS = TableSpec(
    "lift_arms",
    "an arm of a holdout, as it enters the analysis",
    (
        _EXPERIMENT,
        Column("arm", "text", "", "name of the arm"),
        Column("role", "text", "", "control or treated"),
        Column("users", "number", "people", "people in the arm, each once"),
        Column("converters", "number", "people", "people who converted"),
        Column("conversion_rate", "number", "fraction", "converters per person"),
        Column("revenue", "number", "currency", "revenue of the arm; empty where not given"),
        Column(
            "revenue_per_user", "number", "currency per person", "revenue per person, non-buyers included"
        ),
        Column("revenue_per_converter", "number", "currency per person", "revenue per converter"),
        Column("order_variation", "number", "", "standard deviation over mean of revenue among converters"),
        Column("exposed", "number", "people", "people in fact exposed; empty where not given"),
    ),
)

LIFT_CHECKS = TableSpec(
    "lift_checks",
    "what one check found in one experiment",
    (
        Column("check", "text", "", "name of the check"),
        Column("status", "text", "", "pass, note, warning or failure"),
        Column("subject", "text", "", "experiment it is about; empty for the whole section"),
        Column("value", "number", "", "the number"),
        Column("threshold", "number", "", "what it was held against"),
        Column("sentence", "text", "", "the finding in words"),
    ),
)

LIFT_PERIODS = TableSpec(
    "lift_periods",
    "a period of an experiment: what happened against what would have happened",
    (
        _EXPERIMENT,
        Column("arm", "text", "", "treated arm or cell"),
        Column("date", "text", "", "start of the period, or the entry cohort"),
        Column("phase", "text", "", "before, test, cooldown, or cohort"),
        Column("actual", "number", "unit", "outcome of the treated units"),
        Column("counterfactual", "number", "unit", "what it would have been"),
        Column("effect", "number", "unit", "actual minus counterfactual"),
        Column("cumulative", "number", "unit", "effect added up since the test began"),
        Column(
            "cumulative_se",
            "number",
            "unit",
            "standard error of the cumulative effect; empty where the method has none",
        ),
        Column("unit", "text", "", "unit of the five columns before"),
    ),
)

LIFT_POOL = TableSpec(
    "lift_pool",
    "a pooled statement about a channel's tests, by one method",
    (
        Column("channel", "text", "", "channel"),
        Column("estimand", "text", "", "what is pooled"),
        Column("method", "text", "", "how"),
        Column("role", "text", "", "'primary' or 'comparison'"),
        Column("tests", "integer", "count", "results pooled"),
        Column("unreported", "integer", "count", "started tests that entered as 'inside the noise'"),
        Column("estimate", "number", "unit", "mean over tests", "as_is"),
        Column("se", "number", "unit", "its standard error", "as_is"),
        Column("lower", "number", "unit", "lower end of the interval of the mean", "as_is"),
        Column("upper", "number", "unit", "upper end of the interval of the mean", "as_is"),
        Column("next_lower", "number", "unit", "lower end of the prediction interval for the next test"),
        Column("next_upper", "number", "unit", "upper end of the prediction interval for the next test"),
        Column("level", "number", "fraction", "level of both intervals"),
        Column("tau", "number", "unit", "standard deviation between tests"),
        Column("i_squared", "number", "fraction", "share of the scatter that is not sampling noise"),
        Column("unit", "text", "", "unit of the estimates"),
        Column("note", "text", "", "what must be read with the numbers"),
    ),
)

LIFT_REGISTRY = TableSpec(
    "lift_registry",
    "a test that was started",
    (
        _EXPERIMENT,
        _CHANNELS,
        Column("started", "text", "", "first day, ISO; empty where not given"),
        Column("state", "text", "", "result, running, abandoned or not_significant"),
        Column("reason", "text", "", "why there is no result"),
    ),
)

LIFT_SPANS = TableSpec(
    "lift_spans",
    "a week of a geo test and its cool-down (or a longer period): its effect, and what has come together by its end",
    (
        _EXPERIMENT,
        _CELL,
        Column("start", "text", "", "first day, ISO"),
        Column("end", "text", "", "last day, ISO"),
        Column("phase", "text", "", "test or cooldown"),
        Column("effect", "number", "unit", "effect of these days", "as_is"),
        Column("lower", "number", "unit", "lower end of its interval", "as_is"),
        Column("upper", "number", "unit", "upper end of its interval", "as_is"),
        Column("cumulative", "number", "unit", "effect from the start of the test to the last day", "as_is"),
        Column(
            "cumulative_lower", "number", "unit", "lower end; in the last row that of the headline", "as_is"
        ),
        Column(
            "cumulative_upper", "number", "unit", "upper end; in the last row that of the headline", "as_is"
        ),
        Column("level", "number", "fraction", "level of the intervals"),
        Column("unit", "text", "", "unit of the effects"),
    ),
)

LIFT_PLACEBO = TableSpec(
    "lift_placebo",
    "a set of geos in a geo experiment: the treated one, or one that it is compared with",
    (
        _EXPERIMENT,
        _CELL,
        Column("observed", "flag", "", "true for the set that was treated"),
        Column(
            "statistic",
            "number",
            "typical errors",
            "total effect over the set's own typical error before the test: comparable between sets",
        ),
    ),
)

LIFT_DONORS = TableSpec(
    "lift_donors",
    "a control geo with weight in the counterfactual of a cell",
    (
        _EXPERIMENT,
        _CELL,
        Column("geo", "text", "", "control geo"),
        Column("weight", "number", "fraction", "its weight; the weights of a cell add up to 1"),
    ),
)

LIFT_CERTIFICATE = TableSpec(
    "lift_certificate",
    "the coverage certificate of a cell: how the printed interval fared on pseudo-tests before the test",
    (
        _EXPERIMENT,
        _CELL,
        Column("pseudo_tests", "integer", "count", "sets of geos times windows before the test"),
        Column("windows", "integer", "count", "windows before the test"),
        Column(
            "sets", "integer", "count", "sets of geos of like size and fit, or assignments within the pairs"
        ),
        Column(
            "effective",
            "number",
            "count",
            "independent pseudo-tests that these are worth: windows and sets overlap",
        ),
        Column("separate", "number", "count", "windows without overlap that these are worth"),
        Column("level", "number", "fraction", "nominal coverage"),
        Column("coverage", "number", "fraction", "share of intervals that held the injected effect"),
        Column(
            "false_positives", "number", "fraction", "share of pseudo-tests without effect that found one"
        ),
        Column(
            "coverage_printed", "number", "fraction", "coverage of the interval as printed, after widening"
        ),
        Column("bias", "number", "fraction", "mean error as a share of the outcome"),
        Column("rmse", "number", "fraction", "root mean square error as a share of the outcome"),
        Column("own_windows", "integer", "count", "windows of the treated geos themselves"),
        Column("own_covered", "integer", "count", "of these, windows whose interval held the truth"),
        Column(
            "needed",
            "number",
            "factor",
            "factor on the width with which the pseudo-tests are covered at the level",
        ),
        Column(
            "widen",
            "number",
            "factor",
            "factor on the width that their effective number supports; 1: none needed",
        ),
        Column(
            "injected", "number", "fraction", "relative effect that was injected; block conformal takes none"
        ),
        Column("sentence", "text", "", "the certificate in words"),
    ),
)

LIFT_NEXT = TableSpec(
    "lift_next",
    "an arm or cell and outcome: what this test could have found, and how much more a next one would need",
    (
        _EXPERIMENT,
        _CHANNELS,
        _WHOLE_ARM,
        _OUTCOME,
        Column("estimand", "text", "", "what the next three columns are about"),
        Column("unit", "text", "", "its unit"),
        Column(
            "detectable",
            "number",
            "unit",
            "smallest effect that such a test finds with 80 % probability",
            "as_is",
        ),
        Column(
            "times_to_find",
            "number",
            "factor",
            "information (people, or geos times periods) over this test's, to find the estimated effect with 80 % probability",
        ),
        Column(
            "bias_to_overturn",
            "number",
            "fraction",
            "share of the estimated increment that would have to be bias for 'no effect' to enter the interval; "
            "empty where it is inside",
        ),
        Column(
            "decided_by",
            "text",
            "",
            "estimand that says whether the media paid; empty where money is not known",
        ),
        Column("break_even", "number", "unit of decided_by", "its value from which on the media pay"),
        Column("decision", "text", "", "pays, does not pay, or open"),
        Column(
            "times_to_decide",
            "number",
            "factor",
            "information over this test's that decides it if the estimate stays; 1 where it is decided",
        ),
    ),
)

TABLES: tuple[TableSpec, ...] = (
    LIFT,
    LIFT_ARMS,
    LIFT_CERTIFICATE,
    LIFT_CHECKS,
    LIFT_DONORS,
    LIFT_NEXT,
    LIFT_PERIODS,
    LIFT_PLACEBO,
    LIFT_POOL,
    LIFT_REGISTRY,
    LIFT_SPANS,
)

ALL_TABLES: tuple[TableSpec, ...] = (*TABLES, *ATTRIBUTION, *DESIGN)
"""Every table of this half, in the order of docs/tables.md."""
