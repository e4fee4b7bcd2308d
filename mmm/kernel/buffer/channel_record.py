"""What the kernel reads of one channel: its families, where its parameters stand, and which series weighs its response."""

from collections.abc import Mapping

import numpy as np

from mmm.kernel.buffer.header import ChannelHead
from mmm.kernel.entries.parts import Part, of_family
from mmm.problem.pathways import Pathway
from mmm.problem.vector import Layout

SAME = 1e-14
"""Relative difference of weights that is but rounding."""


def shared_weights(weight: np.ndarray) -> tuple[np.ndarray, list[tuple[int, float]]]:
    """Return the different series among weights (channel, geo, date), and which of them, times what, each channel has.

    Channels with priors on the same quantity have the same but for a factor: reading one series instead of thirty
    spares a fifth of what a gradient reads.
    """
    rows: list[np.ndarray] = []
    chosen: list[tuple[int, float]] = []
    for series in weight:
        for number, row in enumerate(rows):
            factor = series.sum() / row.sum() if row.any() else 0.0
            if np.allclose(series, factor * row, rtol=SAME, atol=0.0):
                chosen.append((number, factor))
                break
        else:
            rows.append(series)
            chosen.append((len(rows) - 1, 1.0))
    return np.stack(rows), chosen


def channel_record(
    layout: Layout, channel: str, way: Pathway, weight: tuple[int, float], addresses: Mapping[Part, int]
) -> np.ndarray:
    """Return the record of one channel, shape (`ChannelHead.LENGTH`,).

    Parameters
    ----------
    layout : Layout
    channel : str
    way : Pathway
    weight : tuple of int and float
        Which series of `shared_weights`, times what.
    addresses : mapping of Part to int
        Where the loops of its families are.

    Returns
    -------
    numpy.ndarray, shape (`ChannelHead.LENGTH`,)
        -1 where the channel has no such parameter.
    """
    record = np.full(ChannelHead.LENGTH, -1.0)
    record[ChannelHead.WEIGHT], record[ChannelHead.WEIGHT_FACTOR] = weight
    record[ChannelHead.LAGS] = way.carryover.lags
    record[[ChannelHead.CALL_WEIGHTS, ChannelHead.CALL_SATURATE, ChannelHead.CALL_SATURATE_BACK]] = [
        addresses[part] for part in of_family(way.carryover.transform, way.saturation)
    ]
    record[ChannelHead.SATURATION_FIRST] = not way.adstock_first
    owned = [
        *((ChannelHead.AT_ADSTOCK + n, "adstock", prior) for n, prior in enumerate(way.carryover.priors)),
        *(
            (ChannelHead.AT_SATURATION + n, "saturation", prior)
            for n, prior in enumerate(way.saturation.priors)
        ),
    ]
    for place, kind, prior in owned:
        variable = f"{kind}_{prior.name}"
        record[place] = layout.start(variable) + layout.coords[f"{variable}_channel"].index(channel)
        record[place + ChannelHead.TO_LINK] = prior.link == "logit"
    return record
