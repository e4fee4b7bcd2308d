"""The tables of a forecast: their rows, columns, units and meanings."""

from mixproof.records.table import Column, TableSpec

ALL_GEOS = "all geos"
"""How the sum over geos is called in the column `geo`; tables of one geo have that geo alone."""

_ENDS = (
    Column("mean", "number", "outcome", "mean of the forecast; baseline and media add up to it"),
    Column("median", "number", "outcome", "median of the forecast"),
    Column("lower_50", "number", "outcome", "lower end of the equal-tailed 50 % interval"),
    Column("upper_50", "number", "outcome", "upper end of the 50 % interval"),
    Column("lower_90", "number", "outcome", "lower end of the equal-tailed 90 % interval"),
    Column("upper_90", "number", "outcome", "upper end of the 90 % interval"),
    Column(
        "baseline",
        "number",
        "outcome",
        "part of the mean without media: level, season, controls, treatments, ...",
    ),
    Column(
        "media", "number", "outcome", "part of the mean that media bring, of spend before the window as well"
    ),
)
_PLAN = Column(
    "plan", "text", "", "plan whose media it assumes: 'current', 'proposed', or how it is told in words"
)
_GEO = Column("geo", "text", "", f"name of the geo, or '{ALL_GEOS}'")

FORECAST = TableSpec(
    "forecast",
    "a period of the window that is forecast, in one geo or in all geos together",
    (_PLAN, _GEO, Column("date", "date", "", "first day of the period"), *_ENDS),
)

FORECAST_TOTAL = TableSpec(
    "forecast_total",
    "the whole window that is forecast, in one geo or in all geos together",
    (
        _PLAN,
        _GEO,
        Column("start", "date", "", "first day of the window"),
        Column("end", "date", "", "first day of its last period"),
        Column("periods", "integer", "periods", "periods of the window"),
        Column("spend", "number", "currency", "spend in the window"),
        *_ENDS,
    ),
)

FORECAST_CHANNELS = TableSpec(
    "forecast_channels",
    "a channel in the window that is forecast, all geos together",
    (
        _PLAN,
        Column("channel", "text", "", "name of the channel"),
        Column("spend", "number", "currency", "spend in the window; empty for unpaid channels"),
        Column("contribution_mean", "number", "outcome", "mean of what it brings in the window"),
        Column("contribution_lower", "number", "outcome", "lower end of its 90 % interval"),
        Column("contribution_upper", "number", "outcome", "upper end of its 90 % interval"),
        Column(
            "caution",
            "text",
            "",
            "what is to be read with the channel's own answer, as in plan_channels; else empty",
        ),
    ),
)

FORECAST_INPUTS = TableSpec(
    "forecast_inputs",
    "a channel, control, treatment or event, and what the forecast assumes of it",
    (
        _PLAN,
        Column("kind", "text", "", "channel, control, treatment or event"),
        Column("name", "text", "", "its name"),
        Column("assumed", "text", "", "its path in the window, in words"),
        Column("mean", "number", "", "mean of a period and geo of the window; of channels their exposure"),
        Column("year_before", "number", "", "the same a year before; empty where that is not known"),
    ),
)

TABLES: tuple[TableSpec, ...] = (FORECAST, FORECAST_TOTAL, FORECAST_CHANNELS, FORECAST_INPUTS)
