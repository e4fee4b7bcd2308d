"""Kill -9 at random moments of `mixproof stream`: the sums that it ends with must be those of the same messages as files.

Usage: python -m benchmarks.stream_kills --kills 12 --seed 1; a row is added to results/stream_kills.csv. The broker is
librdkafka's mock cluster in a process of its own; 2 % of messages come twice, 1 % late, some are broken.
"""

import argparse
import csv
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from mixproof.aggregates.events.state.folder import commit
from mixproof.aggregates.events.state.update import update
from tests.mixproof.aggregates.events.stream.messages import (
    KEY,
    SECRET,
    TOPICS,
    broker,
    events,
    lines,
    section,
    send,
)

RESULTS = Path(__file__).with_name("results") / "stream_kills.csv"
COLUMNS = ("seed", "messages", "kills", "killed_with_a_state", "sums", "equal")
_RUN = (
    "import sys; from pathlib import Path; from mixproof.aggregates.events.stream.follow import follow; "
    "from tests.mixproof.aggregates.events.stream.messages import section; "
    "follow(section(sys.argv[1]), Path(sys.argv[2]), print, True)"
)


def main() -> None:
    """Kill, compare, and add a row to the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--people", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    os.environ[KEY] = SECRET
    messages = events(given.seed, given.people)
    with tempfile.TemporaryDirectory() as name, broker() as address:
        folder, files = Path(name, "stream"), Path(name, "files")
        folder.mkdir()
        files.mkdir()
        known = _killed(address, folder, messages, given.kills, random.Random(given.seed))
        for source, topic in TOPICS.items():
            (files / f"{source}.jsonl").write_bytes(lines(messages[topic]))
        done = update(section(stream=None), files, {})
        commit(done.place, done.manifest)
        streamed, batch = _sums(folder), _sums(files)
    count = sum(len(values) for values in messages.values())
    row = (given.seed, count, given.kills, known, len(batch), streamed == batch)
    new = not RESULTS.exists()
    with RESULTS.open("a", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows([COLUMNS, row] if new else [row])
    print(dict(zip(COLUMNS, row, strict=True)))


def _killed(
    address: str, folder: Path, messages: dict[str, list[bytes]], kills: int, dice: random.Random
) -> int:
    """Return how many of the killed processes had a state before them; a share of the messages is sent before each."""
    known = 0
    for number in range(kills + 1):
        share = {
            topic: values[number * len(values) // (kills + 1) : (number + 1) * len(values) // (kills + 1)]
            for topic, values in messages.items()
        }
        send(address, share)
        known += (folder / "events_state" / "state.json").exists() and number < kills
        process = subprocess.Popen(
            [sys.executable, "-c", _RUN, address, str(folder)], stdout=subprocess.DEVNULL
        )
        if number < kills:
            time.sleep(dice.uniform(1.0, 6.0))
            process.send_signal(signal.SIGKILL)
        process.wait()
    if process.returncode:
        raise RuntimeError("the last run failed")
    return known


def _sums(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every sum of a state."""
    (cells,) = (folder / "events_state").glob("cells-*")
    with duckdb.connect() as connection:
        return {
            path.stem: connection.execute(f"SELECT * FROM '{path}' ORDER BY ALL").fetchall()
            for path in sorted(cells.glob("*.parquet"))
            if path.stem not in ("kept_twins", "pending", "kept_unpublished")
        }


if __name__ == "__main__":
    main()
