"""PyTensor's functions under the name `pt`, imported when a twin first calls one.

A fit on the kernel and its effects need the NumPy references alone; PyTensor would cost them a second.
"""

import importlib
from typing import Any


class _Tensor:
    """Stands for `pytensor.tensor`; what has been looked up once is kept."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(importlib.import_module("pytensor.tensor"), name)
        setattr(self, name, found)
        return found


pt: Any = _Tensor()
