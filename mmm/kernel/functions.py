"""The C functions of the kernel: where each is, and which are compiled together."""

from collections.abc import Mapping
from types import MappingProxyType

FUNCTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "mixlift_forward": ("mmm.kernel.forward", "forward_entry"),
        "mixlift_turn": ("mmm.kernel.turn", "turn_entry"),
        "mixlift_back": ("mmm.kernel.back", "back_entry"),
        "mixlift_log_density": ("mmm.kernel.program", "log_density_entry"),
        "mixlift_expand": ("mmm.kernel.entry", "expand_entry"),
        "mixlift_whitened": ("mmm.kernel.whitened", "whitened_entry"),
        "mixlift_whitened_expand": ("mmm.kernel.whitened", "whitened_expand_entry"),
    }
)
"""Module and name of each C function, those that others call first."""
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "forward": ("mixlift_forward",),
        "others": tuple(name for name in FUNCTIONS if name != "mixlift_forward"),
    }
)
"""Parts that take about as long to compile, each in a process of its own."""
