"""mixproof's own sampling by itself, timed; run by `benchmarks.speed` after the whole command has been timed.

    python -m benchmarks.time_own CONFIG FOLDER

The command does not say how much of its fit was sampling. The same seed draws the same draws again here, with the
model already built; draws of ROI are kept for the judge of all tools.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from mixproof.aggregates.sources import read_panel
from mmm.config import FitOptions
from mmm.effects.labelled import effect_draws
from mmm.fit import sample
from mmm.problem.problem import build_problem
from mmm.sampling.chain import tuning_steps
from mmm.sampling.engine import Engine, build_engine
from mmm.sampling.pilots import pilot_steps, piloted
from workflow.config import load_config


def steps_before(engine: Engine, options: FitOptions) -> int:
    """Return the steps of adaptation a chain, those of pilots counted to each, though only some chains are pilots."""
    warm = piloted(engine, options, 1, lambda chains: False)
    return tuning_steps(warm, options) + (
        sum(pilot_steps(engine.compiled.n_dim)) if warm is not engine else 0
    )


def main(config_path: Path, folder: Path) -> None:
    """Sample, and write sampling.json and roi.npy, shape (channel, chain, draw), to `folder`."""
    config = load_config(config_path)
    if config.mmm is None or config.data is None:
        raise SystemExit(f"{config_path}: no model")
    panel = read_panel(config.data, config_path.parent)
    engine = build_engine(build_problem(panel, config.mmm))
    began = time.monotonic()
    tree = sample(engine, build_problem(panel, config.mmm), config.seed)
    seconds = time.monotonic() - began
    sizes, statistics = tree["posterior"].sizes, tree["sample_stats"]
    every = sizes["chain"] * sizes["draw"]
    roi = effect_draws(tree, panel, config.mmm, draws=every)["roi"].sel(channel=panel.paid)
    draws = roi.transpose("channel", "sample").values.reshape(len(panel.paid), sizes["chain"], sizes["draw"])
    np.save(folder / "roi.npy", draws, allow_pickle=False)
    found = {
        "sampling": seconds,
        "steps": float(statistics["n_steps"].mean()),
        "divergences": int(statistics["diverging"].sum()),
        "tune": steps_before(engine, config.mmm.fit),
        "path": engine.path,
    }
    (folder / "sampling.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
