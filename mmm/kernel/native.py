"""The kernel's machine code without its compiler, whose import takes a quarter of a second of every run.

What numba has compiled is kept as object files, which LLVM links in milliseconds. A machine that lacks one of them,
or cannot link them, takes the functions from the compiler: they do the same.
"""

import ctypes
import functools
import hashlib
import importlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from mmm.kernel.cache import cache_folder
from mmm.kernel.functions import FUNCTIONS

_NEVER_CALLED = (
    "NRT_Free", "NRT_MemInfo_call_dtor", "numba_do_raise", "numba_gil_ensure", "numba_gil_release",
    "numba_runtime_build_excinfo_struct", "numba_unpickle",
)  # fmt: skip
"""Of numba's runtime: ways out of errors that the kernel does not raise, and of memory that it does not take from it."""
_POINTER = ctypes.c_void_p
_DENSITY = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_uint64, _POINTER, _POINTER, _POINTER, _POINTER)
_EXPAND = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_uint64, ctypes.c_uint64, _POINTER, _POINTER, _POINTER)


@dataclass(frozen=True, slots=True)
class NativeFunction:
    """A C function by its address, as the sampler takes it."""

    address: int


def keep(name: str, entry: Any) -> None:
    """Keep the machine code of a C function that has just been compiled, unless some of it is kept already.

    Compiled twice it may round the last bit otherwise: what is kept first stays, so that draws can be repeated.
    """
    folder = cache_folder()
    try:
        code = entry._library._get_compiled_object()
    except (RuntimeError, ValueError, AttributeError):
        return
    if folder is None or _is_whole(folder / f"{name}.o"):
        return
    try:
        handle, part = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(f"{entry._wrapper_name} {hashlib.sha256(code).hexdigest()}\n".encode() + code)
        Path(part).replace(folder / f"{name}.o")
    except OSError:
        return


@functools.cache
def native_function(name: str) -> NativeFunction:
    """Return a C function of the kernel, linked from what is kept, else compiled."""
    linked = _linked()
    if linked is not None:
        return NativeFunction(linked[name])
    module, entry = FUNCTIONS[name]
    return NativeFunction(getattr(importlib.import_module(module), entry).address)


def log_density(buffer: np.ndarray, point: np.ndarray, gradient: np.ndarray) -> float:
    """Return the log-density at the unconstrained `point` and write its gradient; both C-contiguous 64-bit floats."""
    value = ctypes.c_double()
    places = (point.ctypes.data, gradient.ctypes.data, ctypes.addressof(value), buffer.ctypes.data)
    _density()(len(gradient), *places)
    return value.value


def expand(buffer: np.ndarray, point: np.ndarray, out: np.ndarray) -> None:
    """Write what is kept of a draw at the unconstrained `point`; arrays as for `log_density`."""
    _expand()(len(point), len(out), point.ctypes.data, out.ctypes.data, buffer.ctypes.data)


@functools.cache
def _expand() -> Any:
    return _EXPAND(native_function("mixproof_expand").address)


@functools.cache
def _density() -> Any:
    return _DENSITY(native_function("mixproof_log_density").address)


@functools.cache
def _linked() -> dict[str, int] | None:
    """Return the addresses of all C functions, linked from their object files; None where that cannot be done."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        kept = {name: _whole((folder / f"{name}.o").read_bytes()) for name in FUNCTIONS}
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        for name in _NEVER_CALLED:
            if llvm.address_of_symbol(name) is None:  # the compiler's own, where it is imported already
                llvm.add_symbol(name, ctypes.cast(ctypes.CDLL(None).abort, _POINTER).value)
        return {name: _link(name, *each) for name, each in kept.items()}
    except (OSError, RuntimeError, ValueError):
        return None


def _is_whole(path: Path) -> bool:
    try:
        return bool(_whole(path.read_bytes()))
    except (OSError, ValueError):
        return False


def _whole(raw: bytes) -> tuple[str, bytes]:
    """Return symbol and machine code of a file that `keep` wrote; damaged code would end the program when it is linked."""
    head, _, code = raw.partition(b"\n")
    symbol, digest = head.decode().split(" ")
    if hashlib.sha256(code).hexdigest() != digest:
        raise ValueError(f"the code of {symbol} is damaged")
    return symbol, code


def _link(name: str, symbol: str, code: bytes) -> int:
    machine = llvm.Target.from_default_triple().create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    address = engine.get_function_address(symbol)
    if not address:
        raise ValueError(f"{name} is not in its object file")
    _ENGINES.append(engine)
    llvm.add_symbol(name, address)
    return int(address)


_ENGINES: list[Any] = []
"""What owns the linked code: it must outlive everyone who calls it."""
