"""What the columns of an unknown table seem to be, by their names and values: guesses, each with its reason."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from mixproof.aggregates.calendar import WEEKDAYS, last_day_to_start, read_stamps
from mixproof.aggregates.config import LONGEST_COLUMN, DataConfig, TableSource, Weekday
from mixproof.aggregates.contract.outcomes import NEARLY_EQUAL, names_an_outcome
from mixproof.aggregates.panel import Frequency
from mixproof.aggregates.reading.keys import ODD_ROWS
from mixproof.aggregates.reading.numbers import as_numbers

DATE_FORMATS = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%Y%m%d",
    "%G-W%V",
    "%Y-%m",
    "%d-%m-%Y",
    "%b-%y",
    "%b %y",
    "%b-%Y",
    "%b %Y",
    "%B %Y",
    "%m/%Y",
    "%d-%b-%y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
)
_SPEND = re.compile(
    r"(^|[_\s-])(spend|spent|cost|costs|budget|ausgaben|kosten|investment|invest|s)$|^(spend|cost)[_\s-]",
    re.I,
)
_EXPOSURE = re.compile(
    r"(^|[_\s-])(impressions?|imps?|clicks?|grps?|trps?|views?|sends?|sent|opens|reach|i|p)$|^(impressions?|clicks?)[_\s-]",
    re.I,
)
_OUTCOME = (
    ("revenue", re.compile(r"(^|[_\s-])(revenue|sales|umsatz|gmv|turnover|bookings)([_\s-]|$)|^y$", re.I)),
    (
        "count",
        re.compile(
            r"(^|[_\s-])(conversions?|orders?|signups?|installs?|leads?|subscriptions?|purchases)$", re.I
        ),
    ),
)
_VALUE = re.compile(r"(revenue|value|price|aov)[_\s-]per[_\s-]|^aov$|average[_\s-]order[_\s-]value", re.I)
_GEO = re.compile(
    r"^(geo|region|dma|state|city|market|country|zip|postcode|bundesland|area|location)(_?(name|code|id))?$",
    re.I,
)
_CHANNEL = re.compile(r"^(channel|medium|media|platform|network|source|kanal)(_?name)?$", re.I)
_POPULATION = re.compile(r"^(population|people|inhabitants|einwohner|pop)$", re.I)
_TREATMENT = re.compile(r"(promo|promotion|discount|sale_event|coupon)", re.I)
_ORGANIC = re.compile(r"(organic|newsletter|email|crm|push|social_posts)", re.I)
_OUTSIDE = re.compile(
    r"(competitor|price|weather|temp|holiday|event|control|index|unemployment|covid|season|^d_)", re.I
)
_CURRENCY = re.compile(r"curren|währung|waehrung|devise|moneda|valuta|(^|[_\s-])(ccy|iso)($|[_\s-])", re.I)
_MARKS = (("£", "GBP"), ("€", "EUR"), ("$", "USD"), ("₹", "INR"), ("₺", "TRY"), ("zł", "PLN"))
_ODD_SHARE = 0.05
"""Share of rows without a date that a table may have and its dates still be known."""
_RUNNING = re.compile(r"^(\(index\)|index|id|row|t|dayofyear|unnamed.*|week_?number|month|quarter)$", re.I)


@dataclass(slots=True)
class Guess:
    """What a table seems to hold, and a sentence for each guess."""

    date: str | None = None
    date_format: str = "%Y-%m-%d"
    dates_mark: Literal["start", "end"] = "start"
    decimal: Literal[".", ","] = "."
    currency: str | None = None
    codes: list[str] = field(default_factory=list)
    duplicates: bool = False
    gaps: bool = False
    frequency: Frequency = "weekly"
    week_starts: Weekday = "monday"
    geo: str | None = None
    channel: str | None = None
    labels: list[str] = field(default_factory=list)
    outcome: str | None = None
    kind: str = "revenue"
    value: str | None = None
    spend: dict[str, str] = field(default_factory=dict)
    exposure: dict[str, str] = field(default_factory=dict)
    organic: dict[str, str] = field(default_factory=dict)
    treatments: list[str] = field(default_factory=list)
    controls: list[str] = field(default_factory=list)
    population: str | None = None
    moved: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)


def guess_columns(frame: pd.DataFrame) -> Guess:
    """Return what the columns of a raw table seem to be."""
    guess = Guess()
    names = [str(name) for name in frame.columns if len(str(name)) <= LONGEST_COLUMN]
    long = [f"`{str(name)[:30]} ...`" for name in frame.columns if len(str(name)) > LONGEST_COLUMN]
    if long:
        guess.sentences.append(
            f"Left out, because their names have over {LONGEST_COLUMN} letters: {', '.join(long[:5])}"
            f"{f' and {len(long) - 5} more' if len(long) > 5 else ''}."
        )
    _guess_date(frame, names, guess)
    _guess_keys(frame, [n for n in names if n != guess.date], guess)
    _guess_currency(frame, [n for n in names if n not in (guess.date, guess.geo, guess.channel)], guess)
    taken = {guess.date, guess.geo, guess.channel, guess.currency}
    rest = [n for n in names if n not in taken]
    points, commas = ([n for n in rest if _numeric(frame[n], mark)] for mark in (".", ","))
    if len(commas) > len(points):
        guess.decimal = ","
        guess.sentences.append("Numbers are written with a decimal comma.")
    numeric = [n for n in rest if _numeric(frame[n], guess.decimal)]
    guess.unused = [n for n in names if n not in taken and n not in numeric]
    if guess.unused:
        guess.sentences.append(f"Columns that hold text are left out: {', '.join(guess.unused)}.")
    _guess_measures(numeric, guess)
    if guess.channel and guess.date:
        _guess_rows(frame, guess)
    _leave_out_what_equals_the_outcome(frame, guess)
    _say(guess)
    return guess


def _numeric(column: pd.Series, decimal: Literal[".", ","] = ".") -> bool:
    numbers = as_numbers(column, decimal)
    return bool(not numbers.text.any() and np.isfinite(numbers.values).any())


def _guess_date(frame: pd.DataFrame, names: Sequence[str], guess: Guess) -> None:
    """Find the column whose values are dates in one format; ambiguous day and month are said."""
    preferred = sorted(
        names, key=lambda n: not re.search(r"date|week|day|time|month|year|datum|woche|period", n, re.I)
    )
    for name in preferred:
        column = frame[name].dropna()
        if column.empty:
            continue
        formats = [form for form in DATE_FORMATS if _parses(column, form, "weekly")]
        yearly = re.search(r"year|jahr", name, re.I) and _parses(column, "%Y", "yearly")
        if not formats and not yearly:
            continue
        guess.date, guess.date_format = name, formats[0] if formats else "%Y-%m-%d"
        guess.sentences.append(
            f"`{name}` is the date" + (f", written as {guess.date_format}." if formats else ", a year.")
        )
        written = [cell for cell in column if isinstance(cell, str)]
        if written and {"%d/%m/%Y", "%m/%d/%Y"} <= set(formats):
            guess.sentences.append("Day and month cannot be told apart in these dates: check `date_format`.")
        _guess_frequency(column, guess, bool(yearly))
        _say_odd_rows(column, guess)
        return
    guess.sentences.append("No column could be read as a date: write its name and `date_format` yourself.")


def _stub(form: str, frequency: Frequency) -> DataConfig:
    return DataConfig.model_validate(
        {
            "frequency": frequency,
            "currency": "EUR",
            "date_format": form,
            "tables": [{"file": "t", "date": "d"}],
            "outcome": {"column": "y", "kind": "revenue"},
            "channels": [{"name": "x", "spend": "x"}],
        }
    )


def _parses(column: pd.Series, form: str, frequency: Frequency) -> bool:
    if column.dtype.kind in "if" and frequency != "yearly":
        return False
    config = _stub(form, frequency)
    stamps = read_stamps(column, TableSource(file="t", date="d"), config)
    odd = stamps.trouble != ""
    most = min(ODD_ROWS, _ODD_SHARE * len(column))
    return bool(odd.sum() <= most) and len(np.unique(stamps.day[~odd])) > 1


def _dated(frame: pd.DataFrame, guess: Guess) -> np.ndarray:
    """Return which rows have a date, shape (row,): all where no column is one."""
    if guess.date is None:
        return np.ones(len(frame), dtype=bool)
    config = _stub(guess.date_format, guess.frequency)
    dated: np.ndarray = read_stamps(frame[guess.date], TableSource(file="t", date="d"), config).trouble == ""
    return dated


def _say_odd_rows(column: pd.Series, guess: Guess) -> None:
    """Name the rows that have no date among many that have one."""
    config = _stub(guess.date_format, guess.frequency)
    odd = read_stamps(column, TableSource(file="t", date="d"), config).trouble != ""
    if odd.any():
        lines = ", ".join(str(int(i) + 2) for i in column.index[odd])
        guess.sentences.append(
            f"Rows without a date, as totals and notes are (line {lines}): remove them from the file."
        )


def _guess_frequency(column: pd.Series, guess: Guess, yearly: bool) -> None:
    """Guess the length of a period from the commonest distance between dates, and the day on which weeks begin."""
    config = _stub(guess.date_format, "yearly" if yearly else "weekly")
    days = np.unique(read_stamps(column, TableSource(file="t", date="d"), config).day)
    days = days[~np.isnat(days)]
    step = int(np.median(np.diff(days).astype(int)))
    bounds: tuple[tuple[int, Frequency], ...] = ((1, "daily"), (8, "weekly"), (31, "monthly"))
    guess.frequency = next((name for most, name in bounds if step <= most), "yearly")
    sentence = f"Rows are {guess.frequency}: dates mostly lie {step} day{'s' * (step != 1)} apart."
    if guess.frequency == "weekly":
        weekday = np.bincount((days.astype("int64") + 3) % 7, minlength=7).argmax()
        guess.week_starts = WEEKDAYS[int(weekday)]
        sentence += f" Dates are {guess.week_starts.title()}s, taken as the first day of the week."
    if guess.frequency == "monthly" and (last_day_to_start(days, "monthly") != days).all():
        guess.dates_mark = "end"
        sentence += " Dates are the last day of their month."
    guess.sentences.append(sentence)


def _guess_keys(frame: pd.DataFrame, names: Iterable[str], guess: Guess) -> None:
    """Find the geo and the channel column: few distinct texts, by name first."""
    for name in names:
        if _CHANNEL.match(name) and not _numeric(frame[name]):
            guess.channel = name
            guess.labels = sorted({str(v).strip() for v in frame[name].dropna()})
            guess.sentences.append(
                f"`{name}` names the channel, so the table is long ({len(guess.labels)} channels)."
            )
        elif _GEO.match(name) and guess.geo is None:
            guess.geo = name
            guess.sentences.append(f"`{name}` is the geo ({frame[name].nunique()} values).")


def _guess_currency(frame: pd.DataFrame, names: Iterable[str], guess: Guess) -> None:
    """Find a column of currency codes, or the mark of money that amounts are written with."""
    for name in names:
        cells = {str(cell).strip() for cell in frame[name].dropna().unique()[:100]}
        if _CURRENCY.search(name) and cells and all(re.fullmatch("[A-Z]{3}", cell) for cell in cells):
            guess.currency, guess.codes = name, sorted(cells)
            guess.sentences.append(f"`{name}` is the currency of the row's money ({', '.join(guess.codes)}).")
            return
        written = " ".join(cells)
        marks = [code for mark, code in _MARKS if mark in written and re.search(r"\d", written)]
        if len(marks) == 1 and not guess.codes and _numbered(cells):
            guess.codes = marks


def _numbered(cells: Iterable[str]) -> bool:
    """Return whether all texts hold digits and at most a mark or code of money beside them."""
    return all(re.search(r"\d", cell) and len(re.findall(r"[^\W\d_]", cell)) <= 3 for cell in cells)


def _guess_rows(frame: pd.DataFrame, guess: Guess) -> None:
    """Find out whether a long table has several rows for a date and channel, and none for others."""
    keys = [name for name in (guess.date, guess.geo, guess.channel) if name]
    rows = frame[keys].dropna()
    distinct = rows.drop_duplicates()
    if len(distinct) < len(rows):
        guess.duplicates = True
        guess.sentences.append("Several rows stand for one date and channel: they are added up.")
    if len(distinct) < np.prod([distinct[name].nunique() for name in keys]):
        guess.gaps = True
        guess.sentences.append(
            "Some channels have no row on some dates: nothing is taken to have been spent then."
        )


def _guess_measures(numeric: Sequence[str], guess: Guess) -> None:
    """Sort the columns of numbers into outcome, spend, exposure, treatments, controls and population."""
    rest = [n for n in numeric if not _RUNNING.match(n)]
    guess.unused += [n for n in numeric if n not in rest]
    if len(rest) < len(numeric):
        guess.sentences.append(f"Counters are left out: {', '.join(n for n in numeric if n not in rest)}.")
    guess.population = next((n for n in rest if _POPULATION.match(n)), None)
    guess.value = next((n for n in rest if _VALUE.search(n)), None)
    rest = [n for n in rest if n not in (guess.population, guess.value)]
    _guess_outcome([n for n in rest if not _OUTSIDE.search(n)], guess)
    others = [n for n in rest if n != guess.outcome and _is_outcome(n)]
    if others:
        guess.unused += others
        guess.sentences.append(f"Other outcomes are left out, as marketing moves them: {', '.join(others)}.")
    rest = [n for n in rest if n not in (guess.outcome, *others)]
    for name in rest:
        stem = _stem(name)
        if _ORGANIC.search(name) and not _SPEND.search(name):
            guess.organic[stem] = name
        elif _SPEND.search(name):
            guess.spend[stem] = name
        elif _EXPOSURE.search(name):
            guess.exposure[stem] = name
        elif names_an_outcome(name):
            guess.moved.append(name)
        elif _TREATMENT.search(name):
            guess.treatments.append(name)
        elif _OUTSIDE.search(name):
            guess.controls.append(name)
        elif re.search(
            r"^x\d+$|advert|media|(^|_)(tv|radio|print|ooh|facebook|google|youtube|search|display)",
            name,
            re.I,
        ):
            guess.spend[stem] = name
        else:
            guess.controls.append(name)
    _pair(guess)


def _leave_out_what_equals_the_outcome(frame: pd.DataFrame, guess: Guess) -> None:
    """Leave out regressors whose changes are the outcome's; with several geos or channels rows are not in order of time."""
    if guess.outcome is None or guess.geo or guess.channel:
        return
    frame = frame[_dated(frame, guess)]
    outcome = np.diff(as_numbers(frame[guess.outcome], guess.decimal).values)
    for names in (guess.controls, guess.treatments):
        for name in list(names):
            change = np.diff(as_numbers(frame[name], guess.decimal).values)
            seen = np.isfinite(change) & np.isfinite(outcome)
            if seen.sum() < 8 or not np.ptp(change[seen]) > 0 or not np.ptp(outcome[seen]) > 0:
                continue
            common = float(np.corrcoef(change[seen], outcome[seen])[0, 1])
            if common > 0 and common**2 >= NEARLY_EQUAL:
                names.remove(name)
                guess.moved.append(name)


def _guess_outcome(names: Sequence[str], guess: Guess) -> None:
    order = (
        reversed(_OUTCOME) if guess.value else iter(_OUTCOME)
    )  # a worth per order makes orders the outcome
    for kind, pattern in order:
        found = [n for n in names if pattern.search(n) and not _SPEND.search(n)]
        if found:
            guess.outcome, guess.kind = found[0], kind
            break
    if guess.kind == "revenue":
        guess.value = None


def _is_outcome(name: str) -> bool:
    """Return whether a column has the name of an outcome, and not of something outside of marketing."""
    named = any(pattern.search(name) for _, pattern in _OUTCOME)
    return named and not any(other.search(name) for other in (_SPEND, _OUTSIDE, _EXPOSURE, _ORGANIC))


def _stem(name: str) -> str:
    """Return the channel's name in a column's name: tv in tv_spend, spend_tv and tv_S."""
    cut = _EXPOSURE.sub("", _SPEND.sub("", name)) or name
    return cut.strip("_- ") or name


def _pair(guess: Guess) -> None:
    """Match exposures to spend by the channel's name; exposure without spend is organic."""
    for stem in list(guess.exposure):
        partner = next((s for s in guess.spend if s == stem or s == stem.rsplit("_", 1)[0]), None)
        if partner is None:
            guess.organic[stem] = guess.exposure.pop(stem)
        elif partner != stem:
            guess.exposure[partner] = guess.exposure.pop(stem)


def _say(guess: Guess) -> None:
    """Add a sentence for every guess about measures, and for what could not be guessed."""
    said = guess.sentences
    if guess.outcome:
        worth = f", each worth `{guess.value}`" if guess.value else ""
        said.append(f"`{guess.outcome}` is the outcome ({guess.kind}{worth}).")
    else:
        said.append("No column looks like an outcome: write it under `outcome`.")
    said.append(
        f"Paid channels by spend: {', '.join(guess.spend.values())}."
        if guess.spend
        else "No column looks like spend: write your channels under `channels`."
    )
    if guess.exposure:
        said.append(f"Exposure that drives the response: {', '.join(guess.exposure.values())}.")
    if guess.organic:
        said.append(f"Media without spend, taken as organic: {', '.join(guess.organic.values())}.")
    if guess.treatments:
        said.append(f"Treatments (promotions): {', '.join(guess.treatments)}.")
    if guess.moved:
        said.append(
            f"Left out, because marketing itself moves them, so that as controls they would take its effect away: "
            f"{', '.join(guess.moved)}."
        )
    if guess.controls:
        said.append(f"All other numbers are taken as controls: {', '.join(guess.controls)}.")
    if guess.population:
        said.append(f"`{guess.population}` is the population.")
