"""A channel's parameters are read by the links that their rows state, those of carryover as those of saturation."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numba
import numpy as np
import pytest
from scipy.special import expit

from mmm.kernel.buffer.channel_record import channel_record
from mmm.kernel.buffer.header import ChannelHead
from mmm.kernel.entries.parts import of_family
from mmm.kernel.maths.channel import add_derivative, channel_parameter
from mmm.problem.pathways import Carryover, Pathway
from mmm.transforms import ADSTOCKS, SATURATIONS, ParameterPrior

PLACES = {"adstock_first": 0, "adstock_second": 1, "saturation_first": 2, "saturation_second": 3}
POINT = np.array([0.3, -0.4, 1.2, -0.7])


@numba.njit
def both(buffer: np.ndarray, point: np.ndarray, position: int, gradient: np.ndarray) -> float:
    """Return a parameter on its own scale; add twice its derivative."""
    add_derivative(buffer, point, position, 2.0, gradient)
    return channel_parameter(buffer, point, position)


def record(links: tuple[Any, ...]) -> np.ndarray:
    """Return the record of a channel with two parameters of each kind, their links as given."""
    priors = [
        ParameterPrior(name.split("_")[1], 0.5, 1.0, link) for name, link in zip(PLACES, links, strict=True)
    ]
    way = Pathway(
        Carryover(ADSTOCKS["weibull_cdf"], 3, tuple(priors[:2])),
        replace(SATURATIONS["hill"], priors=tuple(priors[2:])),
        True,
        False,
    )
    coords = {f"{name}_channel": ("tv",) for name in PLACES}
    layout: Any = SimpleNamespace(start=PLACES.__getitem__, coords=coords)
    parts = of_family(way.carryover.transform, way.saturation)
    return channel_record(layout, "tv", way, (0, 1.0), dict.fromkeys(parts, 0))


@pytest.mark.parametrize("links", [("log", "logit", "log", "logit"), ("logit", "log", "logit", "log")])
def test_each_parameter_has_its_own_link(links: tuple[str, ...]) -> None:
    buffer = record(links)
    for place, (link, given) in enumerate(zip(links, POINT, strict=True)):
        gradient = np.zeros(4)
        value = both(buffer, POINT, ChannelHead.AT_ADSTOCK + place, gradient)
        expected = np.exp(given) if link == "log" else expit(given)
        assert value == pytest.approx(expected, rel=1e-14)
        slope = expected if link == "log" else expected * (1 - expected)
        np.testing.assert_allclose(gradient, 2.0 * slope * (np.arange(4) == place), rtol=1e-14)
