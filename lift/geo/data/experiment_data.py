"""A geo experiment's section and its series brought together: every mismatch is a fault, all at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from lift.geo.config import Assignment, Cell, Geo
from lift.geo.data.assignment import Mechanism, complete
from lift.geo.data.assignment_file import assigned
from lift.geo.data.declared import declared_faults
from lift.geo.data.design_file import GeoDesign, read_design
from lift.geo.data.series import GeoSeries, fault, read_series
from lift.geo.data.setting import Setting
from lift.geo.estimators.table import TRIMMED_MATCH
from mixproof.errors import DataError, Fault
from mixproof.yaml.validation import nearest


@dataclass(frozen=True, slots=True)
class Units:
    """Units and money values of an experiment's outcome.

    Parameters
    ----------
    currency : str
        ISO 4217 code of every money value.
    outcome : str
        Name of the outcome.
    unit : str
        Unit of the outcome: the currency for revenue, else its name.
    value : float or None
        Money per unit of outcome; 1 for revenue.
    margin : float or None
        Profit per unit of that money.
    """

    currency: str
    outcome: str
    unit: str
    value: float | None
    margin: float | None


def _units(section: Geo, currency: str) -> Units:
    """Return units and money values of an experiment."""
    data, money = section.data, section.money
    revenue = data.outcome_kind == "revenue"
    value = 1.0 if revenue else money.value_per_conversion
    return Units(currency, data.outcome, currency if revenue else data.outcome, value, money.margin)


@dataclass(frozen=True, slots=True)
class GeoTest:
    """A geo experiment with its data.

    Parameters
    ----------
    section : Geo
    units : Units
    series : GeoSeries
    split, test, cooldown : int
        Periods before the test, in it, and after it.
    assignment : Assignment
        As stated, or as the design file says.
    design : GeoDesign or None
    unused : int
        Periods after the cool-down, which are not read.
    """

    section: Geo
    units: Units
    series: GeoSeries
    split: int
    test: int
    cooldown: int
    assignment: Assignment
    design: GeoDesign | None
    unused: int

    @property
    def randomised(self) -> bool:
        """Whether treated geos were drawn."""
        return self.assignment.kind != "chosen"


def read_test(section: Geo, folder: Path, currency: str) -> GeoTest:
    """Return the experiment with its data.

    Parameters
    ----------
    section : Geo
    folder : pathlib.Path
    currency : str
        ISO 4217 code of every money value.

    Returns
    -------
    GeoTest
        Series, the split between before and test, assignment and design file.

    Raises
    ------
    ConfigError, DataError, PrivacyError
        With every fault of the table, the design file and their match with the section.
    """
    section = assigned(section, folder)
    series = read_series(section.data, folder, section.excluded)
    design = read_design(folder, section.design) if section.design else None
    assignment = section.assignment or (
        Assignment(kind=design.assignment, groups=design.groups) if design else Assignment()
    )
    drawn = assignment.kind != "chosen"
    faults = [*_geo_faults(section, assignment, series), *_window_faults(section, series, drawn)]
    for cell in section.cells if not faults else ():
        if cell.start is not None or cell.end is not None:
            faults += _window_faults(_windowed(section, cell), series, drawn)
    if not faults:
        faults = _assignment_faults(section, assignment, series)
    if faults:
        raise DataError(faults)
    assert section.start is not None and section.end is not None and section.outcome_end is not None
    split = _period_index(series, section.start, last=False)
    test_end = _period_index(series, section.end, last=True)
    end = _period_index(series, section.outcome_end, last=True)
    assert split is not None and test_end is not None and end is not None
    test = GeoTest(
        section=section,
        units=_units(section, currency),
        series=series,
        split=split,
        test=test_end - split + 1,
        cooldown=end - test_end,
        assignment=assignment,
        design=design,
        unused=len(series.dates) - end - 1,
    )
    windows = [(own.split, own.split + own.test) for own in (cell_test(test, cell) for cell in section.cells)]
    if faults := declared_faults(section, series, windows):
        raise DataError(faults)
    return test


def cell_test(test: GeoTest, cell: Cell) -> GeoTest:
    """Return the experiment as one of its cells saw it: with the days of that cell.

    Parameters
    ----------
    test : GeoTest
    cell : Cell

    Returns
    -------
    GeoTest
        `test` itself where the cell has no days of its own.
    """
    if cell.start is None and cell.end is None:
        return test
    section = _windowed(test.section, cell)
    assert section.start is not None and section.end is not None and section.outcome_end is not None
    split = _period_index(test.series, section.start, last=False)
    last = _period_index(test.series, section.end, last=True)
    end = _period_index(test.series, section.outcome_end, last=True)
    assert split is not None and last is not None and end is not None
    return replace(
        test,
        section=section,
        split=split,
        test=last - split + 1,
        cooldown=end - last,
        unused=len(test.series.dates) - end - 1,
    )


def _windowed(section: Geo, cell: Cell) -> Geo:
    """Return the experiment with the days of one of its cells."""
    return section.model_copy(update={"start": cell.start or section.start, "end": cell.end or section.end})


def _geo_faults(section: Geo, assignment: Assignment, series: GeoSeries) -> list[Fault]:
    found = []
    place = f"{section.data.file} column {section.data.geo}"
    named = [(f"cells {cell.name}", geo) for cell in section.cells for geo in cell.geos]
    named += [("excluded", geo) for geo in section.excluded]
    named += [("assignment.groups", geo) for group in assignment.groups for geo in group]
    for key, geo in named:
        if geo not in series.geos:
            near = nearest(geo, series.geos)
            text = f"{key} names {geo!r}, which is not in the table" + (
                f"; the nearest is {near!r}." if near else "."
            )
            found.append(fault("geo-unknown", place, text))
    controls = len(series.geos) - len({geo for key, geo in named if not key.startswith("assignment")})
    if controls < 2:
        found.append(
            fault("geo-controls", place, f"{max(controls, 0)} of {len(series.geos)} geos are controls.")
        )
    return found


def _window_faults(section: Geo, series: GeoSeries, drawn: bool) -> list[Fault]:
    """Return faults of the test's dates (an experiment outside its data is never cut to fit).

    A test of geos that were `drawn` may be longer than its history: chance, and no model of the past, makes it valid.
    """
    place = f"experiment {section.name}: start, end, cooldown_days"
    assert section.start is not None and section.end is not None and section.outcome_end is not None
    last = series.dates[-1] + timedelta(days=series.period_days - 1)
    span = f"the data run from {series.dates[0]} to {last} in steps of {series.period_days} days"
    wanted = (
        (section.start, False, "start"),
        (section.end, True, "end"),
        (section.outcome_end, True, "end of the cool-down"),
    )
    found = []
    for day, is_last, name in wanted:
        if _period_index(series, day, last=is_last) is None:
            word = "ends" if is_last else "begins"
            found.append(fault("geo-window", place, f"No period {word} on the {name}, {day}; {span}."))
    if found:
        return found
    split, end = (
        _period_index(series, section.start, last=False),
        _period_index(series, section.outcome_end, last=True),
    )
    assert split is not None and end is not None
    if split < (8 if drawn else max(8, end - split + 1)):
        what = f"The data have {split} periods before the test, which takes {end - split + 1}."
        found.append(fault("geo-short", place, what))
        return found
    index = [series.geos.index(geo) for cell in section.cells for geo in cell.geos if geo in series.geos]
    for i in index:
        if np.ptp(series.outcome[i, :split]) == 0:
            where = f"{section.data.file} column {section.data.outcome}, {series.geos[i]}"
            found.append(
                fault("geo-constant", where, "The outcome is the same in every period before the test.")
            )
    return found


def _period_index(series: GeoSeries, day: date, *, last: bool) -> int | None:
    """Return the period that begins on `day` (or, with `last`, ends on it); None where there is none."""
    wanted = day - timedelta(days=series.period_days - 1) if last else day
    return series.dates.index(wanted) if wanted in series.dates else None


def _assignment_faults(section: Geo, assignment: Assignment, series: GeoSeries) -> list[Fault]:
    """Return faults of groups that cannot have produced the cells."""
    place = f"experiment {section.name}: assignment.groups"
    if not assignment.groups:
        return []
    grouped = {geo for group in assignment.groups for geo in group}
    outside = [geo for cell in section.cells for geo in cell.geos if geo not in grouped]
    found = (
        [fault("geo-assignment", place, f"Treated geos stand in no group: {outside[:5]}.")] if outside else []
    )
    if section.method == TRIMMED_MATCH:
        treated = {geo for cell in section.cells for geo in cell.geos}
        bad = [
            group for group in assignment.groups if len(group) != 2 or len(treated.intersection(group)) != 1
        ]
        if bad:
            found.append(
                fault(
                    "geo-assignment",
                    place,
                    f"{len(bad)} groups are no pair of one treated and one control geo.",
                )
            )
    return found


def cell_setting(test: GeoTest, cell: Cell, level: float, seed: int) -> tuple[tuple[str, ...], Setting]:
    """Return the geos that are units of a cell's analysis, and what `lift.geo.cell.analyse_cell` needs.

    Other cells' geos and the excluded ones are neither treated nor donors in this cell.

    Parameters
    ----------
    test : GeoTest
    cell : Cell
    level : float
    seed : int

    Returns
    -------
    geos : tuple of str
        Names of the units, in the order of the series.
    setting : Setting
    """
    section, series = test.section, test.series
    out = set(section.excluded) | {
        g for other in section.cells if other.name != cell.name for g in other.geos
    }
    rows = tuple(i for i, geo in enumerate(series.geos) if geo not in out)
    names = [series.geos[i] for i in rows]
    treated = np.array([name in cell.geos for name in names])
    last = test.split + test.test + test.cooldown
    setting = Setting(
        outcome=series.outcome[np.ix_(rows, range(last))],
        spend=None
        if series.spend is None or cell.incremental_spend is not None
        else series.spend[np.ix_(rows, range(last))],
        treated=treated,
        split=test.split,
        level=level,
        method=section.method,
        inference=section.inference,
        randomised=test.randomised,
        mechanism=_mechanism(test.assignment, names, treated),
        pairs=_pairs(test.assignment, names, treated) if section.method == TRIMMED_MATCH else None,
        trim=section.trim,
        references=section.references,
        pseudo_tests=section.pseudo_tests,
        seed=seed,
        known_spend=cell.incremental_spend,
        side=section.side,
    )
    return tuple(names), setting


def _mechanism(assignment: Assignment, names: Sequence[str], treated: np.ndarray) -> Mechanism:
    """Return how the cell's geos were drawn among the geos that are left; chosen geos are compared with all subsets."""
    if assignment.kind != "strata":
        return complete(treated.size, int(treated.sum()))
    strata = [tuple(names.index(geo) for geo in group if geo in names) for group in assignment.groups]
    strata = [stratum for stratum in strata if stratum]
    return Mechanism(tuple(strata), tuple(int(treated[list(stratum)].sum()) for stratum in strata))


def _pairs(assignment: Assignment, names: Sequence[str], treated: np.ndarray) -> np.ndarray:
    found = []
    for group in assignment.groups:
        members = sorted((names.index(geo) for geo in group if geo in names), key=lambda i: not treated[i])
        if len(members) == 2 and treated[members[0]]:
            found.append(members)
    return np.array(found)
