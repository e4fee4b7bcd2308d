"""A change of unit is seen; growth, launches, pauses and spikes are not taken for one."""

import numpy as np
import pytest

from mixproof.aggregates.contract.units import unit_switch

T = np.arange(120)
NOISE = np.random.default_rng(4).lognormal(0, 0.5, 120)

SWITCHES = {
    "thousandfold": NOISE * np.where(T < 60, 1, 1000),
    "thousandth": NOISE * np.where(T < 40, 1, 0.001),
    "thousandfold with pauses": NOISE * np.where(T < 60, 1, 1000) * (T % 3 > 0),
    "calm cents": NOISE**0.2 * np.where(T < 60, 1, 100),
    "thousandfold with a spike": NOISE * np.where(T < 60, 1, 1000) * np.where(T == 20, 1e4, 1),
}
ORDINARY = {
    "noise": NOISE,
    "tenfold growth": NOISE * 10 ** (T / 120),
    "launch from zero": NOISE * (T > 60),
    "tenfold step": NOISE * np.where(T < 60, 1, 10),
    "one spike": NOISE * np.where(T == 50, 1e5, 1),
    "flighting": NOISE * np.where(T % 20 < 5, 50, 1),
    "few values": NOISE * (T < 5),
    "heavy tails": np.random.default_rng(9).lognormal(0, 1.8, 120),
    "on and off at two levels": NOISE * np.where(T % 2, 1000, 1),
}


@pytest.mark.parametrize("name", SWITCHES)
def test_switch_is_found_where_it_is(name):
    expected = 40 if name == "thousandth" else 60
    assert abs(unit_switch(SWITCHES[name]) - expected) <= 1


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_series_have_none(name):
    assert unit_switch(ORDINARY[name]) is None
