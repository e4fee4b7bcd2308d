"""Effects as labelled draws, for notebooks: one xarray Dataset, in original units."""

import xarray as xr

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.contribution import contributions
from mmm.effects.response import half_lives
from mmm.effects.return_on_spend import returns, roi_by_geo
from mmm.problem.draws import thin
from mmm.problem.problem import Calibration, build_problem

MOST_DRAWS = 1000


def effect_draws(
    posterior: xr.DataTree,
    panel: Panel,
    config: MmmConfig,
    *,
    draws: int = MOST_DRAWS,
    calibration: Calibration | None = None,
) -> xr.Dataset:
    """Return draws of all effects over the modelled window; the same numbers that the tables summarise.

    Parameters
    ----------
    posterior : xarray.DataTree
        As `mmm.fit.fit` returns it.
    panel : Panel
    config : MmmConfig
        Those of the fit.
    draws : int
        At most so many, evenly thinned over all chains.
    calibration : Calibration, optional
        That of the fit.

    Returns
    -------
    xarray.Dataset
        With ``sample`` running over the thinned draws of all chains:

        - ``contribution`` (component, date, sample), outcome units, all geos; components add up to the expected outcome;
        - ``contribution_by_geo`` (component, geo, sample), outcome units over the window;
        - ``roi``, ``mroi`` (channel, sample), money per unit of spend; NaN for channels that cost nothing;
        - ``roi_by_geo`` (channel, geo, sample);
        - ``half_life`` (channel, sample), periods;
        - ``carry_in``, ``carry_out`` (channel, sample), outcome units: what exposure before the window brought inside
          it, and what exposure inside it brings after.

        Coordinate ``kind`` (component) in {"baseline", "treatment", "organic", "paid"}.

    Examples
    --------
    >>> effects = effect_draws(posterior, panel, config)  # doctest: +SKIP
    >>> effects["roi"].quantile([0.05, 0.5, 0.95], "sample")  # doctest: +SKIP
    """
    problem = build_problem(panel, config, calibration)
    thinned = thin(posterior["posterior"].to_dataset(), draws)
    found = contributions(problem, thinned)
    back = returns(problem, found)
    channel = ("channel", "sample")
    return xr.Dataset(
        {
            "contribution": (("component", "date", "sample"), found.by_date),
            "contribution_by_geo": (("component", "geo", "sample"), found.by_geo),
            "roi": (channel, back.roi),
            "mroi": (channel, back.mroi),
            "roi_by_geo": (("channel", "geo", "sample"), roi_by_geo(problem, found)),
            "half_life": (channel, half_lives(problem, thinned)),
            "carry_in": (channel, found.carry_in),
            "carry_out": (channel, found.carry_out),
        },
        coords={
            "component": [part.name for part in found.parts],
            "kind": ("component", [part.kind for part in found.parts]),
            "date": problem.dates,
            "geo": panel.geos,
            "channel": panel.channels,
        },
        attrs={"outcome_unit": panel.outcome_unit, "currency": panel.currency},
    )
