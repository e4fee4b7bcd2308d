"""A family's loop as the C function that the kernel calls: what it writes is what its plain Python writes, and nothing else."""

import ctypes
from typing import Any

import numpy as np
import pytest

from mmm.kernel.entries import parts
from mmm.kernel.entries.parts import Part
from mmm.kernel.load import addresses
from mmm.transforms import ADSTOCKS, SATURATIONS
from mmm.transforms.family import WEIGHT_SPACE

CELLS, LAGS, TAPS = 12, 4, 7
KERNEL, SPACE = 2, 30
SIGNAL, OUT, EXTRA = 3, 20, 40
LOOP = ctypes.CFUNCTYPE(
    ctypes.c_double, ctypes.c_double, ctypes.c_double, ctypes.c_void_p, *[ctypes.c_int64] * 5
)


def called(part: Part, memory: np.ndarray, *numbers: int) -> float:
    """Call a family's part with parameters 0.6 and 1.4."""
    return float(LOOP(addresses([part])[part])(0.6, 1.4, memory.ctypes.data, *numbers))


@pytest.mark.parametrize("family", [f for f in ADSTOCKS.values() if f.loop], ids=lambda family: family.name)
def test_weights_are_those_of_the_family_and_zero_behind(family: Any) -> None:
    memory = np.full(SPACE + WEIGHT_SPACE * (TAPS + 1) + 1, np.nan)
    called(parts.weights(family), memory, KERNEL, TAPS, SPACE, LAGS, 0)
    found, alone = memory[KERNEL : KERNEL + 3 * TAPS].reshape(3, TAPS), np.zeros((3, TAPS))
    family.loop(LAGS, 0.6, 1.4, *alone, np.zeros(100))
    np.testing.assert_allclose(found, alone, rtol=1e-13, atol=1e-15)
    assert (found[:, LAGS + 1 :] == 0.0).all()
    assert np.isnan(memory[[KERNEL - 1, KERNEL + 3 * TAPS, SPACE - 1, len(memory) - 1]]).all()


@pytest.mark.parametrize(
    "family", [f for f in SATURATIONS.values() if f.loop], ids=lambda family: family.name
)
def test_curves_and_their_derivatives_are_those_of_the_family(family: Any) -> None:
    rng = np.random.default_rng(2)
    signal = np.append(rng.random(CELLS - 1), 0.0)
    memory, places = np.full(60, np.nan), (SIGNAL, OUT, EXTRA)
    memory[SIGNAL : SIGNAL + CELLS] = signal
    called(parts.saturate(family), memory, *places, CELLS, 0)
    alone = np.stack([signal, np.zeros(CELLS), np.zeros(CELLS)])
    family.loop(0.6, 1.4, *alone)
    kept = [memory[place : place + CELLS] for place in places]
    written = [row for row, own in zip(kept, alone, strict=True) if np.isfinite(row).all()]
    assert len(written) >= 2
    for row, own in zip(kept, alone, strict=True):
        np.testing.assert_allclose(np.nan_to_num(row), own, rtol=1e-13, atol=1e-15)
    assert np.isnan(memory[[SIGNAL - 1, SIGNAL + CELLS, OUT + CELLS, EXTRA + CELLS]]).all()
    memory[SIGNAL : SIGNAL + CELLS] = adjoint = rng.normal(size=CELLS)
    by_first = called(parts.saturate_back(family.loop_back), memory, *places, CELLS, 59)
    own = family.loop_back(0.6, 1.4, adjoint, alone[1], alone[2])
    np.testing.assert_allclose((by_first, memory[59]), own, rtol=1e-12, atol=1e-15)


def test_a_model_needs_the_parts_of_its_families_alone() -> None:
    tanh, log = (parts.of_family(ADSTOCKS["geometric"], SATURATIONS[name]) for name in ("tanh", "log"))
    assert tanh[0] is log[0]
    assert tanh[1] is not log[1]
    assert set(tanh + log) <= set(parts.of_any_model())
    assert not set(tanh) & set(parts.of_every_model())
