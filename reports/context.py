"""What every section works with: the run and those beside it, formats, colours, and which parts may be shown alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from reports.charts.palette import MUTED, colours
from reports.inputs import Record, SummaryInputs
from reports.numbers import NBSP, Numbers

BASELINE = "Baseline"
BEFORE = "before"
"""Name of the run of last quarter among those that a page is held against."""
_ALONE = "only within "


@dataclass(frozen=True, slots=True)
class Context:
    """Inputs and formats of one page.

    Parameters
    ----------
    inputs : SummaryInputs
        The run that the page is about.
    numbers : Numbers
    colour : mapping of str to str
        A colour for each channel, treatment and group of any of the runs; the baseline has none.
    others : mapping of str to SummaryInputs
        Runs that the page holds it against, by what they are to it, such as `BEFORE`.
    """

    inputs: SummaryInputs
    numbers: Numbers = field(default_factory=Numbers)
    colour: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, SummaryInputs] = field(default_factory=dict)

    @classmethod
    def of(
        cls, inputs: SummaryInputs, numbers: Numbers, others: Mapping[str, SummaryInputs] | None = None
    ) -> "Context":
        """Return the context of a run; a group has the colour of its first member.

        Parameters
        ----------
        inputs : SummaryInputs
            What the page shows.
        numbers : Numbers
            How numbers are written.
        others : mapping of str to SummaryInputs, optional
            Runs that it is held against: a channel has one colour in all of them.

        Returns
        -------
        Context
            One colour a channel and group.
        """
        frames = [each.tables["channels"] for each in (inputs, *(others or {}).values())]
        groups = {member: group for frame in reversed(frames) for member, group in _groups(frame).items()}
        names = [str(name) for frame in frames for name in frame["channel"]]
        chosen = dict(colours(name for name in names if name not in groups.values()))
        for member, group in groups.items():
            chosen.setdefault(group, chosen[member])
        for name in names:
            chosen.setdefault(name, MUTED)
        return cls(inputs, numbers, chosen, others or {})

    def outcome(self, value: float) -> str:
        """Return an amount of outcome with its unit."""
        return self.numbers.amount(value, self.inputs.panel.outcome_unit)

    def outcome_span(self, low: float, high: float) -> str:
        """Return an interval of outcome with its unit.

        Parameters
        ----------
        low, high : float
            In the outcome's unit.

        Returns
        -------
        str
            For example ``1.2 to 2.6 M EUR``.
        """
        return self.numbers.span(low, high, self.inputs.panel.outcome_unit)

    def money(self, value: float) -> str:
        """Return an amount of money with its currency."""
        return self.numbers.amount(value, self.inputs.panel.currency)

    def with_interval(self, row: Record, name: str) -> str:
        """Return mean and interval of outcome column `name` of a row, short enough for a chart.

        Parameters
        ----------
        row : Record
            With ``<name>_mean``, ``_lower`` and ``_upper``.
        name : str
            Of the three columns.

        Returns
        -------
        str
            Without a unit.
        """
        middle, span = self.numbers.triple(*(row[f"{name}_{part}"] for part in ("mean", "lower", "upper")))
        return f"{middle} ({span})"

    @property
    def groups(self) -> Mapping[str, str]:
        """Return the group of each channel that may only be reported within one."""
        return _groups(self.inputs.tables["channels"])

    @property
    def outcome_axis(self) -> str:
        """Return the label of an axis of outcome: its name, and its unit when that is another word."""
        panel = self.inputs.panel
        return (
            panel.outcome_name
            if panel.outcome_unit == panel.outcome_name
            else f"{panel.outcome_name}, {panel.outcome_unit}"
        )

    def display(self, channel: str) -> str:
        """Return a channel's name, marked when it may only be reported within a group."""
        group = self.groups.get(channel)
        return f"{channel} (only within {group})" if group else channel

    def part(self, component: str, kind: str) -> str:
        """Return a component's name in plain words: the intercept is the base level.

        Parameters
        ----------
        component : str
            As the run's tables name it.
        kind : str
            Kind of component, "baseline" for those of the base.

        Returns
        -------
        str
        """
        return "base level" if kind == "baseline" and component == "intercept" else component

    def caveat(self, channel: str) -> str:
        """Return a sentence for a chart of a channel that may only be reported within a group; empty otherwise."""
        group = self.groups.get(channel)
        return f"Only within {group}: not a result of its own. " if group else ""

    def parts(self, long: pd.DataFrame, index: str, value: str) -> pd.DataFrame:
        """Return means of components as columns: the baseline first, then channels, members of a group added up.

        Posterior means add; intervals do not, so none are made here.

        Parameters
        ----------
        long : pandas.DataFrame
            With columns ``component`` and ``kind``.
        index : str
            Column whose values become the rows.
        value : str
            Column of numbers, added up.

        Returns
        -------
        pandas.DataFrame
            One row an `index`, one column a part; 0 where a part has no value.
        """
        groups = self.groups
        part = [
            BASELINE if kind == "baseline" else groups.get(component, component)
            for component, kind in zip(long["component"], long["kind"], strict=True)
        ]
        order = [BASELINE, *[name for name in dict.fromkeys(part) if name != BASELINE]]
        wide = long.assign(part=part).groupby([index, "part"], sort=False)[value].sum().unstack("part")
        return wide.reindex(columns=[name for name in order if name in wide.columns]).fillna(0.0)


def _groups(frame: pd.DataFrame) -> dict[str, str]:
    marks = zip(frame["channel"], frame["reported_as"].astype(str), strict=True)
    return {channel: mark.removeprefix(_ALONE) for channel, mark in marks if mark.startswith(_ALONE)}


def capital(text: str) -> str:
    """Return the text with a capital first letter, the rest as the user wrote it."""
    return text[:1].upper() + text[1:]


def unit_note(context: Context) -> str:
    """Return how intervals of a page are to be read, once, in words."""
    interval = context.inputs.interval
    chance = f"{100 * interval.level:.3g}{NBSP}%"
    return f"Every interval is a {interval.name}: given data and model, the value lies inside with {chance} probability."
