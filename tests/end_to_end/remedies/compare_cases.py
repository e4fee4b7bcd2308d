"""Two readings of which one is about something else, and the reading after its remedy."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mixproof.aggregates.sources import panel_from_frames, read_panel
from tests.end_to_end.remedies.folder import TABLE, Case, national, swap, table
from workflow.compare.causes import Side, causes
from workflow.config import load_config, parse_config


def compared(path: Path) -> None:
    """Hold a config's panel against that of the good national folder."""
    config, good = load_config(path), parse_config(str(national()["c.yaml"]))
    assert config.data is not None and good.data is not None
    run: Any = SimpleNamespace(manifest={"versions": {"mixproof": "1"}, "artefacts": {}}, config={})
    panels = (panel_from_frames(good.data, {TABLE: table()}), read_panel(config.data, path.parent))
    causes(*(Side(run, panel, {}) for panel in panels))


CASES = (
    Case("compare-unlike", (swap("currency: EUR", "currency: USD"),), "the same channels, geos, frequency, currency",
         (swap("currency: USD", "currency: EUR"),)),
)  # fmt: skip
