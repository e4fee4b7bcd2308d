"""A first config from a user's own table: commented YAML that validates, and every guess in a sentence."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.faults import FAULTS
from mixproof.aggregates.init.columns import Guess, guess_columns
from mixproof.aggregates.reading.paths import safe_path
from mixproof.aggregates.reading.readers import connect, read_file
from mixproof.aggregates.report import place
from mixproof.errors import Fault, PrivacyError
from mixproof.privacy.identifiers import too_unique

PLACEHOLDER = "FILL_IN"


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted config and what was guessed for it."""

    yaml: str
    guesses: tuple[str, ...]


def draft_config(file: str, folder: Path) -> Draft:
    """Return a commented YAML for a table, and a sentence for every guess and for what could not be guessed.

    Parameters
    ----------
    file : str
        A .csv, .parquet or .xlsx table, wide or long.
    folder : pathlib.Path
        Folder that holds it.

    Raises
    ------
    ConfigError, DataError, ResourceError
        The file cannot be read.
    PrivacyError
        A column looks like a person's identifier.
    """
    connection = connect(folder)
    try:
        frame = read_file(safe_path(folder, file), file, None, connection)
    finally:
        connection.close()
    guess = guess_columns(frame)
    if guess.geo is not None and too_unique(frame[guess.geo].nunique(), len(frame)):
        what = "The column has almost as many values as rows: it names people or households, not places."
        raise PrivacyError(Fault("identifier", place(file, guess.geo), what, FAULTS["identifier"][2]))
    guess.sentences.append("The currency is taken to be EUR: change it if money is in another.")
    DataConfig.model_validate(_section(file, guess))  # what is written must validate
    return Draft(_text(file, guess), tuple(guess.sentences))


def _section(file: str, guess: Guess) -> dict[str, Any]:
    """Return the data section; what could not be guessed is marked FILL_IN."""
    table: dict[str, Any] = {"file": file, "date": guess.date or PLACEHOLDER}
    if guess.geo:
        table["geo"] = guess.geo
    if guess.channel:
        table |= {"layout": "long", "channel": guess.channel}
    section: dict[str, Any] = {"frequency": guess.frequency}
    if guess.frequency == "weekly":
        section["week_starts"] = guess.week_starts
    if guess.date_format != "%Y-%m-%d":
        section["date_format"] = guess.date_format
    section |= {"currency": "EUR", "tables": [table]}
    section["outcome"] = {"column": guess.outcome or PLACEHOLDER, "kind": guess.kind}
    if guess.value:
        section["outcome"]["value"] = guess.value
    section["channels"] = _channels(guess) or [{"name": PLACEHOLDER, "spend": PLACEHOLDER}]
    lists = {
        "organic": [{"name": n, "exposure": c} for n, c in guess.organic.items()]
        if not guess.channel
        else [],
        "treatments": [{"name": c, "column": c} for c in guess.treatments],
        "controls": [{"name": c, "column": c} for c in guess.controls],
    }
    section |= {key: entries for key, entries in lists.items() if entries}
    if guess.population:
        section["population"] = {"column": guess.population}
    return section


def _channels(guess: Guess) -> list[dict[str, str]]:
    """Return the paid channels; in a long table each label shares the columns of spend and exposure."""
    if guess.channel and guess.spend:
        spend = next(iter(guess.spend.values()))
        exposure = next(iter([*guess.exposure.values(), *guess.organic.values()]), None)
        shared = {"spend": spend} | ({"exposure": exposure} if exposure else {})
        return [{"name": label} | shared for label in guess.labels]
    return [
        {"name": name, "spend": column}
        | ({"exposure": guess.exposure[name]} if name in guess.exposure else {})
        for name, column in guess.spend.items()
    ]


_COMMENTS = {
    "frequency": "daily, weekly, monthly or yearly",
    "week_starts": "the weekday of every date",
    "date_format": "how dates are written (strptime)",
    "currency": "ISO 4217 code of all money",
    "tables": "one file or several, joined on date (and geo)",
    "outcome": "what is explained: revenue, or a count with a `value` in money",
    "channels": "paid media; `exposure` (impressions, clicks, GRPs) is optional",
    "organic": "unpaid media: a contribution, no ROI",
    "treatments": "marketing decisions that are not media",
    "controls": "what else moves the outcome; leave out what marketing itself changes",
    "population": "people per geo",
}


def _text(file: str, guess: Guess) -> str:
    """Return the YAML as text: flow style for entries, a comment for every key."""
    stem = "".join(c if c.isalnum() or c in "-_." else "-" for c in Path(file).stem).strip("-.") or "draft"
    lines = [f"# Drafted from {_comment(file)}. Guesses to check:"]
    lines += [f"#   {_comment(sentence)}" for sentence in guess.sentences]
    lines += [f"name: {_scalar(stem[:80])}", "data:"]
    for key, value in _section(file, guess).items():
        remark = f"  # {_COMMENTS[key]}"
        if isinstance(value, list):
            lines += [f"  {key}:{remark}", *(f"    - {_flow(entry)}" for entry in value)]
        elif isinstance(value, dict):
            lines.append(f"  {key}: {_flow(value)}{remark}")
        else:
            lines.append(f"  {key}: {_scalar(value)}{remark}")
    return "\n".join(lines) + "\n"


def _flow(entry: dict[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in entry.items()) + "}"


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
