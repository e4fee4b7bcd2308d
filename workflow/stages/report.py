"""The stages that write: the history of runs judged, then the posterior, every table and every page of a run."""

from collections.abc import Sequence

from mixproof.records.run_folder.output import LATEST, LATEST_PLAN
from mixproof.records.run_folder.run_draft import RunFacts, start
from mixproof.records.table import describe
from mmm.transforms import ADSTOCKS, SATURATIONS
from workflow.config import dump_resolved
from workflow.lazy import imported
from workflow.stages.stage import Stage, always
from workflow.stages.state import RunState

FAMILIES = {
    "adstock": {name: family.words for name, family in ADSTOCKS.items()},
    "saturation": {name: family.words for name, family in SATURATIONS.items()},
}
"""What pages call the transforms, from their rows."""
PAGES = {
    "effects": "write_summary",
    "lift": "write_experiments",
    "design": "write_designs",
    "triangulate": "write_triangulation",
    "backtest": "write_backtest",
    "health": "write_health",
}
"""Stage -> what writes its pages, under its name in `workflow.lazy`."""


def health_reads(state: RunState) -> Sequence[str]:
    """Return the section, the runs that are there, and every stage before."""
    section = state.config.health
    own = "" if section is None else section.model_dump_json()
    return [own, *state.output.run_ids(), *state.read_by(*state.keys)]


def health(state: RunState) -> None:
    """Judge the history that ends with this run, and say what is wrong."""
    run_id = state.output.next_run_id(state.started)
    tables, said = imported("judge_run")(
        state.output.folder, state.config.health, run_id, state.facts, state.tables
    )
    state.tables |= tables
    for sentence in said:
        state.display.say(f"          {sentence}")


def report_reads(state: RunState) -> Sequence[str]:
    """Return all that pages show: every stage before, and how pages are written."""
    before = [] if state.before is None else [f"before {state.before.manifest['run_id']}"]
    return [*state.read_by(*state.keys), state.config.report.model_dump_json(), *before]


def report(state: RunState) -> None:
    """Begin the run folder with posterior and tables, and write the pages from it."""
    facts = RunFacts(
        seed=state.config.seed,
        config_text=dump_resolved(state.config),
        started=state.started,
        inputs=state.input_hashes,
        panel=state.facts,
        sampling=_sampling_facts(state) if "fit" in state.keys else {},
        families=FAMILIES if "fit" in state.keys else {},
        pointer=LATEST if state.base is None else LATEST_PLAN,
    )
    state.draft = state.stack.enter_context(start(state.output, facts))
    if "fit" in state.keys:
        state.draft.adopt_posterior(state.fitted.kept())
    specs = imported("specs_of")(state.tables)
    for name, frame in {**state.tables, "columns": describe(specs)}.items():
        state.draft.write_table(name, frame)
    for name, text in state.files.items():
        state.draft.write_text(name, text)
    whole = state.draft.view(state.verdict)
    for stage, writer in PAGES.items():
        if stage in state.keys:
            imported(writer)(whole)
    if "book" in state.keys:
        imported("write_finance")(whole, before=state.before)
    if state.base is not None:
        imported("write_planning")(state.base, plan=whole, before=state.before)
    elif "effects" in state.keys and ("plan" in state.keys or state.before is not None):
        imported("write_planning")(whole, before=state.before)


def _sampling_facts(state: RunState) -> dict[str, str]:
    """Return what computed the log-density, where chains began, and the run that they began from."""
    said = {str(name): str(value) for name, value in state.fitted.posterior.attrs.items()}
    known = {name: said[name] for name in ("log_density", "method", "start") if name in said}
    begun = state.earlier_run is not None and known.get("start") == "earlier"
    return known | (state.earlier_run.facts if state.earlier_run and begun else {})


HEALTH = Stage(
    "health", "judging the history of runs", health_reads, health, lambda config: config.health is not None
)
REPORT = Stage("report", "writing tables and pages", report_reads, report, always)
