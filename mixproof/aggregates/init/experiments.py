"""A first config from the table of an experiment: sums by arm become a holdout, outcomes by geo a test or the plan of one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mixproof.aggregates.calendar import read_stamps
from mixproof.aggregates.config import DataConfig, TableSource
from mixproof.aggregates.init.columns import Guess
from mixproof.aggregates.reading.numbers import as_numbers

_ARM = re.compile(
    r"^((experiment|exp|test|study|ab|a_b|treatment|assigned)_?)?"
    r"(arm|variant|variation|group|bucket|treatment|gruppe|branch|cell)(_?(name|id|label))?$|^(is_)?treated$"
)
_CONTROL = re.compile(
    r"control|kontroll|hold[\s_-]?out|held[\s_-]?out|placebo|^(no|none|off|without)\b|^(0|false)$", re.I
)
_NAMED_CONTROL = re.compile(r"control|kontroll|hold[\s_-]?out|held[\s_-]?out|placebo", re.I)
_AROUND = re.compile(
    r"^(number_of|num|no_of|nr_of|total|unique|distinct|count_of|sum_of|of)_|_(count|total|sum|number)$"
)
"""Words of a header that say only that it counts or adds up."""
_ORDERS = re.compile(r"^(orders?|purchases?|bestellungen|transactions)$")
"""What is counted once an order, not once a person."""
_COUNTS: Mapping[str, re.Pattern[str]] = {
    "users": re.compile(
        r"^(users?|people|persons|assigned|visitors|customers|n|size|recipients|participants|nutzer|kunden|"
        r"(assigned|test)_users|(users?|people|customers)_assigned|sample_size)$"
    ),
    "converters": re.compile(
        r"^(converters?|converted|conversions?|buyers|purchasers|orderers|"
        r"(customers|users|people)_converted|(converted|converting|buying)_(users|people|customers)|kaeufer|käufer)$"
    ),
    "revenue": re.compile(r"^(revenue|sales|umsatz|gmv)$"),
    "revenue_squared": re.compile(r"^(revenue|sales|umsatz|gmv)[_\s-]?(squared?|sq|2)$"),
    "covariate": re.compile(r"^(before|pre|pre_?revenue|covariate)$"),
    "covariate_squared": re.compile(r"^(before|pre|pre_?revenue|covariate)_(squared?|sq)$"),
    "covariate_revenue": re.compile(r"^(before|pre|covariate)_revenue$"),
    "covariate_converters": re.compile(r"^(before|pre|covariate)_converters$"),
    "exposed": re.compile(r"^exposed(_users)?$"),
    "exposed_converters": re.compile(r"^exposed_converters$"),
    "exposed_revenue": re.compile(r"^exposed_revenue$"),
}
_DAY = re.compile(r"^(day|entry_?day|entered|cohort|date|datum|tag)$", re.I)
_STRATUM = re.compile(r"^(stratum|strata|segment|market|country|platform|device)$", re.I)
_TREATED = re.compile(r"^(treated|test|exposed|active|on)$", re.I)
_YES = {"true": 1.0, "yes": 1.0, "ja": 1.0, "false": 0.0, "no": 0.0, "nein": 0.0}
_MOST_ARMS = 21
_FEWEST_GEOS = 6
"""Below these no set of geos has enough others to be compared with."""


def drafted(
    frame: pd.DataFrame, guess: Guess, file: str, currency: str | None
) -> tuple[dict[str, Any], list[str]] | None:
    """Return the sections of a config for the table of an experiment, and what was guessed.

    Parameters
    ----------
    frame : pandas.DataFrame
        The raw table.
    guess : Guess
        What its columns seem to be.
    file : str
        Its name, as the YAML will give it.
    currency : str or None
        ISO 4217 code of all money; by default what the table's amounts are marked with, else EUR, and that is said.

    Returns
    -------
    tuple of (dict, list of str), or None
        None where the table is not one of an experiment: sums by arm, or an outcome by geo and date with one spend at most.
    """
    money = currency or (guess.codes[0] if len(guess.codes) == 1 else "EUR")
    said = (
        []
        if currency or guess.codes
        else [f"No amount says its currency: {money} is taken; give --currency."]
    )
    found = _holdout(frame, guess, file) or _geo(frame, guess, file)
    if found is None:
        return None
    section, body, sentences = found
    return {section: {"currency": money, **body}}, [*sentences, *said]


def _holdout(frame: pd.DataFrame, guess: Guess, file: str) -> tuple[str, dict[str, Any], list[str]] | None:
    names = [str(name) for name in frame.columns]
    columns = {
        role: name
        for role, form in _COUNTS.items()
        if (name := next((n for n in names if form.match(_plain(n))), None)) is not None
    }
    orders = next((name for name in names if _ORDERS.match(_plain(name))), None)
    if "converters" not in columns and orders is not None:
        columns["converters"] = orders
    arm = _arm(frame, [name for name in names if name not in columns.values()])
    if arm is None or not {"users", "converters"} <= set(columns):
        return None
    columns = {"arm": arm, **_whole(columns)}
    for role, form in (("day", _DAY), ("stratum", _STRATUM)):
        name = next((n for n in names if form.match(_plain(n)) and n not in columns.values()), None)
        if name is not None:
            columns[role] = name
    people = (
        pd.Series(as_numbers(frame[columns["users"]], guess.decimal).values)
        .groupby(frame[arm].astype(str))
        .sum()
    )
    arms = [str(name) for name in people.index]
    control = next((name for name in arms if _CONTROL.search(name)), str(people.idxmin()))
    shares = _shares([float(people[name]) for name in arms])
    treated = [
        {"name": name, "share": share} for name, share in zip(arms, shares, strict=True) if name != control
    ]
    experiment = {
        "name": "holdout",
        "kind": "holdout",
        "channels": ["media"],
        "table": file,
        **({"decimal": ","} if guess.decimal == "," else {}),
        "columns": columns,
        "control": {"name": control, "share": shares[arms.index(control)]},
        "arms": treated,
    }
    sentences = [
        f"A table of sums by arm: {', '.join(f'`{name}` is {role}' for role, name in columns.items())}.",
        f"{control!r} is taken as the arm without the treatment.",
        "Shares are those of the people in the table. Give the shares that the assignment intended: only then can people who "
        "ended up in the wrong arm show.",
        "The channel is called media: name the channel that was tested, and give start, end and the spend of each arm.",
    ]
    if columns["converters"] == orders:
        sentences.append(
            f"`{orders}` is taken as people who ordered: give people, each once, if some ordered twice."
        )
    if "revenue" not in columns and any(_COUNTS["revenue"].match(_plain(name)) for name in names):
        sentences.append("Revenue is left out: without a column of its squares it has no interval.")
    return "lift", {"experiments": [experiment]}, sentences


def _plain(header: str) -> str:
    """Return a header in small letters and underscores, without units in brackets and words that only say "count"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", re.sub(r"[(\[].*?[)\]]", "", header))
    found = re.sub(r"[\W_]+", "_", words).strip("_").lower()
    return _AROUND.sub("", found) or found


def _arm(frame: pd.DataFrame, names: Sequence[str]) -> str | None:
    """Return the column of arms: by its header, else the only one whose cells name a control."""
    few = [name for name in names if 2 <= frame[name].nunique() <= _MOST_ARMS]
    headed = next((name for name in few if _ARM.match(_plain(name))), None)
    named = [name for name in few if frame[name].astype(str).str.contains(_NAMED_CONTROL).any()]
    return headed or (named[0] if len(named) == 1 else None)


def _whole(columns: Mapping[str, str]) -> dict[str, str]:
    """Return the columns without those that need another one which is not there."""
    kept = dict(columns)
    needs = {
        "revenue": "revenue_squared",
        "revenue_squared": "revenue",
        "covariate": "covariate_squared",
        "covariate_squared": "covariate",
        "covariate_revenue": "covariate",
        "covariate_converters": "covariate",
        "exposed_converters": "exposed",
        "exposed_revenue": "exposed",
    }
    if not {"covariate_revenue", "covariate_converters"} & set(kept):
        kept.pop("covariate", None)
    for _ in range(2):  # what goes may take another one with it
        kept = {role: name for role, name in kept.items() if role not in needs or needs[role] in kept}
    return kept


def _shares(people: Sequence[float]) -> list[float]:
    """Return shares to a ten-thousandth that add up to 1; equal ones where an arm has no people or fewer than none."""
    if not all(
        count > 0 for count in people
    ):  # what is wrong with the table is said of the table when it is read
        people = [1.0] * len(people)
    total = sum(people)
    shares = [round(count / total, 4) for count in people]
    shares[int(np.argmax(people))] = round(shares[int(np.argmax(people))] + 1 - sum(shares), 4)
    return shares


def _geo(frame: pd.DataFrame, guess: Guess, file: str) -> tuple[str, dict[str, Any], list[str]] | None:
    if guess.geo is None or guess.date is None or guess.outcome is None or guess.channel is not None:
        return None
    if len(guess.spend) > 1 or guess.exposure or guess.frequency not in ("daily", "weekly"):
        return None
    spend = next(iter(guess.spend.values()), None)
    table: dict[str, Any] = {"file": file, "geo": guess.geo, "date": guess.date}
    table |= {"date_format": guess.date_format} if guess.date_format != "%Y-%m-%d" else {}
    table |= {"decimal": ","} if guess.decimal == "," else {}
    table |= {"outcome": guess.outcome, "outcome_kind": guess.kind} | ({"spend": spend} if spend else {})
    about = f"An outcome by geo and date: `{guess.outcome}`" + (
        f", with the spend `{spend}`." if spend else "."
    )
    test = _window(frame, guess)
    if test is not None:
        treated = [geo for cell in test.cells for geo in cell["geos"]]
        done = _intervention(frame, guess, treated, test.on)
        experiment = {
            "name": "geo test",
            "kind": "geo",
            "channels": [next(iter(guess.spend), "media")],
            "start": test.start,
            "end": test.end,
            "data": table,
            "cells": list(test.cells),
            "intervention": done,
        }
        words = [
            about,
            *test.said,
            f"Say how the geos were chosen (assignment), and what was done (intervention): {done} is taken"
            + (", as their spend moved." if spend else ", for no spend says it."),
        ]
        return "lift", {"level": 0.9, "experiments": [experiment]}, words
    geos = int(frame[guess.geo].nunique())
    if geos < _FEWEST_GEOS:
        return None
    sizes = sorted({max(1, geos // 10), max(1, geos // 5)})
    plan = {
        "name": "geo test",
        "kind": "geo",
        "data": table,
        "sizes": sizes,
        "periods": [28] if guess.frequency == "daily" else [4],
        "expected_lift": 0.05,
    }
    words = [
        about,
        "No column says which geos were treated and when, so a test is planned with it. For a test that is over, give a column "
        "that is 1 where and when a geo was treated, or write it under lift as in configs/lift_geo.yaml.",
        f"{' or '.join(map(str, sizes))} of {geos} geos are treated, to find a lift of 5 %: say what is worth finding.",
    ]
    return "design", {"plans": [plan]}, words


def _intervention(frame: pd.DataFrame, guess: Guess, treated: Sequence[str], on: np.ndarray) -> str:
    """Return what spend in the treated geos says was done; heavy_up where there is none."""
    if not guess.spend:
        return "heavy_up"
    spend = pd.Series(as_numbers(frame[next(iter(guess.spend.values()))], guess.decimal).values, frame.index)
    mine = frame[guess.geo].astype(str).isin(treated)
    during, otherwise = float(spend[on].mean()), float(spend[mine & ~on].mean())
    if during < otherwise:
        return "go_dark"
    return "new" if otherwise <= 0.1 * during else "heavy_up"


@dataclass(frozen=True, slots=True)
class _Test:
    """Who was treated and when, as a column of the table says it: cells with days of their own where they differ."""

    cells: tuple[dict[str, Any], ...]
    start: str
    end: str
    on: np.ndarray
    said: tuple[str, ...]


def _window(frame: pd.DataFrame, guess: Guess) -> _Test | None:
    """Return the test that a column of yes and no says, and the sentences about it; None where there is no such column."""
    assert guess.geo is not None and guess.date is not None
    for name in map(str, frame.columns):
        on = _treated(frame[name], guess.decimal) if _TREATED.match(name) else None
        if on is None:
            continue
        config = DataConfig.model_validate(
            {
                "frequency": guess.frequency, "week_starts": guess.week_starts, "currency": "EUR",
                "date_format": guess.date_format, "tables": [{"file": "t", "date": "d"}],
                "outcome": {"column": "y", "kind": "revenue"}, "channels": [{"name": "x", "spend": "x"}],
            }
        )  # fmt: skip
        days = pd.Series(read_stamps(frame[guess.date], TableSource(file="t", date="d"), config).day)
        geos = frame[guess.geo].astype(str).reset_index(drop=True)
        spans = days[on].groupby(geos[on]).agg(["min", "max"])
        last = pd.Timedelta(days=0 if guess.frequency == "daily" else 6)
        windows = [(str(a.date()), str((b + last).date())) for a, b in spans.itertuples(index=False)]
        groups: dict[tuple[str, str], list[str]] = {}
        for geo, window in sorted(zip(map(str, spans.index), windows, strict=True)):
            groups.setdefault(window, []).append(geo)
        start, end = min(first for first, _ in windows), max(final for _, final in windows)
        inside = ~on & (days >= geos.map(spans["min"])) & (days <= geos.map(spans["max"]))
        return _Test(_cells(groups), start, end, on, _said(name, groups, geos[inside]))
    return None


def _treated(column: pd.Series, decimal: str | None) -> np.ndarray | None:
    """Return where a column says yes; None unless it says yes and no, as 1 and 0 or in words, and nothing else."""
    if column.isna().any():
        return None
    words = column.astype(str).str.strip().str.lower().map(_YES)
    values = as_numbers(column, decimal).values if words.isna().any() else words.to_numpy(dtype=float)
    return values == 1.0 if set(np.unique(values)) == {0.0, 1.0} else None


def _cells(groups: Mapping[tuple[str, str], Sequence[str]]) -> tuple[dict[str, Any], ...]:
    """Return one cell for the geos of each window, with its days where there are several."""
    if len(groups) == 1:
        return tuple({"name": "treated", "geos": list(geos)} for geos in groups.values())
    return tuple(
        {"name": f"treated {number}", "geos": list(geos), "start": start, "end": end}
        for number, ((start, end), geos) in enumerate(sorted(groups.items()), start=1)
    )


def _said(name: str, groups: Mapping[tuple[str, str], Sequence[str]], off: pd.Series) -> tuple[str, ...]:
    """Return what was read from the column: each window with its geos, and where it says no inside one."""
    spans = [
        f"in {len(geos)} geo{'s' * (len(geos) > 1)} from {start} to {end}"
        for (start, end), geos in sorted(groups.items())
    ]
    cells = "" if len(groups) == 1 else ", a cell for each span of days"
    sentences = [f"`{name}` is 1 {', '.join(spans)}: that is taken as the test{cells}."]
    if len(off):
        sentences.append(
            f"`{name}` is 0 in {len(off)} rows between the first and the last day of a treated geo, in {off.iloc[0]!r} first: "
            "the test is taken to run through. Where there were two tests, write one experiment for each."
        )
    return tuple(sentences)
