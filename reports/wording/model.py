"""The configuration of a media-mix model in words."""

from collections.abc import Mapping
from typing import Any

Config = Mapping[str, Any]

_LIKELIHOOD = {
    "normal": "normal",
    "student_t": "Student-t, so that single odd periods count less",
    "negative_binomial": "negative binomial with log link (parts multiply)",
    "lognormal": "lognormal (parts multiply)",
}
_QUANTITY = {
    "roi": "ROI",
    "mroi": "marginal ROI",
    "share": "share of the outcome",
    "coefficient": "contribution at saturation",
}


def adstock_words(config: Config, period: str, known: Mapping[str, str]) -> str:
    """Return the carryover of a channel in words.

    Parameters
    ----------
    config : dict
        The section ``adstock`` as the run resolved it.
    period : str
        A period of the data in the singular, such as ``week``.
    known : dict
        What the run calls each family.

    Returns
    -------
    str
    """
    family = str(config.get("family", "weibull_pdf"))
    words = known.get(family, family.replace("_", " "))
    lags = config.get("lags")
    window = f", up to {lags} {period}s" if lags is not None and family != "none" else ""
    mean = config.get("mean_lag")
    return f"{words}{window}" + (
        f", average delay believed to be about {mean:g} {period}s" if mean is not None else ""
    )


def saturation_words(config: Config, known: Mapping[str, str]) -> str:
    """Return the saturation of a channel in words, given its section and what the run calls each family.

    Parameters
    ----------
    config : Config
        The channel's ``saturation`` section; hill where it names no family.
    known : mapping of str to str
        Words by family.

    Returns
    -------
    str
    """
    family = str(config.get("family", "hill"))
    return known.get(family, family.replace("_", " "))


def prior_words(prior: Config | None, paid: bool, currency: str) -> str:
    """Return what was believed about a channel before the data were seen.

    Parameters
    ----------
    prior : Config or None
        The channel's ``prior`` section.
    paid : bool
        Whether the channel has spend.
    currency : str
        ISO 4217 code.

    Returns
    -------
    str
        Part of a sentence.
    """
    given = next(((name, value) for name, value in (prior or {}).items() if value is not None), None)
    if given is None:
        return (
            f"default: ROI about 1 {currency} per {currency}, with 95\u00a0% below 4"
            if paid
            else "default: about 2\u00a0% of the outcome, with 95\u00a0% below 15\u00a0%"
        )
    name, value = given
    chance = value.get("worthless")
    doubt = (
        f"; {100 * chance:g}\u00a0% chance of no benefit"
        if chance
        else "; sure to help"
        if chance == 0
        else ""
    )
    return f"{_QUANTITY.get(name, name)} about {value['median']:g}, with 95\u00a0% below {value['upper']:g}{doubt}"


def baseline_words(baseline: Config, period: str) -> list[tuple[str, str]]:
    """Return the parts of the baseline that are switched on, as terms and words.

    Parameters
    ----------
    baseline : Config
        The ``baseline`` section.
    period : str
        What a period is called: day, week, month or year.

    Returns
    -------
    list of tuple of (str, str)
        Pairs of term and words, in the order of the page.
    """
    pairs = [
        ("Trend", _trend(baseline.get("trend") or {})),
        ("Seasonality", _seasonality(baseline.get("seasonality") or {}, period)),
    ]
    holidays, events = baseline.get("holidays"), baseline.get("events") or ()
    if holidays:
        place = "-".join(str(holidays[key]) for key in ("country", "subdivision") if holidays.get(key))
        only = f": {', '.join(map(str, holidays['names']))}" if holidays.get("names") else ""
        pairs.append(("Holidays", f"public holidays of {place}{only}; each with its own effect"))
    if events:
        pairs.append(("Events", ", ".join(str(event["name"]) for event in events)))
    pairs.append(("Wandering demand", _drift(baseline.get("drift") or {}, period)))
    return pairs


def _trend(trend: Config) -> str:
    kind = trend.get("kind", "none")
    if kind == "piecewise":
        return f"straight pieces with {trend.get('changepoints', 5)} points where the slope may change"
    return {"none": "none", "linear": "straight line"}.get(str(kind), str(kind))


def _seasonality(season: Config, period: str) -> str:
    # a resolved configuration leaves out what is left to the default, which depends on frequency and length
    cycles = [("yearly", None, period != "year"), ("monthly", 0, True), ("weekly", None, period == "day")]
    pairs = [(cycle, season.get(cycle, default)) for cycle, default, possible in cycles if possible]
    words = [
        f"{cycle}: {'default number of' if n is None else n} Fourier pairs" for cycle, n in pairs if n != 0
    ]
    return "; ".join(words) or "none"


def _drift(drift: Config, period: str) -> str:
    kind = drift.get("kind", "hsgp")
    if kind == "none":
        return "none: the baseline cannot drift"
    form = {"hsgp": "a smooth Gaussian process", "spline": "a spline"}.get(str(kind), str(kind))
    length = drift.get("length")
    turns = f", turning no faster than in about {length:g} {period}s" if length is not None else ""
    return f"{form} with a standard deviation of about {100 * drift.get('scale', 0.1):g}\u00a0% of the mean outcome{turns}"


def equation_words(outcome: str, likelihood: Config) -> str:
    """Return what the outcome is made of, in the form that the likelihood gives it.

    Parameters
    ----------
    outcome : str
        What the outcome is called.
    likelihood : Config
        The ``likelihood`` section.

    Returns
    -------
    str
        An equation in words.
    """
    if likelihood.get("family") in {"negative_binomial", "lognormal"}:
        return f"log of expected {outcome} = baseline + effects of channels and treatments; effects multiply"
    return f"{outcome} = baseline + contributions of channels and treatments + noise"


def likelihood_words(likelihood: Config) -> str:
    """Return the distribution of the noise in words."""
    family = str(likelihood.get("family", "student_t"))
    alike = (
        "; neighbouring residuals may be alike (AR(1))"
        if likelihood.get("autocorrelation", True) and family != "negative_binomial"
        else ""
    )
    return _LIKELIHOOD.get(family, family) + alike


def geo_words(geo: Config) -> str:
    """Return how geos share what they know."""
    pooling = {
        "partial": "effects are partially pooled: each geo has its own, drawn towards the common one",
        "full": "one effect for all geos",
        "none": "each geo by itself",
    }
    scaling = (
        f"; compared per {'head' if geo.get('scaling') == 'population' else 'mean outcome'}"
        if geo.get("scaling")
        else ""
    )
    return pooling.get(str(geo.get("pooling", "partial")), "") + scaling


def chains_began(sampling: Mapping[str, str]) -> str:
    """Return where chains began, in words; empty where the run does not say."""
    words = {
        "mode": "near the mode",
        "pilots": "where two short pilot chains had been",
        "earlier": f"at draws of run {sampling.get('earlier_run', '')}",
    }
    return words.get(sampling.get("start", ""), "")


def stopping_words(fit: Config, seed: int | None) -> str:
    """Return how long was sampled, and with which seed.

    Parameters
    ----------
    fit : Config
        The ``fit`` section.
    seed : int or None
        None where it is not known.

    Returns
    -------
    str
    """
    if fit.get("mode") == "draft":
        return "A draft: not sampled, but a normal approximation with importance weights" + (
            f"; seed {seed}" if seed is not None else ""
        )
    chains, least, most = fit.get("chains", 4), fit.get("draws", 500), fit.get("max_draws", 4000)
    return (
        f"NUTS, {chains} chains, at least {least} and at most {most} draws each, until R-hat and effective sample sizes suffice"
        + (f"; seed {seed}" if seed is not None else "")
    )
