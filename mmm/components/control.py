"""Controls: standardised, so that one prior means the same for each of them."""

from dataclasses import replace

import numpy as np

from mixproof.aggregates.panel import Panel
from mmm.components.design import ComponentInput, Design

SCALE = 0.3
"""Prior sd of the effect of one standard deviation of a control, as a fraction of an average period."""


def build(given: ComponentInput) -> Design | None:
    """Return each control less its mean, over its standard deviation (all geos and dates together)."""
    panel = given.panel
    if not panel.data.sizes["control"]:
        return None
    values = panel.data["controls"].transpose("geo", "date", "control").values
    standardised = _standardised(values, values)
    names = tuple(str(name) for name in panel.data["control"].values)
    return Design(names, standardised, np.full(len(names), SCALE))


def rebase(design: Design, panel: Panel, training: Panel) -> Design:
    """Return the design standardised by the mean and standard deviation of the dates of `training`.

    Parameters
    ----------
    design : Design
        Made from all dates of `panel`.
    panel : Panel
        Not read: the matrix holds the values.
    training : Panel
        The dates that are known.

    Returns
    -------
    Design
        The same features.
    """
    before = design.matrix[:, : training.data.sizes["date"]]
    return replace(design, matrix=_standardised(design.matrix, before))


def ahead(design: Design, given: ComponentInput, known: int) -> Design:
    """Return the design over all dates of `given`, standardised by the mean and standard deviation of the first `known` dates.

    Parameters
    ----------
    design : Design
        Of the first `known` dates.
    given : ComponentInput
        Of all dates.
    known : int

    Returns
    -------
    Design
        The same features.
    """
    values = given.panel.data["controls"].transpose("geo", "date", "control").values
    return replace(design, matrix=_standardised(values, values[:, :known]))


def _standardised(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return `values` less the mean of `known`, over its standard deviation; both (geo, date, feature)."""
    flat = known.reshape(-1, known.shape[-1])
    spread = flat.std(axis=0)
    return (values - flat.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
