"""The recovery study for other tools: same worlds, same truth, same table.

    python -m benchmarks.peers.run --tools pymc-marketing meridian --worlds delayed --seeds 20

Each tool gets a throw-away environment, made with uv on first use under ``--environments`` (default: a folder
of the system's temporary directory), and a process of its own for every fit. Rows go to
``benchmarks/results/recovery_fits.csv`` beside our own; fits that are there are not run again.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import scoring
from mixproof.aggregates.simulate import World, simulate_world
from mixproof.aggregates.simulate.writing import write_tables

RESULTS = Path(__file__).parents[1] / "results"
WORLDS = ("delayed", "chasing", "worthless", "geos")


@dataclass(frozen=True, slots=True)
class Peer:
    """Another tool: what to install, the script that fits it, the one that is timed, what to import before it is."""

    requirements: tuple[str, ...]
    script: str | None
    timed: str
    imports: str


PEERS: Mapping[str, Peer] = {
    "pymc-marketing": Peer(
        ("pymc-marketing==1.3.0", "nutpie"),
        "fit_pymc_marketing.py",
        "time_pymc_marketing.py",
        "pymc_marketing.mmm, nutpie",
    ),
    "meridian": Peer(
        ("google-meridian[jax]==2.1.0",),
        "fit_meridian.py",
        "time_meridian.py",
        "meridian.model.model, meridian.analysis.analyzer",
    ),
    "mmm-framework": Peer(("mmm-framework==1.5.0",), None, "time_mmm_framework.py", "mmm_framework"),
}
"""The tools, by name; those without a script for recovery are only timed."""


def environment(peer: str, folder: Path, uv: str) -> Path:
    """Return the interpreter of the peer's environment, made and filled if it is not there."""
    home = folder / peer
    python, ready = home / "bin" / "python", home / "ready"
    if not ready.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # From within the checkout, uv would hold the peers to this project's own versions.
        subprocess.run(
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home)], check=True, cwd=folder
        )
        install = [
            uv,
            "pip",
            "install",
            "--quiet",
            "--compile-bytecode",
            "--python",
            str(python),
            *PEERS[peer].requirements,
        ]
        subprocess.run(install, check=True, cwd=folder)
        ready.touch()
    return python


def write_job(world: World, folder: Path) -> None:
    """Write the world's table and what its columns are, for a script that knows nothing of this project.

    Raises
    ------
    SystemExit
        The world holds what not every tool can be given alike: organic media, treatments or a warm-up.
    """
    config = world.data_config
    if len(world.tables) > 1 or {"organic", "treatments"} & set(config):
        raise SystemExit(
            f"{world.name}: worlds with organic media, treatments or a warm-up are not for this comparison"
        )
    write_tables(world, folder)
    job = {
        "table": config["tables"][0]["file"],
        "geo": not world.scene.national,
        "outcome": config["outcome"]["column"],
        "channels": [
            {"name": c["name"], "spend": c["spend"], "exposure": c.get("exposure", c["spend"])}
            for c in config["channels"]
        ],
        "controls": [control["column"] for control in config.get("controls", [])],
        "seed": world.seed,
    }
    (folder / "job.json").write_text(json.dumps(job, indent=1))


def run_fit(peer: str, python: Path, world: World) -> list[dict[str, Any]]:
    """Return the rows of one fit.

    Raises
    ------
    subprocess.CalledProcessError
        The tool failed; its own message has been shown.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_job(world, folder)
        script = Path(__file__).parent / str(PEERS[peer].script)
        subprocess.run(
            [str(python), str(script), str(folder)], check=True, stdout=subprocess.DEVNULL, env=_environ()
        )
        report = json.loads((folder / "fit.json").read_text())
        with np.load(folder / "draws.npz") as archive:
            draws = {quantity: archive[quantity] for quantity in ("roi", "mroi")}
    shared = {
        "tool": peer,
        "version": report["version"],
        "world": world.name,
        "seed": world.seed,
        "reported_as": "alone",
        "grade": "none given",
        "findings": f"r_hat {report['r_hat']:.3f}; ess {report['ess']:.0f}",
        "seconds": round(report["seconds"], 1),
    }
    truth = world.truth[world.truth["geo"] == "all"].set_index("channel")
    channels = [channel["name"] for channel in world.data_config["channels"]]
    return [
        scoring.row(shared, channel, quantity, float(truth.loc[channel, quantity]), draws[quantity][i])
        for i, channel in enumerate(channels)
        for quantity in ("roi", "mroi")
    ]


def _environ() -> dict[str, str]:
    """Return the environment without this interpreter's own paths."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}


def summarise(folder: Path) -> Path:
    """Return the Markdown page with every tool side by side, over the fits that all of them have."""
    rows = scoring.channels_alone(pd.read_csv(folder / "recovery_fits.csv"))
    tools = rows["tool"].nunique()
    shared = rows.groupby(["world", "seed"])["tool"].transform("nunique") == tools
    page = folder / "peers.md"
    page.write_text(
        "# The same worlds through each tool's default model\n\n"
        "Every channel alone, over the seeds that all tools have been run on. Columns as in `recovery.md`.\n\n"
        + scoring.markdown(scoring.by_world(rows[shared]), WORLDS),
        encoding="utf-8",
    )
    return page


def main() -> None:
    """Run what is missing, then write the table."""
    parser = argparse.ArgumentParser(description="Recovery study of other tools.")
    fitting = [name for name, peer in PEERS.items() if peer.script]
    parser.add_argument("--tools", nargs="+", choices=fitting, default=fitting)
    parser.add_argument("--worlds", nargs="+", default=list(WORLDS))
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds, from --first on")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=RESULTS)
    parser.add_argument("--environments", type=Path, default=Path(tempfile.gettempdir()) / "mixproof-peers")
    parser.add_argument("--uv", default="uv", help="the uv to make environments with")
    asked = parser.parse_args()
    fits = asked.folder / "recovery_fits.csv"
    failed = []
    for peer in asked.tools:
        done = scoring.fitted(fits, peer)
        python = environment(peer, asked.environments, asked.uv)
        for seed in range(asked.first, asked.first + asked.seeds):
            for name in (name for name in asked.worlds if (name, seed) not in done):
                try:
                    rows = run_fit(peer, python, simulate_world(name, seed))
                except subprocess.CalledProcessError:
                    failed.append(f"{peer} {name} {seed}")
                    continue
                scoring.append(fits, rows)
                print(f"{peer} {name} {seed}: {rows[0]['seconds']} s, {rows[0]['findings']}", flush=True)
    print(f"written: {summarise(asked.folder)}")
    if failed:
        raise SystemExit("failed: " + ", ".join(failed))


if __name__ == "__main__":
    main()
