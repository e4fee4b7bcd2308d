"""How the time and memory of one gradient grow with weeks, geos and channels.

    python -m benchmarks.growth

Each of the three is varied alone about the world `planner` (156 weeks, 40 geos, 6 channels), in the default model. Time
is processor time of one evaluation of log-density and gradient, the least of many repeats, since whatever else a
machine does only adds to it. A slope is that of log time in log size over all points; 1 is proportional growth.
"""

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.version import code_version
from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.simulate import simulate_world
from mixproof.aggregates.sources import panel_from_frames
from mmm.config import MmmConfig
from mmm.kernel.buffer.header import Head
from mmm.kernel.compiled import KernelModel, build_kernel
from mmm.problem.problem import build_problem

RESULTS = Path(__file__).parent / "results"
WORLD, SEED = "planner", 1
USUAL = {"weeks": 156, "geos": 40, "channels": 6}
VARIED = {
    "weeks": (52, 104, 156, 208, 312, 416),
    "geos": (2, 5, 10, 20, 40, 80),
    "channels": (2, 4, 6, 8, 16, 32),
}
STEEPEST = 1.1
"""Slope up to which growth counts as proportional."""
EARLIER = pd.Timedelta(weeks=260)
REPEATS, SECONDS = 15, 0.05
"""Repeats of a measurement, and processor seconds each of them takes at least."""


def build(size: dict[str, int]) -> KernelModel:
    """Return the kernel of the default model of a world of this size."""
    world = simulate_world(WORLD, SEED, **size)
    config = DataConfig.model_validate(world.data_config)
    date = config.tables[0].date
    # Long worlds would end after today.
    earlier = {
        file: frame.assign(**{date: (pd.to_datetime(frame[date]) - EARLIER).dt.strftime("%Y-%m-%d")})
        for file, frame in world.tables.items()
    }
    return build_kernel(build_problem(panel_from_frames(config, earlier), MmmConfig()))


def microseconds(model: KernelModel) -> float:
    """Return the least processor time of one log-density with its gradient."""
    point = model.layout.centre

    def timed(count: int) -> float:
        began = time.process_time()
        for _ in range(count):
            model.log_density(point)
        return (time.process_time() - began) / count

    timed(1)
    count = max(3, int(SECONDS / timed(3)))
    return 1e6 * min(timed(count) for _ in range(REPEATS))


def measure(varied: str, size: dict[str, int]) -> dict[str, Any]:
    """Return a row of the table: sizes, time, and the memory of data and of one chain's gradient, in MB."""
    model = build(size)
    return {
        "varied": varied,
        **size,
        "cells": int(np.prod(list(size.values()))),
        "parameters": model.layout.size,
        "microseconds": round(microseconds(model), 1),
        "data_mb": round(model.buffer.nbytes / 1e6, 3),
        "chain_mb": round(8 * int(model.buffer[Head.WORK]) / 1e6, 3),
    }


def slope(rows: pd.DataFrame, size: str, quantity: str) -> float:
    """Return the slope of log `quantity` in log `size`."""
    return float(np.polyfit(np.log(rows[size]), np.log(rows[quantity]), 1)[0])


def report(table: pd.DataFrame, version: str) -> str:
    """Return the study as Markdown."""
    lines = [
        "# Growth of one gradient\n",
        f"Default model, world `{WORLD}`, processor time, least of {REPEATS} repeats; code {version}. Written by "
        "`python -m benchmarks.growth`.\n",
        "| varied | slope of time | slope of memory |",
        "| --- | --- | --- |",
    ]
    memory = table.assign(memory=table["data_mb"] + table["chain_mb"])
    for name, rows in [*memory.groupby("varied", sort=False), ("weeks x geos x channels", memory)]:
        size = name if name in USUAL else "cells"
        lines.append(
            f"| {name} | {slope(rows, size, 'microseconds'):.2f} | {slope(rows, size, 'memory'):.2f} |"
        )
    steep = slope(table, "cells", "microseconds")
    verdict = "proportional or less" if steep <= STEEPEST else "MORE than proportional"
    lines += [
        f"\nTime in weeks x geos x channels: slope {steep:.2f}, {verdict} (target: at most {STEEPEST}).\n",
        "`data` is shared by all chains; `chain` is what one gradient works in. Neither depends on the number of draws.\n",
        "| weeks | geos | channels | parameters | microseconds | ns a cell | data MB | chain MB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in table.itertuples():
        each = 1e3 * row.microseconds / row.cells
        lines.append(
            f"| {row.weeks} | {row.geos} | {row.channels} | {row.parameters} | {row.microseconds:,.1f} | {each:.1f} "
            f"| {row.data_mb:.2f} | {row.chain_mb:.2f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure all sizes and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where the results are written")
    folder = parser.parse_args().folder
    rows = []
    for varied, values in VARIED.items():
        for value in values:
            rows.append(measure(varied, USUAL | {varied: value}))
            print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "growth.csv", index=False)
    (folder / "growth.md").write_text(report(table, code_version()))


if __name__ == "__main__":
    main()
