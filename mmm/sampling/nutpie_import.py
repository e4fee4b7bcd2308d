"""The sampler's library, imported without ArviZ.

nutpie imports ArviZ, and with it Matplotlib and SciPy's statistics: seconds, for functions that turn draws into an
ArviZ object. Chains take the sampler's raw draws instead. So nutpie, and nobody else, is given a module that imports
ArviZ when something is read from it. Everything of the sampler is imported through this module.
"""

import importlib
import sys
from types import ModuleType
from typing import Any


class OnDemand(ModuleType):
    """A module that is imported when something is read from it."""

    def __getattr__(self, name: str) -> Any:
        """Return what the module itself has under `name`."""
        return getattr(importlib.import_module(self.__name__), name)


_ARVIZ = "arviz"
_instead = _ARVIZ not in sys.modules
if _instead:
    sys.modules[_ARVIZ] = OnDemand(_ARVIZ)
try:
    import nutpie as nutpie
    from nutpie.compile_pymc import CompiledPyMCModel as CompiledPyMCModel
finally:
    if _instead:
        del sys.modules[_ARVIZ]
