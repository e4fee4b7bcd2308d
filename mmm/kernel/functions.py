"""The C functions of the kernel: where each is, and which are compiled together."""

from collections.abc import Mapping
from types import MappingProxyType

FUNCTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "mixproof_forward": ("mmm.kernel.entries.forward", "forward_entry"),
        "mixproof_turn": ("mmm.kernel.entries.likelihood_step", "turn_entry"),
        "mixproof_back": ("mmm.kernel.entries.backward", "back_entry"),
        "mixproof_log_density": ("mmm.kernel.entries.log_density", "log_density_entry"),
        "mixproof_expand": ("mmm.kernel.entries.kept_draw", "expand_entry"),
        "mixproof_whitened": ("mmm.kernel.entries.preconditioned", "whitened_entry"),
        "mixproof_whitened_expand": ("mmm.kernel.entries.preconditioned", "whitened_expand_entry"),
    }
)
"""Module and name of each C function, those that others call first."""
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "forward": ("mixproof_forward",),
        "others": tuple(name for name in FUNCTIONS if name != "mixproof_forward"),
    }
)
"""Parts that take about as long to compile, each in a process of its own."""
