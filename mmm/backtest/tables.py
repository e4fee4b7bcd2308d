"""The tables of a backtest: their rows, columns, units and meanings."""

from mixproof.records.table import Column, TableSpec

FORECASTS = TableSpec(
    "backtest",
    "a forecast of a backtest: one origin, one period after it, one geo",
    (
        Column("first", "date", "", "first period whose outcome the forecast did not know"),
        Column("date", "date", "", "period that is forecast"),
        Column("step", "integer", "periods", "1 is the first period not known"),
        Column("geo", "text", "", "name of the geo"),
        Column("actual", "number", "outcome", "outcome as it came; empty where it is unknown"),
        Column("mean", "number", "outcome", "mean of the forecast"),
        Column("median", "number", "outcome", "median of the forecast"),
        Column("lower_50", "number", "outcome", "lower end of the equal-tailed 50 % interval"),
        Column("upper_50", "number", "outcome", "upper end of the 50 % interval"),
        Column("lower_90", "number", "outcome", "lower end of the equal-tailed 90 % interval"),
        Column("upper_90", "number", "outcome", "upper end of the 90 % interval"),
        Column("crps", "number", "outcome", "continuous ranked probability score; less is better"),
        Column("rank", "number", "fraction", "forecast probability of less than the actual; step 1 only"),
        Column("last_value", "number", "outcome", "naive forecast: the last outcome known"),
        Column("seasonal_naive", "number", "outcome", "naive forecast: the outcome a year before"),
    ),
)

ORIGINS = TableSpec(
    "backtest_origins",
    "an origin of a backtest",
    (
        Column("first", "date", "", "first period whose outcome was not known"),
        Column("fitted_before", "date", "", "first period that the fit behind the forecast had not seen"),
        Column("fitted", "flag", "", "true where the model was fitted for this origin"),
        Column("warm", "flag", "", "true where that fit began from the draws of the one before"),
        Column("k_hat", "number", "", "Pareto k of the weights that were tried; empty for the first origin"),
        Column("effective_draws", "number", "draws", "equal weights that the ones used are worth"),
        Column(
            "log_density", "number", "", "log predictive density of the next outcomes of all geos together"
        ),
        Column("monte_carlo_error", "number", "", "standard error of it by the number of draws"),
    ),
)

SCORES = TableSpec(
    "backtest_scores",
    "a forecaster over all origins: the model, or a naive one that it is held against",
    (
        Column("forecaster", "text", "", "model, last value, or seasonal naive"),
        Column("steps", "integer", "periods", "steps that are scored: from 1 to this"),
        Column("forecasts", "integer", "count", "forecasts with a known outcome (and a naive forecast)"),
        Column("mae", "number", "outcome", "mean absolute error, of the median for the model"),
        Column(
            "crps", "number", "outcome", "mean CRPS; for a forecast of one number that is its absolute error"
        ),
        Column("coverage_50", "number", "fraction", "share of outcomes in their 50 % interval; model only"),
        Column("coverage_90", "number", "fraction", "share of outcomes in their 90 % interval; model only"),
        Column("elpd", "number", "", "sum of log predictive densities, one step ahead; model only"),
        Column("elpd_error", "number", "", "standard error of that sum over origins; model only"),
        Column(
            "skill",
            "number",
            "fraction",
            "by how much the model's error is smaller, same forecasts; naive only",
        ),
        Column("skill_lower", "number", "fraction", "lower end of its 90 % interval"),
        Column("skill_upper", "number", "fraction", "upper end of its 90 % interval"),
    ),
)

TABLES: tuple[TableSpec, ...] = (FORECASTS, ORIGINS, SCORES)
