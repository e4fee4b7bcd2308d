"""What the sections of a config must agree on: each check is one function, and the table names them all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from mixproof.aggregates.config import DataConfig
from mixproof.errors import Fault
from mixproof.records.run_folder.output import POINTERS
from mixproof.text import hidden, look
from mixproof.yaml.source import Document, KeyPath
from mixproof.yaml.validation import in_file_order, suggestion, suggestions
from mmm.config import ChannelPrior, MmmConfig

MAX_NAMES = 200
_NAMING = frozenset({"name", "channels", "geos"})
"""Keys whose values are names, or lists of names, that results are told by."""
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


@dataclass(frozen=True, slots=True)
class Sections:
    """The validated sections of a media-mix model, and where they stand in their file."""

    data: DataConfig
    mmm: MmmConfig
    document: Document

    @property
    def names(self) -> Iterator[tuple[KeyPath, str]]:
        """Yield every name the data section gives, with its key path."""
        for section in ("channels", "organic", "treatments", "controls"):
            for index, member in enumerate(getattr(self.data, section)):
                yield ("data", section, index, "name"), member.name

    @property
    def paid(self) -> set[str]:
        """Names of channels that cost money."""
        return {channel.name for channel in self.data.channels}

    @property
    def organic(self) -> set[str]:
        """Names of channels that cost nothing."""
        return {channel.name for channel in self.data.organic}

    def fault(self, code: str, path: KeyPath, what: str, remedy: str) -> Fault:
        """Return a fault at key `path`.

        Parameters
        ----------
        code : str
            A key of the table of faults.
        path : KeyPath
            Names and indices from the top of the YAML.
        what : str
            What is wrong there.
        remedy : str
            One sentence.

        Returns
        -------
        Fault
            With file and line of the key.
        """
        return Fault(code, self.document.where(path), what, remedy)


def cross_check(data: DataConfig, mmm: MmmConfig, document: Document) -> tuple[Fault, ...]:
    """Return everything in which the sections do not fit together, in the order of the file.

    Parameters
    ----------
    data, mmm : DataConfig
        Each valid by itself.
    document : Document
        The YAML's text, for places.

    Returns
    -------
    tuple of Fault
        Empty where all fits.
    """
    sections = Sections(data, mmm, document)
    return in_file_order(fault for check in CHECKS for fault in check(sections))


def check_name(name: str, document: Document) -> Iterator[Fault]:
    """The run's name becomes a folder, on any system.

    Parameters
    ----------
    name : str
        The run's.
    document : Document
        The YAML's text, for places.

    Yields
    ------
    Fault
        At most one.
    """
    if name.partition(".")[0].lower() in _RESERVED or name.endswith(".") or name in POINTERS:
        kept = (
            "is kept for the newest run of a name"
            if name in POINTERS
            else "cannot be a folder on every system"
        )
        what = f"`{name}` {kept}, and cannot be the name of a run."
        remedy = "Choose another name, for example the brand's."
        yield Fault("config-name", document.where(("name",)), what, remedy)


def check_visible(document: Document) -> Iterator[Fault]:
    """Names of all sections are repeated in tables, pages, workbooks and on terminals."""
    waiting: list[tuple[KeyPath, object]] = [((), document.value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*path, key), member) for key, member in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, place), member) for place, member in enumerate(value)]
        elif isinstance(value, str) and _NAMING & set(path[-2:]) and (odd := hidden(value)):
            what = f"The name holds {odd}, which nobody sees or which acts on a terminal."
            remedy = "Choose another name; `label:` keeps the table's own value."
            yield Fault("config-name", document.where(path), what, remedy)


def names_usable(sections: Sections) -> Iterator[Fault]:
    """Names appear in tables, pages and file names."""
    for path, name in sections.names:
        if name.strip() != name or not name.strip():
            what = "The name begins or ends with a space."
        elif name.casefold().partition(".")[0] in _RESERVED:
            what = f"`{name}` is reserved by Windows and cannot be part of a file name there."
        else:
            continue
        yield sections.fault(
            "config-name", path, what, "Choose another name; `label:` keeps the table's own value."
        )


def names_distinct(sections: Sections) -> Iterator[Fault]:
    """Two names that look alike cannot be told apart in a table, whichever list they stand in."""
    seen: dict[str, KeyPath] = {}
    events = [
        (("mmm", "baseline", "events", index, "name"), event.name)
        for index, event in enumerate(sections.mmm.baseline.events)
    ]
    for path, name in (*sections.names, *events):
        key = look(name)
        if key in seen:
            what = f"The name cannot be told apart from the one on line {sections.document.line(seen[key])}."
            remedy = "Give every channel, treatment, control and event a name of its own."
            yield sections.fault("config-name-twice", path, what, remedy)
        seen.setdefault(key, path)


def names_not_too_many(sections: Sections) -> Iterator[Fault]:
    """A model with more media than this has no hope of telling them apart."""
    count = len(sections.paid | sections.organic)
    if count > MAX_NAMES:
        what = f"{count} media channels are declared; at most {MAX_NAMES} are allowed."
        yield sections.fault(
            "config-out-of-range", ("data", "channels"), what, "Add up channels that act alike."
        )


def channels_declared(sections: Sections) -> Iterator[Fault]:
    """`mmm.channels` speaks of channels that the data section declares."""
    known = sections.paid | sections.organic
    others = {name: path[1] for path, name in sections.names if name not in known}
    for name, remedy in suggestions((n for n in sections.mmm.channels if n not in known), known):
        what = f"`{name[:60]}` is no channel of the data section."
        if name in others:
            what = f"`{name[:60]}` stands under data.{others[name]}: no carryover, no saturation there."
        yield sections.fault("config-unknown-channel", ("mmm", "channels", name), what, remedy)


def _priors(sections: Sections) -> Iterator[tuple[KeyPath, str, ChannelPrior]]:
    """Yield every prior that is stated, with its path and the channel it is for."""
    named = sections.mmm.channels
    for name, model in named.items():
        if model.prior is not None:
            yield ("mmm", "channels", name, "prior"), name, model.prior
    if sections.mmm.default.prior is not None:
        for name in sorted((sections.paid | sections.organic) - set(named)):
            yield ("mmm", "default", "prior"), name, sections.mmm.default.prior


def priors_have_spend(sections: Sections) -> Iterator[Fault]:
    """A return on spend needs spend."""
    for path, name, prior in _priors(sections):
        if name in sections.organic and (prior.roi or prior.mroi):
            what = f"`{name}` is organic: it costs nothing, so it has no ROI to state a prior on."
            remedy = f"Give `{name}` a prior of its own under mmm.channels, on share or coefficient."
            yield sections.fault("config-prior-needs-spend", path, what, remedy)


def priors_have_value(sections: Sections) -> Iterator[Fault]:
    """A return in money needs an outcome in money."""
    outcome = sections.data.outcome
    if outcome.kind == "revenue" or outcome.value is not None:
        return
    for path in dict.fromkeys(path for path, _, prior in _priors(sections) if prior.roi or prior.mroi):
        what = "A prior on ROI or mROI needs to know what one unit of the outcome is worth."
        remedy = "Add data.outcome.value (a number or a column), or state the prior on share or coefficient."
        yield sections.fault("config-prior-needs-value", path, what, remedy)


def likelihood_fits(sections: Sections) -> Iterator[Fault]:
    """Counts are counts, and their scatter has no memory in this model."""
    likelihood = sections.mmm.likelihood
    if likelihood.family != "negative_binomial":
        return
    path: KeyPath = ("mmm", "likelihood", "family")
    if sections.data.outcome.kind == "revenue":
        what = "negative_binomial is for counts, and the outcome is revenue."
        remedy = "Take student_t, normal or lognormal, or an outcome of kind count."
        yield sections.fault("config-likelihood", path, what, remedy)
    if likelihood.autocorrelation:
        what = "negative_binomial cannot be combined with autocorrelation."
        remedy = "Add `autocorrelation: false` beside it."
        yield sections.fault("config-likelihood", ("mmm", "likelihood", "autocorrelation"), what, remedy)


def cycles_fit(sections: Sections) -> Iterator[Fault]:
    """A cycle shorter than two periods cannot be seen in the data."""
    frequency, wanted = sections.data.frequency, sections.mmm.baseline.seasonality
    shortest = {"daily": set(), "weekly": {"weekly"}, "monthly": {"weekly", "monthly"}}
    unseen = shortest.get(frequency, {"weekly", "monthly", "yearly"})
    for cycle in sorted(unseen):
        if getattr(wanted, cycle):
            what = f"A {cycle} cycle cannot be seen in {frequency} data."
            path = ("mmm", "baseline", "seasonality", cycle)
            yield sections.fault("config-cycle", path, what, "Leave it out or set it to 0.")


def population_known(sections: Sections) -> Iterator[Fault]:
    """Scaling by population needs the population."""
    if sections.mmm.geo.scaling == "population" and sections.data.population is None:
        remedy = "Add data.population with its column, or take `scaling: outcome`."
        what = "Geos are to be scaled by population, and the data section names none."
        yield sections.fault("config-population", ("mmm", "geo", "scaling"), what, remedy)


def event_dates(sections: Sections) -> Iterator[Fault]:
    """Events stand on calendar dates."""
    for index, event in enumerate(sections.mmm.baseline.events):
        for number, day in enumerate(event.dates):
            try:
                date.fromisoformat(day)
            except ValueError:
                path = ("mmm", "baseline", "events", index, "dates", number)
                what = "This is not a date of the calendar."
                yield sections.fault(
                    "config-date", path, what, "Write it as YYYY-MM-DD, for example 2024-11-29."
                )


def holidays_known(sections: Sections) -> Iterator[Fault]:
    """Country, subdivision and names of holidays are those of the `holidays` library."""
    wanted = sections.mmm.baseline.holidays
    if wanted is None:
        return
    import holidays  # paid only by configs that ask for holidays
    from holidays.registry import EntityLoader

    if not (wanted.subdivision or wanted.names) and wanted.country in EntityLoader.get_country_codes():
        return  # the library's registry knows it: its calendars, a third of a second, are not loaded
    path: KeyPath = ("mmm", "baseline", "holidays")
    try:
        calendar = holidays.country_holidays(
            wanted.country, subdiv=wanted.subdivision, years=range(2000, 2036), language="en_US"
        )
    except NotImplementedError:
        part = "subdivision" if wanted.country in holidays.list_supported_countries() else "country"
        known = holidays.list_supported_countries().get(wanted.country, [])
        remedy = suggestion(wanted.subdivision or "", known) if part == "subdivision" else ""
        what = f"No holidays are known for this {part}."
        yield sections.fault("config-holiday", (*path, part), what, remedy or "Use the ISO 3166 code.")
        return
    known_names = {name for day in calendar for name in calendar.get_list(day)}
    places = {name: index for index, name in enumerate(wanted.names or ()) if name not in known_names}
    for name, remedy in suggestions(places, known_names):
        what = f"`{name[:60]}` is no holiday there."
        yield sections.fault("config-holiday", (*path, "names", places[name]), what, remedy)


CHECKS: tuple[Callable[[Sections], Iterator[Fault]], ...] = (
    names_usable,
    names_distinct,
    names_not_too_many,
    channels_declared,
    priors_have_spend,
    priors_have_value,
    likelihood_fits,
    cycles_fit,
    population_known,
    event_dates,
    holidays_known,
)
