"""Colours: one a channel, the same in every chart, told apart by colour-blind readers."""

from collections.abc import Iterable, Mapping

INK = "#1b2430"
MUTED = "#5b6675"
RULE = "#d9dee5"
BASELINE = "#b9c1cc"
ACCENT = "#0b5cad"

_CHANNELS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#e69f00",  # Okabe and Ito (2008), without its yellow and black
    "#332288",
    "#882255",
    "#44aa99",
    "#999933",
    "#aa4499",
    "#661100",  # Tol's muted scheme (2021)
)
"""More channels than colours start again: every mark also carries its name."""


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 for black to 1 for white.

    References
    ----------
    W3C (2018), Web Content Accessibility Guidelines 2.1, "relative luminance".
    """
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ink_on(colour: str) -> str:
    """Return white or the dark ink, whichever stands out more on `colour`."""
    ground = luminance(colour) + 0.05
    return "#ffffff" if 1.05 / ground >= ground / (luminance(INK) + 0.05) else INK


def colours(names: Iterable[str]) -> Mapping[str, str]:
    """Return a colour for each name, in order of appearance."""
    return {name: _CHANNELS[i % len(_CHANNELS)] for i, name in enumerate(dict.fromkeys(names))}
