"""The tables on experiments and model: their rows, columns, units and meanings, described once."""

from mixproof.records.table import Column, TableSpec

CALIBRATION = TableSpec(
    "calibration",
    "a readout of an experiment that calibrates the model; 'total' is all its readouts together",
    (
        Column("experiment", "text", "", "name in the YAML, or of the record of another run"),
        Column("channel", "text", "", "channels tested, joined by ' + '"),
        Column("readout", "text", "", "arm and days, or total"),
        Column("unit", "text", "", "unit of measured, before and after: the outcome's, or money per money for a statement"),
        Column("measured", "number", "unit", "what the experiment measured, signed"),
        Column("measured_lower", "number", "unit", "lower end of its interval"),
        Column("measured_upper", "number", "unit", "upper end of its interval"),
        Column("before", "number", "unit", "what the model without this experiment says it is, posterior mean"),
        Column("before_lower", "number", "unit", "lower end of the interval"),
        Column("before_upper", "number", "unit", "upper end of the interval"),
        Column("after", "number", "unit", "what the model that has seen all experiments says it is, posterior mean"),
        Column("after_lower", "number", "unit", "lower end of the interval"),
        Column("after_upper", "number", "unit", "upper end of the interval"),
        Column("level", "number", "fraction", "level of all intervals of the row"),
        Column("z", "number", "", "measured less predicted without it, total of all readouts, in standard errors"),
        Column("p", "number", "", "chance of readouts at least as far from the prediction where model and test agree"),
        Column("readouts", "integer", "", "readouts that p is about: its degrees of freedom"),
        Column("conflict", "text", "", "agrees, disagrees, not told (too small to be seen), or refit (see pareto_k)"),
        Column("detectable", "number", "fraction", "smallest disagreement, of the measured effect, that is said 9 times in 10"),
        Column("weight", "number", "fraction", "1 - sd of the channel's return with the experiment over that without"),
        Column("pareto_k", "number", "", "above 0.7 only a fit without the experiment tells what the model says without it"),
        Column("note", "text", "", "what was assumed of the experiment"),
    ),
)  # fmt: skip

TENSION = TableSpec(
    "calibration_tension",
    "one of several experiments of a channel, held against the others",
    (
        Column("channel", "text", "", "channel"),
        Column("experiment", "text", "", "experiment"),
        Column("multiple", "number", "", "by how much it says that the model's prediction is to be multiplied"),
        Column("se", "number", "", "standard error of that"),
        Column("against_rest", "number", "", "its distance from all others, in standard errors; empty for two tests"),
        Column("largest", "number", "", "largest distance of any two tests of the channel, in standard errors"),
        Column("limit", "number", "", "distance from which two tests cannot both be right"),
        Column("contradiction", "flag", "", "true: the channel is not to be booked"),
        Column("accused", "flag", "", "true: the others agree, and disagree with this one"),
        Column("roi_alone", "number", "money per money", "return of the channel with this test as its only one, mean"),
        Column("roi_alone_lower", "number", "money per money", "lower end of the interval"),
        Column("roi_alone_upper", "number", "money per money", "upper end of the interval"),
        Column("pareto_k", "number", "", "of the weights that take the others away; above 0.7 they are not to be believed"),
    ),
)  # fmt: skip

TABLES: tuple[TableSpec, ...] = (CALIBRATION, TENSION)
"""In the order of docs/tables.md."""
