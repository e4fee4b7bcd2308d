"""Colours: one a channel, the same in every chart, told apart by colour-blind readers."""

from collections.abc import Iterable, Mapping

INK = "#1b2430"
MUTED = "#5b6675"
RULE = "#d9dee5"
BASELINE = "#b9c1cc"
BASELINE_INK = "#6a7482"
ACCENT = "#0b5cad"

_CHANNELS = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00",  # Okabe and Ito (2008), without its yellow and black
    "#332288", "#882255", "#44aa99", "#999933", "#aa4499", "#661100",  # Tol's muted scheme (2021)
)  # fmt: skip
"""More channels than colours start again: every mark also carries its name."""


def colours(names: Iterable[str]) -> Mapping[str, str]:
    """Return a colour for each name, in order of appearance."""
    return {name: _CHANNELS[i % len(_CHANNELS)] for i, name in enumerate(dict.fromkeys(names))}
