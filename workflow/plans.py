"""A plan from a published run: its folder gives panel and posterior, so nothing is read from tables and nothing is sampled."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from mixproof.errors import ConfigError, Fault
from mixproof.records.run import Run
from mixproof.records.run_folder.output import MARKER, Output, resolve_run
from mixproof.text import visible
from mixproof.yaml.source import read_yaml
from mmm.plan.faults import FAULTS
from workflow.command_result import RunOutcome
from workflow.config import (
    PlanConfig,
    RunConfig,
    Scenario,
    load_config,
    load_scenarios,
    parse_config,
    resolved,
)
from workflow.preflight import Limits
from workflow.run import plan_from

if TYPE_CHECKING:
    from rich.console import Console


def plan(
    source: Path,
    *,
    scenarios: Path | None = None,
    output: Path = Path("runs"),
    console: "Console | None" = None,
    limits: Limits | None = None,
) -> RunOutcome:
    """Return the published plan: budgets for a window after the panel of a run.

    Parameters
    ----------
    source : pathlib.Path
        The folder of a run with a model, whose own ``plan:`` section counts; or a YAML, whose section counts for the newest
        run of its name with a model. A run without the section is planned by the defaults.
    scenarios : pathlib.Path, optional
        YAML with further scenarios, such as a planner's page saves.
    output : pathlib.Path
        Folder of all runs.
    console : rich.console.Console, optional
        Where progress goes; default nowhere.
    limits : Limits, optional
        What the plan may use; default what the machine has free.

    Returns
    -------
    RunOutcome

    Raises
    ------
    ConfigError
        There is no run with a model, the YAML has another model than its newest run, or the plan cannot be made.
    IntegrityError
        The run is not what its manifest says.
    """
    began = time.perf_counter()
    further = () if scenarios is None else _scenarios(scenarios)
    config, base, root = _from_run(source, output) if _is_run(source) else _from_yaml(source, output)
    section = config.plan or PlanConfig()
    both = {one.name: one for one in (*section.scenarios, *further)}
    section = section.model_copy(update={"scenarios": tuple(both.values())})
    planned = config.model_copy(update={"plan": section})
    return plan_from(base, planned, root, console=console, limits=limits, began=began)


def _scenarios(path: Path) -> tuple[Scenario, ...]:
    """Return the scenarios of a file; one that holds anything else is not the file that was meant."""
    odd = [key for key in read_yaml(path).document.value if key != "scenarios"]
    if odd:
        more = f" and {len(odd) - 3} more" if len(odd) > 3 else ""
        what = f"The file holds {', '.join(f'`{visible(key)}`' for key in odd[:3])}{more} beside scenarios."
        raise ConfigError(_fault("scenarios-file", path.name, what))
    return load_scenarios(path)


def _is_run(source: Path) -> bool:
    return source.is_dir() or resolve_run(source) != source


def _from_run(source: Path, output: Path) -> tuple[RunConfig, Run, Path]:
    """Return a run's own config, the run, and the folder of all runs that the plan belongs into."""
    base = Run.open(source)
    if not _has_model(base):
        raise ConfigError(_fault("plan-run", str(source), "It fitted no model."))
    config = parse_config(base.config_text, str(source))
    root = base.path.resolve().parent.parent
    kept = (root / MARKER).is_file() and base.path.resolve().parent.name == config.name
    return config, base, root if kept else output


def _from_yaml(source: Path, output: Path) -> tuple[RunConfig, Run, Path]:
    """Return a YAML's config, the newest run of its name with a model, and the folder of all runs."""
    config = load_config(source)
    place = Output(output.resolve(), config.name)
    run_ids = place.run_ids() if place.folder.is_dir() else []
    for run_id in reversed(run_ids):
        if _has_model(Run.glance(place.folder / run_id)):
            base = Run.open(place.folder / run_id)
            _raise_if_another(config, base, source)
            return config, base, output
    what = f"There is no run of the name {config.name} with a model in {output}."
    raise ConfigError(_fault("plan-run", str(source), what))


def _has_model(run: Run) -> bool:
    return "fit" in run.manifest.get("stages", {})


def _raise_if_another(config: RunConfig, base: Run, source: Path) -> None:
    """Raise where data or model of a YAML are not those that the run was made with."""
    now, then = resolved(config), base.config
    odd = [name for name in ("data", "mmm", "calibrate") if now.get(name) != then.get(name)]
    if odd:
        what = f"{' and '.join(f'`{name}`' for name in odd)} differ from those of the run {base.manifest['run_id']}."
        raise ConfigError(_fault("plan-run-differs", str(source), what))


def _fault(code: str, where: str, what: str) -> Fault:
    return Fault(code, where, what, FAULTS[code][2])
