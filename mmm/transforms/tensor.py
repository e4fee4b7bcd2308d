"""PyTensor's functions under the name `pt`, imported when one is first called, as SciPy's parts are by SciPy itself.

A fit on the kernel and its effects need no PyTensor, which would cost them a second; and reading the YAML needs the families'
names alone.
"""

import importlib
from typing import Any


class _Later:
    """Stands for a module; what has been looked up once is kept."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        found = getattr(importlib.import_module(self._module), name)
        setattr(self, name, found)
        return found


pt: Any = _Later("pytensor.tensor")
