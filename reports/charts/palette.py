"""Colours: one a channel, the same in every chart, told apart by colour-blind readers, and what each is on a dark page."""

from collections.abc import Iterable, Mapping

INK = "#1b2430"
MUTED = "#5b6675"
FAINT = "#9aa4b1"
RULE = "#d9dee5"
GRID = "#e9edf2"
SHADE = "#f1f3f6"
PAPER = "#ffffff"
BASELINE = "#b9c1cc"
ACCENT = "#0b5cad"
TEST = "#eaf2fb"
ALERT = "#b3261e"

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

_ON_DARK, _ON_LIGHT = "#fff", "#111820"
"""Words inside coloured marks: written otherwise than `PAPER` and `INK`, because a dark page leaves them as they are."""

DARK: Mapping[str, str] = {
    INK: "#e6eaf0",
    MUTED: "#9fabba",
    FAINT: "#7a8696",
    RULE: "#3a4553",
    GRID: "#2b3440",
    SHADE: "#242c37",
    PAPER: "#1a2129",
    BASELINE: "#8792a0",
    ACCENT: "#6cb0f5",
    TEST: "#22324a",
    ALERT: "#f2867e",
    "#0072b2": "#2f94d1",
    "#332288": "#7d6fe0",
    "#882255": "#c2558c",
    "#661100": "#b85a45",
}
"""What a colour is on a dark page; those that are not here stay."""


def dark_rules() -> str:
    """Return the style rules that exchange the colours of charts, for the dark scheme of a page."""
    return "\n".join(
        f'.chart [{what}="{light}"] {{ {what}: {dark}; }}'
        for light, dark in DARK.items()
        for what in ("fill", "stroke")
    )


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 for black to 1 for white.

    References
    ----------
    W3C (2018), Web Content Accessibility Guidelines 2.1, "relative luminance".
    """
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ink_on(colour: str) -> str:
    """Return white or a dark ink, whichever stands out more on `colour`."""
    ground = luminance(colour) + 0.05
    return _ON_DARK if 1.05 / ground >= ground / (luminance(_ON_LIGHT) + 0.05) else _ON_LIGHT


def colours(names: Iterable[str]) -> Mapping[str, str]:
    """Return a colour for each name, in order of appearance."""
    return {name: _CHANNELS[i % len(_CHANNELS)] for i, name in enumerate(dict.fromkeys(names))}
