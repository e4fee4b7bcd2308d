"""Every fault that asking for a simulated world can raise: code -> (family, meaning, remedy)."""

FAULTS: dict[str, tuple[str, str, str]] = {
    "unknown-world": (
        "config",
        "There is no simulated world of that name.",
        "Name one that `mixproof simulate list` shows.",
    ),
    "unknown-size": (
        "config",
        "A simulated world has no such size.",
        "Sizes are weeks, geos and channels.",
    ),
    "world-too-small": (
        "config",
        "A simulated world of that size has no season, no region or nothing to compare.",
        "Ask for at least 26 weeks, 2 channels and, in a world of geos, 2 geos.",
    ),
}
