"""Linear components of a backtest: whatever data measure them, only those of the training window do."""

from dataclasses import replace

import numpy as np

from mixproof.aggregates.panel import Panel
from mmm.components import Component, Design
from mmm.components.drift import information


def rebased(
    parts: tuple[tuple[Component, Design], ...], panel: Panel, training: Panel
) -> tuple[tuple[Component, Design], ...]:
    """Return the designs with everything that is measured by data measured by those of the training window."""
    return tuple((component, _rebase(component.name, design, panel, training)) for component, design in parts)


def _rebase(name: str, design: Design, panel: Panel, training: Panel) -> Design:
    before = design.matrix[:, : training.data.sizes["date"]].reshape(-1, design.matrix.shape[-1])
    if name == "control":
        spread = before.std(axis=0)
        return replace(design, matrix=(design.matrix - before.mean(axis=0)) / np.where(spread > 0, spread, 1))
    if name == "treatment":
        largest = np.abs(before).max(axis=0)
        return replace(design, matrix=design.matrix / np.where(largest > 0, largest, 1))
    if name == "drift":
        return replace(
            design, information=information(design.matrix[0, panel.observed.any(axis=0)], training)
        )
    return design
