"""The C functions that the kernel consists of, each compiled alone: those of every model, and those that only some need.

They call each other by the addresses in the buffer. So a run does not wait for the loops of a dozen families that it has no
channel of, nor for experiments that it has none of: those are compiled when a model first asks for them. A family's loop is
plain Python in its own file (`mmm.transforms`), so that reading a config needs no compiler.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numba
from numba import types

from mmm.config import Adstock, Saturation
from mmm.kernel.buffer.header import Head
from mmm.kernel.entries import kept_draw, log_density, steps
from mmm.kernel.maths.compile_options import make_known
from mmm.kernel.maths.reading import window
from mmm.kernel.maths.series import fill
from mmm.transforms import ADSTOCKS, SATURATIONS, AdstockTransform, SaturationTransform
from mmm.transforms.family import WEIGHT_SPACE

LOOP = types.double(types.double, types.double, steps.DOUBLES, *[types.int64] * 5)
"""Of families: two parameters, the working memory, and whole numbers."""


@dataclass(frozen=True, slots=True)
class Part:
    """A C function of the kernel.

    Parameters
    ----------
    function : callable
        To be compiled.
    signature
        Of `function`, as numba writes it.
    """

    function: Callable[..., Any]
    signature: Any


LOG_DENSITY = Part(log_density.log_density, log_density.SIGNATURE)
KEPT_DRAW = Part(kept_draw.kept_draw, kept_draw.SIGNATURE)
EVIDENCE = Part(steps.evidence, steps.SIGNATURE)
STEPS = {
    Head.CALL_PRIORS: Part(steps.priors, steps.SIGNATURE),
    Head.CALL_MEDIA: Part(steps.media, steps.SIGNATURE),
    Head.CALL_EXPECTATION: Part(steps.expectation, steps.SIGNATURE),
    Head.CALL_LIKELIHOOD: Part(steps.likelihood, steps.SIGNATURE),
    Head.CALL_EXPECTATION_BACK: Part(steps.expectation_back, steps.SIGNATURE),
    Head.CALL_MEDIA_BACK: Part(steps.media_back, steps.SIGNATURE),
    Head.CALL_LOG_DENSITY: LOG_DENSITY,
}
"""What every model calls, by its place in the header."""


@functools.cache
def weights(family: AdstockTransform) -> Part:
    """Return what writes a family's weights of lags 0..`lags` and their derivatives by its parameters; zeros behind."""
    loop: Any = make_known(family.loop)

    def write_weights(
        first: float, second: float, memory: Any, kernel: int, taps: int, space: int, lags: int, unused: int
    ) -> float:
        work = numba.carray(memory, (max(kernel + 3 * taps, space + WEIGHT_SPACE * (taps + 1)),))
        fill(window(work, kernel, 3 * taps), 0.0)
        out, by_first = window(work, kernel, taps), window(work, kernel + taps, taps)
        loop(
            lags,
            first,
            second,
            out,
            by_first,
            window(work, kernel + 2 * taps, taps),
            window(work, space, WEIGHT_SPACE * (taps + 1)),
        )
        return 0.0

    return Part(write_weights, LOOP)


@functools.cache
def saturate(family: SaturationTransform) -> Part:
    """Return what writes a family's curve of a signal, its slope in the place of the signal, and what the way back needs."""
    loop: Any = make_known(family.loop)

    def write_curve(
        first: float, second: float, memory: Any, signal: int, out: int, extra: int, cells: int, unused: int
    ) -> float:
        work = numba.carray(memory, (max(signal, out, extra) + cells,))
        loop(first, second, window(work, signal, cells), window(work, out, cells), window(work, extra, cells))
        return 0.0

    return Part(write_curve, LOOP)


@functools.cache
def saturate_back(loop_back: Any) -> Part:
    """Return what returns the derivative by a curve's first parameter, and writes that by the second to `second_at`."""
    loop: Any = make_known(loop_back)

    def add_up(
        first: float,
        second: float,
        memory: Any,
        adjoint: int,
        curve: int,
        extra: int,
        cells: int,
        second_at: int,
    ) -> float:
        work = numba.carray(memory, (max(adjoint, curve, extra, second_at) + cells,))
        by_curve, level = window(work, adjoint, cells), window(work, curve, cells)
        by_first, by_second = loop(first, second, by_curve, level, window(work, extra, cells))
        work[second_at] = by_second
        return by_first

    return Part(add_up, LOOP)


def of_every_model() -> tuple[Part, ...]:
    """Return the parts of every model."""
    return *STEPS.values(), KEPT_DRAW


def of_family(adstock: AdstockTransform, saturation: SaturationTransform) -> tuple[Part, ...]:
    """Return the parts of a channel's families.

    Parameters
    ----------
    adstock : AdstockTransform
    saturation : SaturationTransform
        Both with loops.

    Returns
    -------
    tuple of Part
        Weights, curve, and the way back of the curve.
    """
    return weights(adstock), saturate(saturation), saturate_back(saturation.loop_back)


def of_default_families() -> tuple[Part, ...]:
    """Return the parts of the families that channels have whose config names none."""
    return of_family(ADSTOCKS[Adstock().family], SATURATIONS[Saturation().family])


def of_any_model() -> list[Part]:
    """Return every part that there is: all of them tell the version of the kernel."""
    adstocks = [weights(family) for family in ADSTOCKS.values() if family.loop]
    saturations = [saturate(family) for family in SATURATIONS.values() if family.loop]
    back = [saturate_back(family.loop_back) for family in SATURATIONS.values() if family.loop_back]
    return [*of_every_model(), EVIDENCE, *adstocks, *saturations, *back]
