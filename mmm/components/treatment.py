"""Treatments: things that were done without buying media, such as promotions; their zero is doing nothing."""

from dataclasses import replace

import numpy as np

from mixproof.aggregates.panel import Panel
from mmm.components.design import ComponentInput, Design

SCALE = 0.2
"""Prior sd of the effect of the largest dose, as a fraction of an average period."""


def build(given: ComponentInput) -> Design | None:
    """Return each treatment over its largest absolute dose; not centred, so that no dose means no contribution."""
    panel = given.panel
    if not panel.data.sizes["treatment"]:
        return None
    values = panel.data["treatments"].transpose("geo", "date", "treatment").values
    names = tuple(str(name) for name in panel.data["treatment"].values)
    return Design(names, _over_largest(values, values), np.full(len(names), SCALE))


def rebase(design: Design, panel: Panel, training: Panel) -> Design:
    """Return the design over the largest absolute doses of the dates of `training`.

    Parameters
    ----------
    design : Design
        Made from all dates of `panel`.
    panel : Panel
        Not read: the matrix holds the doses.
    training : Panel
        The dates that are known.

    Returns
    -------
    Design
        The same features.
    """
    before = design.matrix[:, : training.data.sizes["date"]]
    return replace(design, matrix=_over_largest(design.matrix, before))


def ahead(design: Design, given: ComponentInput, known: int) -> Design:
    """Return the design over all dates of `given`, over the largest absolute doses of the first `known` dates.

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
    values = given.panel.data["treatments"].transpose("geo", "date", "treatment").values
    return replace(design, matrix=_over_largest(values, values[:, :known]))


def _over_largest(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return `values` over the largest absolute value of each feature in `known`; both (geo, date, feature)."""
    largest = np.abs(known).max(axis=(0, 1))
    return values / np.where(largest > 0, largest, 1.0)
