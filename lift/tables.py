"""The tables an analysis of experiments writes: their rows, columns, units and meanings, described once."""

from mixlift.records.table import Column, TableSpec

_EXPERIMENT = Column("experiment", "text", "", "name in the YAML")

LIFT = TableSpec(
    "lift",
    "one estimand of one arm or cell of an experiment, by one method",
    (
        _EXPERIMENT,
        Column("kind", "text", "", "holdout, geo or imported"),
        Column("arm", "text", "", "treated arm or cell; 'all' for the whole test"),
        Column("channel", "text", "", "channels tested, joined by ' + '"),
        Column(
            "estimand",
            "text",
            "",
            "conversion_rate_difference, revenue_per_user_difference, relative_lift, incremental_outcome, iroas, ...",
        ),
        Column("outcome", "text", "", "outcome that was counted"),
        Column(
            "role", "text", "", "'primary': the answer; 'comparison': the same question by another method"
        ),
        Column("estimate", "number", "unit", "point estimate"),
        Column(
            "lower",
            "number",
            "unit",
            "lower end of the interval; -inf where unbounded, empty where the set is empty",
        ),
        Column(
            "upper",
            "number",
            "unit",
            "upper end of the interval; inf where unbounded, empty where the set is empty",
        ),
        Column("level", "number", "fraction", "level of the interval"),
        Column("interval", "text", "", "confidence, credible or prediction"),
        Column("se", "number", "unit", "standard error; empty where the method has none"),
        Column(
            "p_value",
            "number",
            "",
            "two-sided, from the inversion that gives the interval: below 1 - level exactly when no effect lies outside it",
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
        Column("status", "text", "", "pass, warning or failure"),
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
        Column("estimate", "number", "unit", "mean over tests"),
        Column("se", "number", "unit", "its standard error"),
        Column("lower", "number", "unit", "lower end of the interval of the mean"),
        Column("upper", "number", "unit", "upper end of the interval of the mean"),
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
        Column("channel", "text", "", "channels tested, joined by ' + '"),
        Column("started", "text", "", "first day, ISO; empty where not given"),
        Column("state", "text", "", "result, running, abandoned or not_significant"),
        Column("reason", "text", "", "why there is no result"),
    ),
)

TABLES: tuple[TableSpec, ...] = (LIFT, LIFT_ARMS, LIFT_CHECKS, LIFT_PERIODS, LIFT_POOL, LIFT_REGISTRY)
