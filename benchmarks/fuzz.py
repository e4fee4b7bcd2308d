"""Fuzzing of everything that reads what others wrote: YAML, CSV, workbooks and Parquet, by `check` and by `init`.

Hypothesis makes the inputs from a grammar: a good folder in which settings, cells, columns and bytes are replaced by what
people and attackers write. What must hold of every input: no fault of the tool (code 70), an end within 20 s, memory below
1 GB, no file outside the data folder opened, and nothing written that moves the terminal. Run each surface by

    python -m benchmarks.fuzz SURFACE --minutes 30 --seed 1

The same seed makes the same inputs. An input that breaks a rule is written to the folder named by ``--found``, shrunk.
"""

import argparse
import io
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from workflow.cli import app

MOST_SECONDS = 20
MOST_BYTES = 1_000_000_000
INPUTS_A_ROUND = 200
MOVES_TERMINAL = frozenset(map(chr, [*range(9), *range(11, 32), 127, *range(128, 160), 0x202E, 0x2066]))
Files = dict[str, bytes]
YAML = """\
name: fuzz
data:
  frequency: weekly
  currency: EUR
  tables:
    - {file: FILE, date: week, geo: region}
  outcome: {column: sales, kind: revenue}
  channels:
    - {name: tv, spend: tv}
    - {name: search, spend: search, exposure: clicks}
  controls:
    - {name: price, column: price}
mmm:
  default: {adstock: {family: geometric}, prior: {roi: {median: 1.0, upper: 4.0}}}
  fit: {chains: 2}
"""


def table() -> pd.DataFrame:
    """Return a good table of two geos."""
    rng, frames = np.random.default_rng(1), []
    for region in ("north", "south"):
        columns = {
            name: rng.gamma(2, 500, 30).round(2) + 5 for name in ("sales", "tv", "search", "clicks", "price")
        }
        weeks = pd.date_range("2022-01-03", periods=30, freq="7D").strftime("%Y-%m-%d")
        frames.append(pd.DataFrame({"week": weeks, "region": region, **columns}))
    return pd.concat(frames, ignore_index=True)


ODD_TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "NaN",
            "inf",
            "-1",
            "1e308",
            "5e-324",
            "1.234,56",
            "1,234",
            "12%",
            "(123)",
            "£5",
            "TRUE",
            "#REF!",
            "=1+1",
            "2022-01-03",
            "03/01/2022",
            "2022-W01",
            "9999-12-31",
            "0001-01-01T00:00:00+14:00",
            "anna@example.com",
            "\x1b[31m",
            "a\x07b",
            "\u202etxt",
            "\ufffe",
            "\u200b",
            "a" * 3000,
            "../t.csv",
            "/etc/passwd",
            "{{ x }}",
            "null",
            "~",
            "North",
        ]
    ),
    st.text(max_size=12),
    st.floats().map(str),
    st.integers().map(str),
    st.dates().map(str),
)
SCALARS = st.one_of(ODD_TEXTS, st.integers(), st.floats(), st.booleans(), st.none())
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ODD_TEXTS, inner, max_size=4),
    max_leaves=8,
)
LINES = YAML.replace("FILE", "t.csv").splitlines()


@st.composite
def yaml_folders(draw: st.DrawFn) -> Files:
    """Make configs: lines replaced, repeated, moved, given other values, or bytes changed."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        key = lines[at].partition(":")[0]
        odd = json.dumps(draw(TREES))
        how = draw(st.sampled_from(["value", "twice", "drop", "text", "indent"]))
        changed = {"value": [f"{key}: {odd}"], "twice": [lines[at]] * 2, "drop": [], "indent": [f" {lines[at]}"],
                   "text": [draw(ODD_TEXTS)]}[how]  # fmt: skip
        lines[at : at + 1] = changed or [""]
    text = "\n".join(lines).encode("utf-8", "surrogatepass")
    return {
        "c.yaml": draw(scratched(text)) if draw(st.booleans()) else text,
        "t.csv": table().to_csv(index=False).encode(),
    }


@st.composite
def scratched(draw: st.DrawFn, content: bytes) -> bytes:
    """Change, cut or insert some bytes; places are parts of a million, as a workbook's length varies with the clock."""
    changed = bytearray(content)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, 1_000_000)) * len(changed) // 1_000_000
        changed[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    kept = draw(st.integers(0, 1_000_000)) if draw(st.integers(0, 9)) == 0 else 1_000_000
    return bytes(changed[: kept * len(changed) // 1_000_000])


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Make tables: odd cells, columns of one odd value, other headers, rows left out, doubled or in another order."""
    frame = table().astype(object)
    for _ in range(draw(st.integers(0, 5))):
        column = draw(st.integers(0, frame.shape[1] - 1))
        how = draw(st.sampled_from(["cell", "column", "header", "drop", "double", "new"]))
        if how == "cell" and len(frame):
            frame.iloc[draw(st.integers(0, len(frame) - 1)), column] = draw(SCALARS)
        elif how == "column":
            frame.isetitem(column, _alike(draw(SCALARS), frame))
        elif how == "header":
            frame.columns = pd.Index(
                [draw(ODD_TEXTS) if i == column else name for i, name in enumerate(frame.columns)]
            )
        elif how == "drop":
            frame = frame.iloc[draw(st.integers(0, 10)) : draw(st.integers(0, 60))]
        elif how == "double":
            frame = pd.concat([frame, frame.head(2)])
        else:
            frame.insert(0, draw(ODD_TEXTS), _alike(draw(SCALARS), frame), allow_duplicates=True)
    return frame


def _alike(value: object, frame: pd.DataFrame) -> "pd.Series[Any]":
    """Return a column of one value that can later hold any other."""
    return pd.Series([value] * len(frame), index=frame.index, dtype=object)


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode("utf-8", "surrogatepass")


def _workbook(frame: pd.DataFrame) -> bytes:
    """Write cells as they are where a workbook can hold them."""
    import openpyxl
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE as ILLEGAL

    book, stream = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("t")
    for row in (list(frame.columns), *frame.itertuples(index=False, name=None)):
        cells = [cell if isinstance(cell, int | float | bool | None) else str(cell) for cell in row]
        sheet.append(
            [ascii(c) if isinstance(c, str) and (ILLEGAL.search(c) or not _plain(c)) else c for c in cells]
        )
    book.save(stream)
    return stream.getvalue()


def _plain(text: str) -> bool:
    """Say whether a text can be written at all: half of a surrogate pair cannot."""
    return not any(0xD800 <= ord(letter) <= 0xDFFF for letter in text)


def _parquet(frame: pd.DataFrame) -> bytes:
    """Write columns with their own types, and as text where a column holds several."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = []
    for at in range(frame.shape[1]):
        cells = frame.iloc[:, at].tolist()
        try:
            columns.append(pa.array(cells))
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
            columns.append(pa.array([ascii(cell) for cell in cells]))
    stream = io.BytesIO()
    names = [str(name).encode("utf-8", "replace").decode() for name in frame.columns]
    pq.write_table(pa.table(columns, names=names), stream)
    return stream.getvalue()


def tables(file: str, write: Callable[[pd.DataFrame], bytes]) -> st.SearchStrategy[Files]:
    """Return folders whose table is odd, and whose bytes may be scratched."""
    whole = frames().map(write)
    config = YAML.replace("FILE", file).encode()
    return (whole | whole.flatmap(scratched)).map(lambda content: {"c.yaml": config, file: content})


SURFACES: dict[str, tuple[st.SearchStrategy[Files], list[str]]] = {
    "check-yaml": (yaml_folders(), ["check", "c.yaml"]),
    "check-csv": (tables("t.csv", _csv), ["check", "c.yaml"]),
    "check-xlsx": (tables("t.xlsx", _workbook), ["check", "c.yaml"]),
    "check-parquet": (tables("t.parquet", _parquet), ["check", "c.yaml"]),
    "init-csv": (tables("t.csv", _csv), ["init", "t.csv", "--force"]),
    "init-xlsx": (tables("t.xlsx", _workbook), ["init", "t.xlsx", "--force"]),
    "init-parquet": (tables("t.parquet", _parquet), ["init", "t.parquet", "--force"]),
}
OPENED: list[str] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str | bytes):
        OPENED.append(os.fsdecode(arguments[0]))


def _own(path: str, folder: Path) -> bool:
    """Say whether a file may be opened: the folder's, the code's, the machine's zones, or a log of ours."""
    allowed = (
        str(folder),
        sys.prefix,
        sys.base_prefix,
        str(Path(__file__).parents[1]),
        "/dev/null",
        "/usr/share/zoneinfo",
    )
    log = f"{tempfile.gettempdir()}/mixproof-"
    return not path.startswith("/") or path.startswith((*allowed, log, "/proc/", "/sys/"))


@contextmanager
def _in_time() -> Iterator[None]:
    """Raise TimeoutError in what takes longer than it may, in seconds of the processor: what else runs does not count."""

    def late(*_: object) -> None:
        raise TimeoutError(f"not done after {MOST_SECONDS} s")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def most_memory() -> int:
    """Return the bytes that this process has had at most; the system's own account begins with its parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def broken(files: Files, words: list[str]) -> str:
    """Return which rule an input breaks, empty where none.

    Parameters
    ----------
    files : dict of str to bytes
    words : list of str
        The command; its second word is the file.

    Returns
    -------
    str
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        OPENED.clear()
        with _in_time():
            done = CliRunner().invoke(app, [words[0], str(folder / words[1]), *words[2:]])
        outside = [path for path in OPENED if not _own(path, folder)]
    moving = MOVES_TERMINAL & set(done.output)
    memory = most_memory()
    rules = {
        f"code {done.exit_code}: {done.output[-400:]}": done.exit_code not in (0, 2, 3, 4, 5, 6),
        f"opened {outside[:3]}": bool(outside),
        f"characters {sorted(map(ascii, moving))}": bool(moving),
        f"memory {memory}": memory > MOST_BYTES,
    }
    return "; ".join(rule for rule, holds in rules.items() if holds)


def fuzz(surface: str, minutes: float, number: int, found: Path | None) -> int:
    """Return how many inputs were tried; end with the first that breaks a rule.

    Parameters
    ----------
    surface : str
        A key of `SURFACES`.
    minutes : float
    number : int
        Seed; each round of inputs has the next one.
    found : pathlib.Path, optional
        Folder for an input that breaks a rule.

    Returns
    -------
    int
    """
    folders, words = SURFACES[surface]
    assert not broken(
        {"c.yaml": YAML.replace("FILE", "t.csv").encode(), "t.csv": _csv(table())}, ["check", "c.yaml"]
    )
    end, tried = time.monotonic() + 60 * minutes, 0
    while time.monotonic() < end:

        @settings(max_examples=INPUTS_A_ROUND, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @seed(number)
        @given(folders)
        def one(files: Files) -> None:
            nonlocal tried
            if time.monotonic() > end + 60:
                return
            tried += 1
            rule = broken(files, words)
            if rule and found is not None:
                found.mkdir(parents=True, exist_ok=True)
                for file, content in files.items():
                    (found / file).write_bytes(content)
            assert not rule, rule

        one()
        number += 1
    return tried


def main() -> None:
    """Fuzz one surface and print a row of the results table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("surface", choices=SURFACES)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--found", type=Path)
    given_ = parser.parse_args()
    sys.addaudithook(_watch)
    tried = fuzz(given_.surface, given_.minutes, given_.seed, given_.found)
    memory = most_memory() / 1024**2
    print(f"| {given_.surface} | {given_.seed} | {given_.minutes:g} | {tried:,} | {memory:.0f} | none |")


if __name__ == "__main__":
    main()
