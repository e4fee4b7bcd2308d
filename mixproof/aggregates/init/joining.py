"""What several tables are together: one data section, its tables joined on date and geo, each column named with its table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mixproof.aggregates.config import LONGEST_NAME, DataConfig
from mixproof.aggregates.init.columns import Guess
from mixproof.aggregates.panel import Frequency
from mixproof.yaml.validation import PLACEHOLDER


def _most(key: str) -> int:
    """Return how many entries of a list a data section can hold."""
    return next(
        limit.max_length for limit in DataConfig.model_fields[key].metadata if hasattr(limit, "max_length")
    )


MOST = {key: _most(key) for key in ("channels", "organic", "treatments", "controls")}
"""How many entries of a kind a config can hold."""
_GRAINS: tuple[Frequency, ...] = ("daily", "weekly", "monthly", "yearly")


@dataclass(frozen=True, slots=True)
class Found:
    """A file, the sheet that holds its table where it is a workbook, its columns and what they seem to be."""

    file: str
    sheet: str | None
    columns: tuple[str, ...]
    guess: Guess


def joined(found: Sequence[Found], currency: str | None) -> tuple[dict[str, Any], list[str]]:
    """Return the data section of all tables, and the sentences of what was guessed.

    Parameters
    ----------
    found : sequence of Found
        The tables.
    currency : str or None
        ISO 4217 code of all money; None to guess it.

    Returns
    -------
    tuple of (dict, list of str)
        What could not be guessed is marked FILL_IN.
    """
    several = len(found) > 1
    sentences = _sentences(found)
    lead = next((one.guess for one in found if one.guess.date), found[0].guess)
    dated = [one.guess for one in found if one.guess.date] or [lead]
    frequency = max((guess.frequency for guess in dated), key=_GRAINS.index)
    weeks = next((g.week_starts for g in dated if g.frequency == "weekly"), lead.week_starts)
    money, said = _money(found, currency)
    section: dict[str, Any] = {"frequency": frequency}
    if frequency == "weekly":
        section["week_starts"] = weeks
    if lead.date_format != "%Y-%m-%d":
        section["date_format"] = lead.date_format
    section["currency"] = money
    codes = {code for one in found if one.guess.currency for code in one.guess.codes} - {money}
    if codes:
        section["rates"] = {"fixed": dict.fromkeys(sorted(codes), PLACEHOLDER)}
        said += f" Write under `rates` what one {' and what one '.join(sorted(codes))} is worth in {money}."
    section["tables"] = [_table(one, frequency, lead.date_format) for one in found]
    measures, left_out = _measures(found)
    section |= measures
    sentences += left_out
    if any(one.guess.gaps for one in found):
        section["missing"] = {"spend": "zero", "exposure": "zero"}
    if several:
        sentences.append(_join(found))
    sentences += _unsaid(found, section) if several else []
    return section, [*sentences, said]


def _sentences(found: Sequence[Found]) -> list[str]:
    """Return the sentences of the tables; what one table lacks and another has is not missed."""
    if len(found) == 1:
        return list(found[0].guess.sentences)
    here = (
        ("an outcome", any(one.guess.outcome for one in found)),
        ("spend", any(one.guess.spend for one in found)),
    )
    needless = tuple(f"No column looks like {what}:" for what, there in here if there)
    return [
        f"{one.file}: {said}"
        for one in found
        for said in one.guess.sentences
        if not (needless and said.startswith(needless))
    ]


def _money(found: Sequence[Found], currency: str | None) -> tuple[str, str]:
    """Return the currency of the panel and what is said about it."""
    if currency is not None:
        return currency, f"The currency is {currency}, as given."
    marks = sorted({code for one in found if not one.guess.currency for code in one.guess.codes})
    if len(marks) == 1:
        return marks[0], f"The currency is taken to be {marks[0]}, by the marks beside the amounts."
    codes = sorted({code for one in found for code in one.guess.codes})
    if len(codes) == 1:
        return codes[0], f"The currency is {codes[0]}, as the column of currencies says."
    return "EUR", "The currency is taken to be EUR: change it if money is in another, or give --currency."


def _table(one: Found, frequency: Frequency, date_format: str) -> dict[str, Any]:
    """Return the entry of a file under `tables`."""
    guess = one.guess
    entry: dict[str, Any] = {"file": one.file}
    if one.sheet is not None:
        entry["sheet"] = one.sheet
    entry["date"] = guess.date or PLACEHOLDER
    if guess.geo:
        entry["geo"] = guess.geo
    if guess.channel:
        entry |= {"layout": "long", "channel": guess.channel}
    if guess.date and guess.date_format != date_format:
        entry["date_format"] = guess.date_format
    told = {"decimal": guess.decimal == ",", "dates_mark": guess.dates_mark == "end"}
    entry |= {key: getattr(guess, key) for key, differs in told.items() if differs}
    if guess.date and guess.frequency == "daily" and frequency != "daily":
        entry["rows_are"] = "daily"
    if guess.duplicates:
        entry["duplicates"] = "sum"
    if guess.currency:
        entry["currency"] = guess.currency
    return entry


def _measures(found: Sequence[Found]) -> tuple[dict[str, Any], list[str]]:
    """Return outcome, channels, organic media, treatments, controls and population of all tables, and what was left out."""
    twice = {
        name for name, count in Counter(name for one in found for name in one.columns).items() if count > 1
    }

    def entry(one: Found, **columns: str | None) -> dict[str, Any]:
        given = {key: value for key, value in columns.items() if value is not None}
        return given | ({"table": one.file} if twice & set(given.values()) else {})

    source = next((one for one in found if one.guess.outcome), None)
    outcome = {"column": PLACEHOLDER, "kind": found[0].guess.kind}
    if source is not None:
        guess = source.guess
        outcome = entry(source, column=guess.outcome, kind=guess.kind, value=guess.value)
    lists: dict[str, list[dict[str, Any]]] = {
        key: [] for key in ("channels", "organic", "treatments", "controls")
    }
    for one in found:
        guess = one.guess
        lists["channels"] += [entry(one, **channel) for channel in _channels(guess)]
        if not guess.channel:
            lists["organic"] += [entry(one, name=n, exposure=c) for n, c in guess.organic.items()]
        lists["treatments"] += [entry(one, name=c, column=c) for c in guess.treatments]
        lists["controls"] += [entry(one, name=c, column=c) for c in guess.controls]
    said = [sentence for key in MOST for sentence in _within_limits(key, lists[key])]
    _keep_first(lists["channels"], lists["organic"])
    _keep_first(lists["treatments"], lists["controls"])
    lists["channels"] = lists["channels"] or [{"name": PLACEHOLDER, "spend": PLACEHOLDER}]
    people = next((one for one in found if one.guess.population), None)
    population = {"population": entry(people, column=people.guess.population)} if people else {}
    return {"outcome": outcome} | {
        key: entries for key, entries in lists.items() if entries
    } | population, said


def _within_limits(key: str, entries: list[dict[str, Any]]) -> Iterator[str]:
    """Shorten names, and leave out in place what is beyond the number that a config can hold; yield what was done."""
    long = [one for one in entries if len(one["name"]) > LONGEST_NAME]
    for number, one in enumerate(long, 1):
        one["name"] = f"{one['name'][: LONGEST_NAME - 8].rstrip()} {number}"
        yield f"A name under `{key}` was shortened to `{one['name']}`: it has over {LONGEST_NAME} letters."
    if len(entries) > MOST[key]:
        yield (
            f"Only the first {MOST[key]} of {len(entries)} columns that look like {key} were taken, the most that a "
            "config can hold: leave out what the model does not need."
        )
        del entries[MOST[key] :]


def _channels(guess: Guess) -> list[dict[str, str]]:
    """Return the paid channels; in a long table each label shares the columns of spend and exposure."""
    if guess.channel and guess.spend:
        spend = next(iter(guess.spend.values()))
        exposure = next(iter([*guess.exposure.values(), *guess.organic.values()]), None)
        shared = {"spend": spend} | ({"exposure": exposure} if exposure else {})
        return [
            {"name": label, **({"label": label} if len(label) > LONGEST_NAME else {})} | shared
            for label in guess.labels
        ]
    return [
        {"name": name, "spend": column}
        | ({"exposure": guess.exposure[name]} if name in guess.exposure else {})
        for name, column in guess.spend.items()
    ]


def _keep_first(*lists: list[dict[str, Any]]) -> None:
    """Leave out of the lists, in place, what has the name of an earlier entry."""
    seen: set[str] = set()
    for entries in lists:
        first: dict[str, dict[str, Any]] = {}
        for one in entries:
            first.setdefault(one["name"].casefold(), one)
        entries[:] = [one for name, one in first.items() if name not in seen]
        seen |= set(first)


def _join(found: Sequence[Found]) -> str:
    """Return the sentence on what the tables are joined on."""
    keys = "; ".join(
        f"{one.file} by `{one.guess.date or PLACEHOLDER}`"
        + (f" and `{one.guess.geo}`" if one.guess.geo else "")
        for one in found
    )
    return (
        f"The tables are joined on the period{' and geo' if any(o.guess.geo for o in found) else ''}: {keys}."
    )


def _unsaid(found: Sequence[Found], section: dict[str, Any]) -> list[str]:
    """Return sentences on what of the single tables does not hold for all of them."""
    source = next((one for one in found if one.guess.outcome), None)
    others = [f"`{o.guess.outcome}` of {o.file}" for o in found if o.guess.outcome and o is not source]
    said = [f"Other columns that look like outcomes are left out: {', '.join(others)}."] if others else []
    if {one.guess.frequency for one in found if one.guess.date} - {section["frequency"], "daily"}:
        said.append(f"Rows of several lengths of period meet: the panel is {section['frequency']}.")
    return said


def validate(section: dict[str, Any]) -> None:
    """Raise unless a drafted data section is valid once its places to fill in are filled."""
    rated = dict.fromkeys(section.get("rates", {}).get("fixed", {}), 1.0)
    DataConfig.model_validate(section | ({"rates": {"fixed": rated}} if rated else {}))
