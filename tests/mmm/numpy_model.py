"""The model of docs/model.md a second time, in NumPy and SciPy, from its equations and for no speed at all.

Of the code it shares the prior numbers, the NumPy references of the transforms, and the bases of drift and common
shocks, which have tests of their own.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from mixproof.aggregates.panel import Panel
from mmm.components import control, drift, event, seasonality, shock, treatment, trend
from mmm.config import MmmConfig, QuantilePrior
from mmm.problem import priors
from mmm.problem.pathways import resolve_carryover
from mmm.transforms import ADSTOCKS, SATURATIONS, ParameterPrior
from tests.mmm.random_panels import design_of

Values = Mapping[str, np.ndarray]
PAST = {"_log__": "log", "_logodds__": "logit"}


SIZES: Mapping[str, Callable[[MmmConfig], float]] = {
    "drift_size": lambda config: config.baseline.drift.scale / stats.norm.ppf(0.75),
    "shock_size": lambda config: shock.SIZE,
    "geo_spread": lambda config: priors.GEO_SPREAD,
}
"""Scale of the half-normal prior of each size."""


def natural(unconstrained: Values, config: MmmConfig) -> tuple[dict[str, np.ndarray], float]:
    """Return the variables on their own scale, and the log Jacobian of that step."""
    values, jacobian = {}, 0.0
    for name, raw in unconstrained.items():
        if name.endswith("_log__"):
            values[name.removesuffix("_log__")] = np.exp(raw)
            jacobian += raw.sum()
        elif name.endswith("_score__"):
            own = name.removesuffix("_score__")
            values[own] = stats.halfnorm.ppf(stats.norm.cdf(raw), scale=SIZES[own](config))
            jacobian += (
                stats.norm.logpdf(raw) - stats.halfnorm.logpdf(values[own], scale=SIZES[own](config))
            ).sum()
        elif name.endswith("_logodds__"):
            share = special.expit(raw)
            values[name.removesuffix("_logodds__")] = share
            jacobian += np.log(share * (1 - share)).sum()
        else:
            values[name] = raw
    return values, float(jacobian)


class NumpyModel:
    """Log-density of one panel under one config."""

    def __init__(self, panel: Panel, config: MmmConfig) -> None:
        self.panel, self.config = panel, config
        self.log_link = config.likelihood.family in ("negative_binomial", "lognormal")
        data = panel.data
        self.y = data["outcome"].transpose("geo", "date").values
        self.known = ~np.isnan(self.y)
        people = data["population"].values
        size = np.nanmean(self.y, axis=1)
        if config.geo.scaling != "outcome" and people.max() > people.min():
            size = people
        size = size / size.mean()
        self.scale = size * np.nanmean(self.y / size[:, None])
        raw = data["exposure"].transpose("geo", "date", "channel").values / size[:, None, None]
        self.x = np.stack(
            [raw[..., c] / np.median(raw[..., c][raw[..., c] > 0]) for c in range(raw.shape[2])], -1
        )
        often = data["frequency"].transpose("geo", "date", "channel").values
        self.frequency = np.stack(
            [f / np.median(f) if np.isfinite(f).all() else f for f in np.moveaxis(often, 2, 0)], -1
        )

    def log_density(self, unconstrained: Values) -> float:
        """Return the log-density at an unconstrained point, Jacobians included."""
        values, jacobian = natural(unconstrained, self.config)
        effect, density = self._media(values)
        mean = np.array([e[k].mean() for e, k in zip(effect, self.known, strict=True)])
        centre = 0.0 if self.log_link else 1.0
        density += stats.norm.logpdf(values["level"] - mean, centre, priors.INTERCEPT_SCALE).sum()
        line, line_density = self._linear(values)
        expected = (values["level"] - mean)[:, None] + effect + line
        return float(jacobian + density + line_density + self._likelihood(expected, values))

    def _shapes(
        self, values: Values, kind: str, families: list[str], index: int
    ) -> tuple[dict[str, float], float]:
        """Return the parameters of one channel's carryover or saturation, and their log prior."""
        own, density = {}, 0.0
        for prior in self._priors(kind, index):
            holders = [
                c for c in range(len(families)) if prior.name in [p.name for p in self._priors(kind, c)]
            ]
            value = float(values[f"{kind}_{prior.name}"][holders.index(index)])
            own[prior.name] = value
            if prior.link == "log":
                density += stats.lognorm.logpdf(value, prior.sigma, scale=prior.median)
            else:
                score = special.logit(value) - special.logit(prior.median)
                density += stats.norm.logpdf(score, 0, prior.sigma) - np.log(value * (1 - value))
        return own, float(density)

    def _priors(self, kind: str, index: int) -> tuple[ParameterPrior, ...]:
        channel = self.config.channel(self.panel.channels[index])
        if kind == "adstock":
            return resolve_carryover(channel.adstock, self.panel.frequency).priors
        return SATURATIONS[channel.saturation.family].priors

    def _media(self, values: Values) -> tuple[np.ndarray, float]:
        """Return the media effect, shape (geo, date), and the log prior of everything in it."""
        families = list(self.panel.channels)
        effect, density = np.zeros_like(self.y), float(stats.norm.logpdf(values["media_z"]).sum())
        for index in range(len(families)):
            delay, delay_density = self._shapes(values, "adstock", families, index)
            shape, shape_density = self._shapes(values, "saturation", families, index)
            response, growth = self._response(index, delay, shape)
            effect += self._coefficient(values, index, response, growth)[:, None] * response
            density += delay_density + shape_density
        if "geo_spread" in values:
            density += stats.halfnorm.logpdf(values["geo_spread"], scale=priors.GEO_SPREAD).sum()
            density += stats.norm.logpdf(values["geo_z"]).sum()
        return effect, density

    def _response(
        self, index: int, delay: dict[str, float], shape: dict[str, float]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return response and its derivative along proportional growth of one channel."""
        channel = self.config.channel(self.panel.channels[index])
        carryover = resolve_carryover(channel.adstock, self.panel.frequency)
        weights = ADSTOCKS[carryover.transform.name].weights(carryover.lags, **delay)
        saturation, x = SATURATIONS[channel.saturation.family], self.x[..., index]

        def carry(signal: np.ndarray) -> np.ndarray:
            return np.stack([np.convolve(row, weights)[: len(row)] for row in signal])

        def grow(signal: np.ndarray) -> np.ndarray:
            slope = saturation.slope(np.where(signal > 0, signal, 1.0), **shape)
            return np.where(signal > 0, signal * slope, 0.0)

        if np.isfinite(self.frequency[..., index]).all():
            response = carry(x * saturation.curve(self.frequency[..., index], **shape))
            return response, response
        if channel.order == "adstock_first":
            return saturation.curve(carry(x), **shape), grow(carry(x))
        return carry(saturation.curve(x, **shape)), carry(grow(x))

    def _coefficient(
        self, values: Values, index: int, response: np.ndarray, growth: np.ndarray
    ) -> np.ndarray:
        """Return the coefficient of one channel in each geo: what its prior quantity makes of it."""
        quantity, prior = self._prior(index)
        mu, sigma, shift = solve_prior(prior)
        z = values["media_z"][..., index]
        value = np.exp(mu + sigma * z) - shift
        data, geos = self.panel.data, len(self.y)
        spend = data["spend"].transpose("geo", "date", "channel").values[..., index]
        worth_of = data["outcome_value"].transpose("geo", "date").values
        inside = np.zeros_like(self.known)
        for geo, known in enumerate(self.known):
            inside[geo, known.argmax() : len(known) - known[::-1].argmax()] = True
        outcome = (
            np.nan_to_num(self.y) if self.log_link else np.repeat(self.scale[:, None], self.y.shape[1], 1)
        )
        if quantity == "share":
            worth, target = (inside * outcome * response).sum(1), np.nansum(self.y, axis=1)
        elif quantity == "coefficient":
            worth, target = np.ones(geos), np.full(geos, 1 / self.scale.mean())
        else:
            basis = growth if quantity == "mroi" else response
            worth, target = (inside * outcome * worth_of * basis).sum(1), np.where(inside, spend, 0.0).sum(1)
        if z.ndim:
            return value * target / worth
        relative = np.ones(geos)
        if "geo_spread" in values:
            relative = np.exp(values["geo_spread"][index] * values["geo_z"][:, index])
        return target.sum() * ((value + shift) * relative / (worth * relative).sum() - shift / worth.sum())

    def _prior(self, index: int) -> tuple[str, QuantilePrior]:
        name = self.panel.channels[index]
        stated = self.config.channel(name).prior
        if stated is None:
            stated = priors.DEFAULT_ROI if name in self.panel.paid else priors.DEFAULT_SHARE
        return next((q, p) for q in ("roi", "mroi", "share", "coefficient") if (p := getattr(stated, q)))

    def _linear(self, values: Values) -> tuple[np.ndarray, float]:
        """Return the sum of the linear components, shape (geo or 1, date), and the log prior of their coefficients."""
        total, density = np.zeros((1, self.y.shape[1])), 0.0
        for name, (matrix, scale) in self._designs().items():
            if f"{name}_size" in values:
                size, score = values[f"{name}_size"], values[f"{name}_z"]
                wide = SIZES[f"{name}_size"](self.config)
                spread = np.sqrt(1 + self._information(name) * size**2)
                density += stats.halfnorm.logpdf(size, scale=wide) + stats.norm.logpdf(score, 0, spread).sum()
                total = total + matrix @ (size * scale * score / spread)
            else:
                density += stats.norm.logpdf(values[f"{name}_coefficient"], 0, scale).sum()
                total = total + matrix @ values[f"{name}_coefficient"]
        return total, float(density)

    def _information(self, name: str) -> np.ndarray | float:
        """Return how precisely the data are taken to know each coefficient, which decides the spread of its score."""
        design = design_of(drift, self.panel, self.config) if name == "drift" else None
        return design.information if design is not None else 0.0

    def _designs(self) -> dict[str, tuple[np.ndarray, np.ndarray | float]]:
        """Return matrix and prior scale of each linear component that the config asks for."""
        data, baseline = self.panel.data, self.config.baseline
        days = pd.DatetimeIndex(data["date"].values)
        seen = np.flatnonzero(self.known.any(axis=0))
        first, last = seen[0], seen[-1]
        step = np.arange(len(days))
        found: dict[str, tuple[np.ndarray, np.ndarray | float]] = {}
        if baseline.trend.kind == "linear":
            found["trend"] = (((step - first) / (last - first) - 0.5)[:, None], trend.SLOPE_SCALE)
        if baseline.seasonality.yearly:
            day = (days - pd.Timestamp("1970-01-01")).days.to_numpy()
            order = np.repeat(np.arange(1, baseline.seasonality.yearly + 1), 2)
            turn = 2 * np.pi * np.outer(day, order) / 365.25
            found["seasonality"] = (np.where(np.arange(len(order)) % 2, np.cos(turn), np.sin(turn)),
                                    seasonality.SCALE / np.sqrt(order))  # fmt: skip
        for name, part in (("drift", drift), ("shock", shock)):
            basis = design_of(part, self.panel, self.config)
            if basis is not None:
                found[name] = (basis.matrix[0], basis.scale)
        if baseline.events:
            hits = [[any(d <= pd.Timestamp(e) < d + pd.Timedelta(days=7) for e in event_.dates) for d in days]
                    for event_ in baseline.events]  # fmt: skip
            found["event"] = (np.array(hits, float).T, event.SCALE)
        if data.sizes["control"]:
            raw = data["controls"].transpose("geo", "date", "control").values
            found["control"] = ((raw - raw.mean((0, 1))) / raw.std((0, 1)), control.SCALE)
        if data.sizes["treatment"]:
            raw = data["treatments"].transpose("geo", "date", "treatment").values
            found["treatment"] = (raw / np.abs(raw).max((0, 1)), treatment.SCALE)
        return found

    def _likelihood(self, expected: np.ndarray, values: Values) -> float:
        """Return log-likelihood and log prior of the noise parameters."""
        family = self.config.likelihood.family
        if family == "negative_binomial":
            alpha = float(values["dispersion"])
            mean = (np.exp(expected) * self.scale[:, None])[self.known]
            density = stats.nbinom.logpmf(self.y[self.known], alpha, alpha / (alpha + mean)).sum()
            return float(
                density
                + stats.lognorm.logpdf(alpha, priors.DISPERSION_SPREAD, scale=priors.DISPERSION_MEDIAN)
            )
        z = self.y / self.scale[:, None]
        residual = (np.log(z) if family == "lognormal" else z) - expected
        sigma, rho, density = values["noise"], 0.0, 0.0
        density += stats.lognorm.logpdf(sigma, priors.NOISE_SPREAD, scale=priors.NOISE_MEDIAN).sum()
        if self.config.likelihood.autocorrelation:
            raw, (low, high) = float(values["autocorrelation_logit"]), priors.AUTOCORRELATION_RANGE
            rho = low + (high - low) * special.expit(raw)
            density += stats.norm.logpdf(raw, *priors.AUTOCORRELATION_LOGIT)
        law = stats.norm()
        if family == "student_t":
            tail = float(values["tail"])
            density += stats.lognorm.logpdf(tail, priors.TAIL_SPREAD, scale=priors.TAIL_MEDIAN)
            law = stats.t(priors.TAIL_FLOOR + tail)
        for geo, row in enumerate(residual):
            for date in np.flatnonzero(self.known[geo]):
                linked = date > 0 and self.known[geo, date - 1]
                spread = sigma[geo] if linked else sigma[geo] / np.sqrt(1 - rho**2)
                surprise = row[date] - rho * row[date - 1] if linked else row[date]
                density += law.logpdf(surprise / spread) - np.log(spread)
        return float(density)


def solve_prior(prior: QuantilePrior) -> tuple[float, float, float]:
    """Return mu, sigma and shift of the law of exp(mu + sigma z) - shift that has the stated quantiles."""
    if prior.worthless == 0:
        return np.log(prior.median), np.log(prior.upper / prior.median) / stats.norm.ppf(0.95), 0.0

    def spread(shift: float) -> float:
        return np.log((prior.upper + shift) / (prior.median + shift)) / stats.norm.ppf(0.95)

    def excess(log_shift: float) -> float:
        shift = np.exp(log_shift)
        return (
            stats.norm.cdf((np.log(shift) - np.log(prior.median + shift)) / spread(shift)) - prior.worthless
        )

    shift = float(np.exp(optimize.brentq(excess, -30, 15, xtol=1e-14)))
    return float(np.log(prior.median + shift)), float(spread(shift)), shift
