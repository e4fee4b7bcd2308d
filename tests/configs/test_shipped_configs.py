"""Every shipped config that reads tables finds in them what it names, and the panel is the one its comments describe."""

from pathlib import Path

import pytest

from mixproof.aggregates.sources import read_panel
from workflow.config import load_config

ROOT = Path(__file__).parents[2]
PUBLIC = ROOT.parent / "shared" / "data" / "mmm"

CASES = [
    # config, geos, periods, channels, periods with an outcome
    ("demo", 1, 169, 6, 156),
    ("pymc_example", 1, 179, 2, 179),
    ("pinkham_annual", 1, 54, 1, 54),
    ("meridian_national", 1, 156, 6, 156),
    ("meridian_geo", 40, 156, 6, 40 * 156),
    ("robyn", 1, 208, 6, 208),
]


@pytest.mark.parametrize(("name", "geos", "periods", "channels", "observed"), CASES)
def test_config_reads_its_tables(name: str, geos: int, periods: int, channels: int, observed: int) -> None:
    config = load_config(ROOT / "configs" / f"{name}.yaml")
    assert config.data is not None
    folder = ROOT / "configs" if name == "demo" else PUBLIC
    if not folder.exists():
        pytest.skip("the public data sets are not here")
    panel = read_panel(config.data, folder)
    assert dict(panel.data.sizes)["geo"] == geos
    assert dict(panel.data.sizes)["date"] == periods
    assert len(panel.channels) == channels
    assert int(panel.observed.sum()) == observed
