"""A first config from a user's own tables: commented YAML that validates, and every guess in a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from mixproof.aggregates.init.columns import guess_columns
from mixproof.aggregates.init.experiments import drafted
from mixproof.aggregates.init.joining import Found, joined, validate
from mixproof.aggregates.reading.limits import fault
from mixproof.aggregates.reading.paths import safe_path
from mixproof.aggregates.reading.readers import connect, read_file
from mixproof.aggregates.reading.workbooks import sheet_names
from mixproof.aggregates.report import place
from mixproof.errors import DataError
from mixproof.privacy.identifiers import too_unique

_COMMENTS = {
    "frequency": "daily, weekly, monthly or yearly",
    "week_starts": "the weekday of every date",
    "date_format": "how dates are written (strptime)",
    "currency": "ISO 4217 code of all money",
    "rates": "what one unit of each other currency is worth in the currency above",
    "tables": "one file or several, joined on date (and geo)",
    "outcome": "what is explained: revenue, or a count with a `value` in money",
    "channels": "paid media; `exposure` (impressions, clicks, GRPs) is optional",
    "organic": "unpaid media: a contribution, no ROI",
    "treatments": "marketing decisions that are not media",
    "controls": "what else moves the outcome; leave out what marketing itself changes",
    "population": "people per geo",
    "missing": "what an absent row or an empty cell means",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted config and what was guessed for it."""

    yaml: str
    guesses: tuple[str, ...]


def draft_config(files: Sequence[str], folder: Path, currency: str | None = None) -> Draft:
    """Return a commented YAML for one table or several, and a sentence for every guess and for what could not be guessed.

    Parameters
    ----------
    files : sequence of str
        .csv, .parquet or .xlsx tables, wide or long, relative to `folder`; several are joined on date and geo.
    folder : pathlib.Path
        Folder that holds them.
    currency : str, optional
        ISO 4217 code of all money; by default guessed.

    Returns
    -------
    Draft

    Raises
    ------
    ConfigError, DataError, ResourceError
        A file cannot be read.
    PrivacyError
        A column looks like a person's identifier.
    """
    connection = connect(folder)
    try:
        read = [_found(file, folder, connection) for file in files]
    finally:
        connection.close()
    found = [one for one, _ in read]
    if len(files) == 1 and found[0].sheet is None:
        # The table of an experiment has a config of its own: no media-mix model reads it.
        test = drafted(read[0][1], found[0].guess, files[0], currency)
        if test is not None:
            sections, said = test
            return Draft(_experiment_text(files[0], sections, said), tuple(said))
    section, sentences = joined(found, currency)
    validate(section)
    return Draft(_text(files, section, sentences), tuple(sentences))


def _found(file: str, folder: Path, connection: duckdb.DuckDBPyConnection) -> tuple[Found, pd.DataFrame]:
    """Return what a file seems to hold, and its table: of a workbook, the sheet of most numbers that has dates."""
    path = safe_path(folder, file)
    frame = read_file(path, file, None, connection) if path.suffix.lower() != ".xlsx" else None
    sheet = None
    if frame is None:
        frame, sheet = _sheet(path, file, connection)
    guess = guess_columns(frame)
    if guess.geo is not None and too_unique(frame[guess.geo].nunique(), len(frame)):
        what = "The column has almost as many values as rows: it names people or households, not places."
        raise fault("identifier", place(file, guess.geo), what)
    if sheet is not None:
        guess.sentences.insert(0, f"The sheet `{sheet}` of the workbook holds the table.")
    return Found(file, sheet, tuple(map(str, frame.columns)), guess), frame


def _sheet(path: Path, file: str, connection: duckdb.DuckDBPyConnection) -> tuple[pd.DataFrame, str | None]:
    """Return the table of a workbook and the name of its sheet; no name where it is the first.

    Raises
    ------
    DataError
        No sheet can be read.
    """
    names = sheet_names(path, file)
    tables: dict[str, pd.DataFrame] = {}
    refused = None
    for name in names:
        try:
            tables[name] = read_file(path, file, name, connection)
        except DataError as error:
            refused = refused or error
    if not tables:
        raise refused or fault("empty-table", file, "No sheet of the workbook has rows.")

    def promise(name: str) -> tuple[bool, int]:
        guess = guess_columns(tables[name])
        return guess.date is not None, tables[name].shape[1] - len(guess.unused)

    best = max(tables, key=promise)
    return tables[best], best if best != names[0] else None


def _text(files: Sequence[str], section: Mapping[str, Any], sentences: Sequence[str]) -> str:
    """Return the YAML of a data section: what was guessed at its head, a comment for every key, entries in flow style.

    The first table names the config.
    """
    lines = [*_head(files, sentences), "data:"]
    for key, value in section.items():
        remark = f"  # {_COMMENTS[key]}"
        if isinstance(value, list):
            lines += [f"  {key}:{remark}", *(f"    - {_flow(entry)}" for entry in value)]
        else:
            lines.append(f"  {key}: {_flow(value)}{remark}")
    return "\n".join(lines) + "\n"


def _head(files: Sequence[str], sentences: Sequence[str]) -> list[str]:
    """Return the first lines of a config: what was guessed, and its name."""
    stem = "".join(c if c.isalnum() or c in "-_." else "-" for c in Path(files[0]).stem)
    stem = stem.strip("-.") or "draft"
    lines = [f"# Drafted from {_comment(', '.join(files))}. Guesses to check:"]
    lines += [f"#   {_comment(sentence)}" for sentence in sentences]
    return [*lines, f"name: {_scalar(stem[:80])}"]


def _experiment_text(file: str, sections: Mapping[str, Any], sentences: Sequence[str]) -> str:
    """Return the YAML of an experiment: one key a line down to its entries."""
    lines = _head([file], sentences)
    for name, section in sections.items():
        lines.append(f"{name}:")
        for key, value in section.items():
            if not isinstance(value, list):
                lines.append(f"  {key}: {_flow(value)}")
                continue
            lines.append(f"  {key}:")
            for entry in value:
                first, *rest = entry.items()
                lines.append(f"    - {first[0]}: {_flow(first[1])}")
                lines += [f"      {inner}: {_flow(part)}" for inner, part in rest]
    return "\n".join(lines) + "\n"


def _flow(value: object) -> str:
    """Return a value in flow style."""
    if isinstance(value, list):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    return _scalar(value)


def _scalar(value: object) -> str:
    """Return a YAML scalar; anything but a plain word is quoted, so that NO, 1e3 and {{ }} stay text."""
    text = str(value)
    plain = text.isascii() and text.replace("_", "").isalnum() and text[0].isalpha()
    if plain and text.lower() not in {"no", "yes", "on", "off", "true", "false", "null", "y", "n"}:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)
