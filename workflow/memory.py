"""Amounts of memory and disk, as they are said."""


def megabytes(count: float) -> str:
    """Return a number of bytes as text, for example ``1,234 MB``."""
    return f"{count / 1e6:,.0f} MB"
