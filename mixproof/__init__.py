"""Ground floor: what the media-mix half and the lift half both stand on. No statistics, no PyMC."""

__version__ = "0.1.0"
