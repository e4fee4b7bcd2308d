"""What attribution systems claim, as one long table, and what is left of it after calibration: one half writes, others read.

Counts of several systems overlap: the same conversion may be claimed by each of them, so that they are never added over
systems. Within one system rows are disjoint, and together with what it leaves unattributed they are all that it counted.
"""

from mixproof.records.table import Column, TableSpec

UNATTRIBUTED, DIRECT, CONSENT_LOST = "(unattributed)", "(direct)", "(consent-lost)"
BASELINE = "(baseline)"
"""What is caused by no channel: all that a system counted less what its channels are left with after calibration."""
NOT_IN_EXPORT = "(not in this export)"
"""What a system says it counted in all, less the rows of its export: a named gap, given to no channel."""
NO_CHANNEL = (UNATTRIBUTED, DIRECT, CONSENT_LOST, NOT_IN_EXPORT)
"""Rows that no channel is credited with."""

SYSTEM = Column("system", "text", "", "attribution system, as the YAML names it")
"""The column that says, in every table of attribution, whose claims a row is about."""

ATTRIBUTED = TableSpec(
    "attributed",
    "what one system attributes to a channel in a period (and geo, arm, campaign or window where it says so)",
    (
        SYSTEM,
        Column(
            "channel",
            "text",
            "",
            "channel; (unattributed), (direct) and (consent-lost) are no channel's; (not in this export): the system's own "
            "total less its rows",
        ),
        Column("start", "text", "", "first day of the period, ISO"),
        Column("end", "text", "", "last day of the period, ISO"),
        Column("geo", "text", "", "geo; empty for the whole market"),
        Column("arm", "text", "", "arm of an experiment; empty outside experiments"),
        Column("campaign", "text", "", "campaign; empty where the export has none"),
        Column(
            "window", "integer", "", "postback window 1, 2 or 3 of SKAN and AdAttributionKit; 0 elsewhere"
        ),
        Column("basis", "text", "", "click, view, modelled or any"),
        Column("lookback_days", "number", "days", "how far back a touch counts; empty where not known"),
        Column("dated_by", "text", "", "conversion, touch or install: whose day the period is"),
        Column("outcome", "text", "", "what is counted"),
        Column("attributed", "number", "outcome", "attributed count; empty where only an interval is known"),
        Column("lower", "number", "outcome", "least the count can be: 0 for a suppressed cell"),
        Column("upper", "number", "outcome", "most it can be: the threshold of a suppressed cell"),
        Column(
            "noise_sd",
            "number",
            "outcome",
            "standard deviation of privacy noise added to the count; 0 for none",
        ),
        Column("value", "number", "currency", "attributed value; empty where not known"),
        Column("value_lower", "number", "currency", "least the value can be; empty where not known"),
        Column("value_upper", "number", "currency", "most it can be, for null or coarse conversion values"),
        Column(
            "complete_after",
            "number",
            "days",
            "days after the period until the row is final; empty where not known",
        ),
    ),
)

ATTRIBUTION = TableSpec(
    "attribution",
    "what one system attributes to a channel in a period, and how much of it experiments say was caused",
    (
        SYSTEM,
        Column(
            "channel",
            "text",
            "",
            "channel; (baseline): what the system counted less what its channels caused",
        ),
        Column("period", "text", "", "first day of the period, ISO"),
        Column("end", "text", "", "last day of the period, ISO"),
        Column("unit", "text", "", "unit of attributed and calibrated: the outcome's name, or the currency"),
        Column(
            "attributed",
            "number",
            "unit",
            "what the system attributes; empty for the baseline and withheld cells",
        ),
        Column(
            "factor", "number", "fraction", "incremental over attributed in that period, posterior median"
        ),
        Column("factor_lower", "number", "fraction", "lower end of its prediction interval"),
        Column("factor_upper", "number", "fraction", "upper end of its prediction interval"),
        Column(
            "calibrated",
            "number",
            "unit",
            "caused by the channel, posterior median; for the baseline the rest",
        ),
        Column("calibrated_lower", "number", "unit", "lower end of its prediction interval"),
        Column("calibrated_upper", "number", "unit", "upper end of its prediction interval"),
        Column(
            "tests",
            "integer",
            "",
            "tests of the channel that the factor rests on; 0: on those of other channels alone",
        ),
        Column(
            "status",
            "text",
            "",
            "tested, never tested, beyond what was tested (no factor, or one moved by the model), withheld, baseline",
        ),
    ),
)
