"""Processes that are killed (kill -9) while they make a noised release: none lets one out without its debit.

    python -m benchmarks.privacy_kills --kills 200

A process releases table after table, each with a cost of its own, and writes it into a folder as a run does. It is killed at a
random moment. Then the chain is read: everything that got out, and everything that the registry keeps, must have its debit
before it, the registry must open, and the same request must be answered with the numbers that are out already.
"""

import argparse
import json
import os
import random
import signal
import tempfile
import time
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from mixproof.privacy.noise import noised
from mixproof.privacy.releases.budget import Request, charged, stored
from mixproof.privacy.releases.registry import CHAIN, DEBITED, KEPT, NOISED, opened

ASKED = Request("buyers", "people", {}, "", ["a" * 16], 1e-3, 100.0)


def released(root: Path, number: int) -> None:
    """Make one release and write it out."""
    with opened(root) as registry:
        request = replace(ASKED, fingerprint=str(number))
        answer = stored(registry, request) or charged(
            registry,
            request,
            lambda: {"number": number, "noised": noised(np.zeros(4, np.int64), 1.0, 1e-3).tolist()},
        )
    (root / f"out-{number}.json").write_text(json.dumps(answer), encoding="utf-8")


def _release_on(root: Path, first: int) -> None:
    number = first
    while True:
        released(root, number)
        number += 1


def faults(root: Path) -> list[str]:
    """Return what is wrong after a kill."""
    with opened(root) as registry:
        lines = [
            json.loads(line) for line in (registry.folder / CHAIN).read_text(encoding="utf-8").splitlines()
        ]
        debited = [line["fingerprint"] for line in lines if line["outcome"] == DEBITED]
        found = [
            f"line {line['number']} is released before its debit"
            for line in lines
            if line["outcome"] == NOISED and line["fingerprint"] not in
            {before["fingerprint"] for before in lines[: line["number"] - 1] if before["outcome"] == DEBITED}
        ]  # fmt: skip
        for file in (*root.glob("out-*.json"), *(registry.folder / KEPT).glob("*")):
            text = file.read_text(encoding="utf-8")
            if not text.endswith("}"):
                continue  # torn while it was written: nobody can take it for a release
            record = json.loads(text)
            if str(record["number"]) not in debited:
                found.append(f"{file.name} is out without a debit")
            if file.parent == root:
                again = stored(registry, replace(ASKED, fingerprint=str(record["number"])))
                if again != record:
                    found.append(f"{file.name} is not the stored release")
    return found


def main(kills: int, seed: int) -> None:
    """Print how many processes were killed where, and what was found."""
    rng, began = random.Random(seed), time.process_time()
    counts = {
        "processes killed": 0,
        "releases that got out": 0,
        "debits": 0,
        "debits without a release": 0,
        "faults": 0,
    }
    keep = os.environ.get("XDG_STATE_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = f"{folder}/state"
        noised(np.zeros(1, np.int64), 1.0, 1.0)
        for number in range(kills):
            root = Path(folder) / f"runs{number // 20}"
            process = get_context("fork").Process(target=_release_on, args=(root, 100 * number))
            process.start()
            time.sleep(rng.uniform(0.0, 0.25))
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join()
            counts["processes killed"] += process.exitcode == -signal.SIGKILL
            for fault in faults(root) if (root / ".releases" / CHAIN).is_file() else []:
                counts["faults"] += 1
                print(fault, flush=True)
        for chain in Path(folder).glob(f"*/.releases/{CHAIN}"):
            outcomes = [
                json.loads(line)["outcome"] for line in chain.read_text(encoding="utf-8").splitlines()
            ]
            counts["debits"] += outcomes.count(DEBITED)
            counts["debits without a release"] += outcomes.count(DEBITED) - outcomes.count(NOISED)
        counts["releases that got out"] = len(list(Path(folder).glob("*/out-*.json")))
    os.environ.pop("XDG_STATE_HOME") if keep is None else os.environ.update(XDG_STATE_HOME=keep)
    print("| | |\n|---|---|")
    for name, count in counts.items():
        print(f"| {name} | {count:,} |")
    print(f"\n{time.process_time() - began:.0f} CPU s beside those of the killed.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    main(**vars(parser.parse_args()))
