"""Reading the buffer: whole numbers of the header, and stretches of arrays as arrays of their own.

They are written as instructions of the compiler: a slice, which has a step and may count from behind, becomes many more,
and these lines are most of what a first run waits for.
"""

from typing import Any

from numba import types
from numba.core import cgutils

from mmm.kernel.maths.compile_options import intrinsic

DOUBLE = 8
"""Bytes."""


def _read(context: Any, builder: Any, kind: Any, array: Any, position: Any) -> Any:
    """Return the whole number at a position."""
    data = cgutils.create_struct_proxy(kind)(context, builder, value=array).data
    return builder.fptosi(builder.load(builder.gep(data, [position])), context.get_value_type(types.int64))


def _part(context: Any, builder: Any, kind: Any, array: Any, start: Any, size: Any) -> Any:
    """Return a stretch as an array."""
    proxy = cgutils.create_struct_proxy(kind)
    whole, part = proxy(context, builder, value=array), proxy(context, builder)
    part.data = builder.gep(whole.data, [start])
    part.nitems, part.shape = size, cgutils.pack_array(builder, [size])
    part.itemsize = context.get_constant(types.intp, DOUBLE)
    part.strides = cgutils.pack_array(builder, [part.itemsize])
    return part._getvalue()


@intrinsic
def at(context: Any, buffer: Any, position: Any) -> Any:
    """Return the whole number at `position` of an array of numbers."""

    def instructions(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return _read(context, builder, buffer, *values)

    return types.int64(buffer, types.int64), instructions


@intrinsic
def window(context: Any, array: Any, start: Any, size: Any) -> Any:
    """Return `size` numbers of an array from `start` on, as an array that shares them; neither is checked."""

    def instructions(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return _part(context, builder, array, *values)

    return array(array, types.int64, types.int64), instructions


@intrinsic
def block(context: Any, buffer: Any, position: Any, size: Any) -> Any:
    """Return the `size` numbers whose offset the header has at `position`."""

    def instructions(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        whole, place, count = values
        return _part(context, builder, buffer, whole, _read(context, builder, buffer, whole, place), count)

    return buffer(buffer, types.int64, types.int64), instructions


@intrinsic
def area(context: Any, buffer: Any, work: Any, position: Any, size: Any) -> Any:
    """Return the `size` numbers of working memory whose offset the header has at `position`."""

    def instructions(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        whole, memory, place, count = values
        return _part(context, builder, work, memory, _read(context, builder, buffer, whole, place), count)

    return work(buffer, work, types.int64, types.int64), instructions
