"""The table of priors in docs/model.md, made from the code: `python -m tests.mmm.prior_table` writes it anew."""

from collections.abc import Iterator
from pathlib import Path

from mmm.components import control, drift, event, holiday, seasonality, shock, treatment, trend
from mmm.config import ChannelPrior, MmmConfig, QuantilePrior
from mmm.problem import priors
from mmm.problem.pathways import DEFAULT_CARRYOVER
from mmm.transforms import ADSTOCKS, SATURATIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "model.md"
BEGIN, END = "<!-- priors: made by tests/mmm/prior_table.py -->\n", "<!-- end of priors -->\n"


def table() -> str:
    """Return the table of every prior number, between its marks."""
    rows = ["| quantity | name in the code | prior |", "|---|---|---|"]
    rows += [
        f"| {what} | `{name}` | {law} |"
        for what, name, law in (*_channels(), *_baseline(), *_noise(), *_shapes())
    ]
    return BEGIN + "\n" + "\n".join(rows) + "\n\n" + END


def on_page() -> str:
    """Return the table as the page has it."""
    text = PAGE.read_text(encoding="utf-8")
    return text[text.index(BEGIN) : text.index(END) + len(END)]


def _stated(prior: QuantilePrior | None) -> str:
    assert prior is not None
    return f"median {prior.median:g}, 95 % below {prior.upper:g}, P(zero or less) {prior.worthless:g}"


def _channels() -> Iterator[tuple[str, str, str]]:
    defaults: tuple[tuple[str, ChannelPrior], ...] = (
        ("ROI", priors.DEFAULT_ROI),
        ("share", priors.DEFAULT_SHARE),
    )
    for name, prior in defaults:
        owners = "paid channels, outcome with a money value" if name == "ROI" else "all other channels"
        yield f"{name} of {owners}", "media_value", _stated(prior.roi or prior.share)
    yield "spread of log (value + d) over geos", "geo_spread", f"half-normal({priors.GEO_SPREAD:g})"
    yield "a geo's deviation in that spread", "geo_z", "normal(0, 1)"


def _baseline() -> Iterator[tuple[str, str, str]]:
    config = MmmConfig()
    yield (
        "intercept (additive; log link: about 0)",
        "intercept",
        f"normal({priors.intercept_centre(config):g}, {priors.INTERCEPT_SCALE:g})",
    )
    yield (
        "trend over the whole window",
        "trend_coefficient",
        f"normal(0, {trend.SLOPE_SCALE:g}); a break normal(0, {trend.BREAK_SCALE:g})",
    )
    yield "k-th Fourier pair", "seasonality_coefficient", f"normal(0, {seasonality.SCALE:g} / sqrt k)"
    yield (
        "size of the drift",
        "drift_size",
        f"half-normal({drift.drift_scale(config.baseline.drift):.4f}), median {config.baseline.drift.scale:g}",
    )
    yield "size of common shocks", "shock_size", f"half-normal({shock.SIZE:g})"
    yield "one holiday in a period", "holiday_coefficient", f"normal(0, {holiday.SCALE:g})"
    yield "an event in a period", "event_coefficient", f"normal(0, {event.SCALE:g})"
    yield "one standard deviation of a control", "control_coefficient", f"normal(0, {control.SCALE:g})"
    yield "the largest dose of a treatment", "treatment_coefficient", f"normal(0, {treatment.SCALE:g})"


def _noise() -> Iterator[tuple[str, str, str]]:
    low, high = priors.AUTOCORRELATION_RANGE
    mean, sd = priors.AUTOCORRELATION_LOGIT
    yield (
        "residual sd of a geo",
        "noise",
        f"log-normal, median {priors.NOISE_MEDIAN:g}, sd of the log {priors.NOISE_SPREAD:g}",
    )
    yield (
        "autocorrelation of residuals",
        "autocorrelation",
        f"{low:g} + {high - low:g} logistic(normal({mean:g}, {sd:g}))",
    )
    yield (
        "degrees of freedom of the Student-t", f"{priors.TAIL_FLOOR:g} + tail",
        f"tail log-normal, median {priors.TAIL_MEDIAN:g}, sd of the log {priors.TAIL_SPREAD:g}",
    )  # fmt: skip
    yield (
        "alpha of the negative binomial", "dispersion",
        f"log-normal, median {priors.DISPERSION_MEDIAN:g}, sd of the log {priors.DISPERSION_SPREAD:g}",
    )  # fmt: skip


def _shapes() -> Iterator[tuple[str, str, str]]:
    lags, mean_lag = DEFAULT_CARRYOVER["weekly"]
    owned = [("adstock", name, family.priors(lags, mean_lag)) for name, family in ADSTOCKS.items()]
    owned += [("saturation", name, family.priors) for name, family in SATURATIONS.items()]
    for kind, family, parameters in owned:
        for prior in parameters:
            law = f"{prior.link}-normal"
            weekly = " (weekly data)" if kind == "adstock" else ""
            text = f"{law}, median {prior.median:.3g}, sd of the {prior.link} {prior.sigma:g}"
            yield f"{family}{weekly}: {prior.name}", f"{kind}_{prior.name}", text


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text.replace(on_page(), table()), encoding="utf-8", newline="\n")
