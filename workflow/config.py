"""The whole YAML: its sections, reading it, writing it back resolved, and its JSON Schema."""

import io
import json
import os
import re
import shlex
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.representer import SafeRepresenter

from lift.attribution.config import AttributionConfig
from lift.config import LiftConfig
from lift.design.config import DesignConfig
from mixproof.aggregates import DataConfig, EventsConfig, FinanceConfig, PrivacyConfig
from mixproof.config import Section
from mixproof.errors import ConfigError, Fault
from mixproof.yaml.source import Scan, read_yaml, scan_yaml
from mmm.config import CalibrateConfig, MmmConfig, PlanConfig, Scenario, ScenarioFile
from workflow.crosschecks import raise_unfit, valid
from workflow.health.config import HealthConfig

__all__ = [
    "AttributionConfig",
    "BookingOptions",
    "CalibrateConfig",
    "DataConfig",
    "DesignConfig",
    "EventsConfig",
    "FinanceConfig",
    "HealthConfig",
    "LiftConfig",
    "MmmConfig",
    "Part",
    "PlanConfig",
    "ReleaseOptions",
    "ReportOptions",
    "RunConfig",
    "dump_resolved",
    "input_folders",
    "json_schema",
    "load_config",
    "load_scenarios",
    "parse_config",
    "part_of",
    "resolved",
    "schema_text",
    "section_of",
]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""Of the JSON Schema by which editors complete and check a YAML."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_OTHER_MEANING = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}  # in YAML 1.1 or 1.2


class ReportOptions(Section):
    """How pages and workbooks are written."""

    locale: Annotated[str, Field(pattern="^[a-z]{2,3}(_[A-Z]{2})?$")] = "en"
    """Language and country whose number and date formats are used, for example en, en_GB or de_DE."""
    readable_by: Literal["owner", "group", "everyone"] = "owner"
    """Who may read the published run on this machine: its owner alone, the owner's group, or everyone. Nobody else writes."""
    before: (
        Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*(/[0-9TZ-]+)?$", max_length=120)] | None
    ) = None
    """Last quarter's run, which the planning report is held against: its name, or NAME/RUN_ID, among the runs of the output
    folder. Default none."""


class BookingOptions(Section):
    """What finance may book of a channel's increment, once its sources stand side by side."""

    quantile: Annotated[float, Field(gt=0, lt=1)] = 0.25
    """Quantile of the increment that is booked: .25 is exceeded three times in four."""


class ReleaseOptions(Section):
    """How far a new run may move the answers of the champion without a reason in the data, when it is promoted."""

    share: Annotated[float, Field(gt=0, le=1)] = 0.1
    """Largest shift of a channel's share of what paid media brought."""
    roi: Annotated[float, Field(gt=0)] = 0.25
    """Largest shift of a channel's return on spend, as a share of the champion's."""
    plan: Annotated[float, Field(gt=0, le=1)] = 0.2
    """Largest shift of a channel's share of the proposed budget, where both runs have a plan."""


def _default_model(validated: dict[str, Any]) -> MmmConfig | None:
    """Return the default model where there are data: a data section is there to be modelled."""
    return MmmConfig() if validated.get("data") is not None else None


class RunConfig(Section):
    """A run: the data, the experiments, and what is to be learnt from them."""

    name: Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]
    """Name of the run and of its folder: letters, digits, `-`, `_` and `.`."""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 1
    """Seed of every random number; the same seed gives the same result on the same machine."""
    events: EventsConfig | None = None
    """Event tables, and the aggregates made of them inside an engine; other sections read those as files."""
    data: DataConfig | None = None
    """Tables, columns, calendar, money of the media-mix model."""
    mmm: Annotated[MmmConfig | None, Field(default_factory=_default_model)]
    """The media-mix model; default: the default model where there is a data section."""
    lift: LiftConfig | None = None
    """Experiments and holdouts: what they prove."""
    calibrate: CalibrateConfig | None = None
    """Experiments that the media-mix model must agree with."""
    attribution: AttributionConfig | None = None
    """User-level attribution: what it claims, and how far experiments bear it out."""
    design: DesignConfig | None = None
    """Tests that might be run: what they could show."""
    plan: PlanConfig | None = None
    """Budgets for a window after the data: the best ones, and how far they may be trusted."""
    booking: BookingOptions = BookingOptions()
    """What may be booked, where a run has several sources: model, experiments, attribution."""
    finance: FinanceConfig | None = None
    """The fiscal calendar, and the ledger that the panel's amounts must tie to before anything of them is booked."""
    release: ReleaseOptions = ReleaseOptions()
    """What `mixproof promote` holds back."""
    health: HealthConfig | None = None
    """Whether the pipeline is healthy: limits of ten measures of this run and those before it. `{}` for the defaults."""
    privacy: PrivacyConfig | None = None
    """Tables of people that leave the house: what of them is hidden, so that nothing small can be worked out."""
    report: ReportOptions = ReportOptions()
    """Pages and workbooks."""

    @model_validator(mode="after")
    def _something_to_do(self) -> "RunConfig":
        if self.data is None and self.mmm is not None:
            raise ValueError("`mmm` models data, and there is no `data` section")
        if self.calibrate is not None and self.data is None:
            raise ValueError("`calibrate` is about the model of a `data` section, and there is none")
        if self.calibrate is not None and self.lift is None and not self.calibrate.files:
            raise ValueError("`calibrate` needs experiments: a `lift` section, or files of evidence")
        if self.plan is not None and self.data is None:
            raise ValueError("`plan` is about the model of a `data` section, and there is none")
        _check_finance(self)
        parts = (self.events, self.data, self.lift, self.attribution, self.design, self.privacy)
        if all(part is None for part in parts):
            raise ValueError(
                "there is nothing to do without a `data`, `lift`, `attribution`, `design`, `events` or `privacy` section"
            )
        if self.data is not None and self.mmm is None:
            raise ValueError("`mmm` is empty; write `mmm: {}` for the default model, or leave the key out")
        return self


def _check_finance(config: RunConfig) -> None:
    """Raise where the finance section does not fit the others."""
    finance = config.finance
    if finance is None:
        return
    if config.data is None or config.mmm is None:
        raise ValueError("`finance` is about the model of a `data` section, and there is none")
    if config.mmm.fiscal_year_starts != 1:
        raise ValueError(
            "`mmm.fiscal_year_starts` and `finance` both say when the fiscal year starts; leave the first out"
        )
    if finance.ledger is not None and config.mmm.margin is None:
        raise ValueError(
            "`finance` books margins: give `mmm.margin`, the profit of a unit of money of the outcome"
        )
    paid = [channel.name for channel in config.data.channels]
    unknown = sorted({name for account in finance.accounts for name in account.channels} - set(paid))
    if unknown:
        raise ValueError(f"`finance.accounts` names {unknown[0]!r}; paid channels are {', '.join(paid)}")


def load_config(path: Path) -> RunConfig:
    """Return the run that the YAML file `path` describes.

    Raises
    ------
    ConfigError
        With every fault of the file at once, in its order: YAML, keys, values, what does not fit together.
    """
    return _validated(read_yaml(path))


def load_scenarios(path: Path) -> tuple[Scenario, ...]:
    """Return the scenarios of a YAML file that holds nothing else.

    Raises
    ------
    ConfigError
        With every fault of the file.
    """
    return valid(ScenarioFile, read_yaml(path)).scenarios


def input_folders(path: Path, data: Path | None) -> list[Path]:
    """Return the folders that a run reads from, the data's first.

    Parameters
    ----------
    path : pathlib.Path
        The YAML.
    data : pathlib.Path, optional
        Folder of the tables; default the YAML's own.

    Returns
    -------
    list of pathlib.Path

    Raises
    ------
    ConfigError
        There is no folder of the data.
    """
    own = path.absolute().parent
    if data is None:
        return [own, own]
    if not os.path.isdir(data):  # noqa: PTH112  # of a name that is too long, pathlib raises what nobody expects
        what = "There is no folder of this name to read tables from."
        remedy = "Name a folder with --data, or leave it out to read beside the config."
        raise ConfigError(Fault("data-folder", f"--data {data}", what, remedy))
    return [data.absolute(), own]


def parse_config(text: str, file: str = "config") -> RunConfig:
    """Return the run that YAML `text` describes; `file` is its name in messages.

    Parameters
    ----------
    text : str
        The whole YAML.
    file : str, default "config"
        Its name in messages.

    Returns
    -------
    RunConfig
        Checked, with all defaults.

    Raises
    ------
    ConfigError
        As `load_config`.
    """
    return _validated(scan_yaml(text.encode(), file))


Part = Literal["lift", "design", "backtest"]
"""What can be run alone: a section, or the backtest of the model."""
SECTIONS: dict[Part, tuple[str, ...]] = {
    "lift": ("lift", "attribution"),
    "design": ("design",),
    "backtest": ("data", "mmm"),
}
"""Sections of each part; attribution is held against experiments, and stands alone where there are none."""


def part_of(config: RunConfig, part: Part, file: str) -> RunConfig:
    """Return the run of one part alone; `file` is the YAML's name in messages.

    Parameters
    ----------
    config : RunConfig
        The whole run.
    part : Part
        A key of `SECTIONS`.
    file : str
        The YAML's name in messages.

    Returns
    -------
    RunConfig
        With name, seed and report of the whole, and the sections of the part.

    Raises
    ------
    ConfigError
        The YAML has no such section.
    """
    names = SECTIONS[part]
    if part == "backtest" and config.calibrate is not None:
        names = (*names, "lift", "calibrate")
    if getattr(config, names[0]) is None and (part != "lift" or config.attribution is None):
        what = f"The YAML has no `{names[0]}` section."
        raise ConfigError(
            Fault("config-section", file, what, f"Add it, or take `{shlex.join(['mixproof', 'run', file])}`.")
        )
    # whatever is run reads what is made of events
    sections = {name: getattr(config, name) for name in ("events", *names)}
    return RunConfig(
        name=config.name, seed=config.seed, report=config.report, booking=config.booking, **sections
    )


def section_of(config: RunConfig, name: str, file: str) -> Any:
    """Return a section of the YAML.

    Parameters
    ----------
    config : RunConfig
        The whole run.
    name : str
        Key of the section.
    file : str
        The YAML's name in messages.

    Returns
    -------
    Section

    Raises
    ------
    ConfigError
        The YAML has no such section.
    """
    found = getattr(config, name)
    if found is None:
        what = f"The YAML has no `{name}` section."
        raise ConfigError(Fault("config-section", file, what, "Add it, or take `mixproof run`."))
    return found


def _validated(scan: Scan) -> RunConfig:
    config = valid(RunConfig, scan)
    sections = (config.data, config.mmm, config.lift, config.calibrate, config.attribution)
    raise_unfit(config.name, *sections, scan.document)
    return config


def resolved(config: RunConfig) -> dict[str, Any]:
    """Return the config with every default filled in, as JSON values; keys that are not set are left out."""
    return json.loads(config.model_dump_json(exclude_none=True))


def resolved_today(text: str) -> dict[str, Any] | None:
    """Return an earlier run's config with today's default for keys that are younger; None where a key is known no more."""
    try:
        return resolved(parse_config(text))
    except ConfigError:
        return None


def dump_resolved(config: RunConfig) -> str:
    """Return the config as YAML with every default filled in; `parse_config` reads back an equal config."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 10_000
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # keys stay in documented order
    stream = io.StringIO()
    yaml.dump(resolved(config), stream)
    return stream.getvalue()


class _Representer(SafeRepresenter):
    """Writes text so that no reader of any YAML version can take it for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write a value out wherever it stands: the reader refuses aliases."""
        return True


def _text(representer: SafeRepresenter, text: str) -> Any:
    plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _OTHER_MEANING
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Representer.add_representer(str, _text)


def schema_text() -> str:
    """Return the JSON Schema as text, ready to be written."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a whole config; descriptions come from the sections' documentation."""
    schema = RunConfig.model_json_schema(mode="validation")
    schema.pop("title", None)
    return {"$schema": DIALECT, "title": "mixproof config", **_without_titles(schema)}


def _without_titles(node: Any) -> Any:
    """Return the schema without the titles pydantic invents and with descriptions on one line."""
    if isinstance(node, list):
        return [_without_titles(member) for member in node]
    if not isinstance(node, dict):
        return node
    named = node.get("properties")
    kept = {key: _without_titles(value) for key, value in node.items() if key not in ("title", "properties")}
    if isinstance(kept.get("description"), str):
        kept["description"] = " ".join(kept["description"].split())
    if isinstance(named, dict):
        # a property may itself be called title: names are kept, only what describes them is cleaned
        kept["properties"] = {name: _without_titles(value) for name, value in named.items()}
    return kept
