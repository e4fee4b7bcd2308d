"""The sampler's library, imported without ArviZ and without numba.

nutpie imports ArviZ, and with it Matplotlib and SciPy's statistics: seconds, for functions that turn draws into an
ArviZ object. Chains take the sampler's raw draws instead. So nutpie, and nobody else, is given a module that imports
ArviZ when something is read from it. It also imports numba, to mark a function that only models compiled from PyMC
need: it is given a marker, and those who need them call `with_compiler` first. Everything of the sampler is imported
through this module.
"""

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


class OnDemand(ModuleType):
    """A module that is imported when something is read from it."""

    def __getattr__(self, name: str) -> Any:
        """Return what the module itself has under `name`."""
        return getattr(importlib.import_module(self.__name__), name)


class Marker(ModuleType):
    """Stands for ``numba.extending``: remembers the functions that are to become intrinsics."""

    def __init__(self) -> None:
        super().__init__(_NUMBA)
        self.marked: list[Callable[..., Any]] = []

    def intrinsic(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Remember `function` and return it."""
        self.marked.append(function)
        return function


def with_compiler() -> None:
    """Make nutpie able to compile models: make intrinsics of the functions that were only marked to be some."""
    if _marker.marked:
        intrinsic = importlib.import_module(_NUMBA).intrinsic
        for function in _marker.marked:
            setattr(sys.modules[function.__module__], function.__name__, intrinsic(function))
        _marker.marked.clear()


_ARVIZ, _NUMBA = "arviz", "numba.extending"
_marker = Marker()
_instead = {
    name: module
    for name, module in ((_ARVIZ, OnDemand(_ARVIZ)), (_NUMBA, _marker))
    if name not in sys.modules
}
sys.modules.update(_instead)
try:
    import nutpie as nutpie
    from nutpie.compile_pymc import CompiledPyMCModel as CompiledPyMCModel
finally:
    for _name in _instead:
        del sys.modules[_name]
