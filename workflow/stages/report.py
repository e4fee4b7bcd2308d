"""What each stage reads and does; the order of the stages is the table in `workflow.run`."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from mixproof.forked import forked
from mixproof.records.run_draft import RunFacts, start
from mixproof.records.table import describe
from workflow.config import dump_resolved
from workflow.inputs import sampler_fingerprint
from workflow.lazy import room
from workflow.sampling.job import FitJob, sample
from workflow.sampling.process import start_process
from workflow.stages.state import Work
from workflow.table_specs import SPECS

KEPT_CHECKPOINTS = 3
"""Checkpoints of other, interrupted fits that stay when a run is published."""


def fit_reads(work: Work) -> Sequence[str]:
    """Return the panel's fingerprint, the model, the seed, and what else decides the draws."""
    return [
        work.facts["fingerprint"],
        work.mmm.model_dump_json(),
        str(work.config.seed),
        *sampler_fingerprint(),
        *([f"begins from {work.earlier.digest}"] if work.earlier else []),
    ]


def fit(work: Work) -> None:
    """Sample in a process of its own, from the chains of an interrupted run where there are any."""
    checkpoint = work.output.checkpoint(work.keys["fit"])
    earlier = work.earlier.posterior if work.earlier else None
    job = FitJob(work.panel, work.mmm, work.config.seed, checkpoint, earlier)
    if job.checkpoint.exists():
        work.display.say("          resuming from the finished chains of an interrupted run")
    process = work.ahead.sampler or start_process(work.stack)
    with work.display.sampling() as watch:
        work.fitted = sample(job, process, watch, work.limits.free_memory())


def effects_read(work: Work) -> Sequence[str]:
    """Return the fit and the model section, which also holds the intervals and the fiscal year."""
    return [*work.read_by("fit"), work.mmm.model_dump_json()]


def effects(work: Work) -> None:
    """Turn the posterior into tables and a verdict."""
    analysis = room("analyse")(work.fitted.posterior, work.panel, work.mmm, beside=forked)
    work.tables.update(analysis.tables)
    work.verdicts.append(analysis.verdict)


def report_reads(work: Work) -> Sequence[str]:
    """Return all that pages show."""
    return [
        *work.read_by("aggregate", "lift", "design", "fit", "effects", "backtest"),
        work.config.report.model_dump_json(),
    ]


def report(work: Work) -> None:
    """Begin the run folder with posterior and tables, and write the pages from it."""
    facts = RunFacts(
        seed=work.config.seed,
        config_text=dump_resolved(work.config),
        started=work.started,
        inputs=work.input_hashes,
        panel=work.facts,
        sampling=_sampling_facts(work) if "fit" in work.keys else {},
    )
    work.draft = work.stack.enter_context(start(work.output, facts))
    if "fit" in work.keys:
        work.draft.adopt_posterior(work.fitted.kept())
    known = [spec for spec in SPECS if spec.name in work.tables]
    for name, frame in {**work.tables, "columns": describe(known)}.items():
        work.draft.write_table(name, frame)
    for name, text in work.files.items():
        work.draft.write_text(name, text)
    whole = work.draft.view(work.verdict)
    for writer, stage, how in (
        ("write_summary", "effects", {"beside": forked}),  # nothing else keeps the second core busy by now
        ("write_experiments", "lift", {}),
        ("write_designs", "design", {}),
        ("write_backtest", "backtest", {}),
    ):
        if stage in work.keys:
            room(writer)(whole, **how)


def _sampling_facts(work: Work) -> dict[str, str]:
    """Return what computed the log-density, where chains began, and the run that they began from."""
    said = {str(name): str(value) for name, value in work.fitted.posterior.attrs.items()}
    known = {name: said[name] for name in ("log_density", "method", "start") if name in said}
    return known | (work.earlier.facts if work.earlier and known.get("start") == "earlier" else {})


def publish_reads(work: Work) -> Sequence[str]:
    """Return every stage before."""
    return work.read_by(*work.keys)


def publish(work: Work) -> None:
    """Give the run its name; the chains it was made of are no longer needed."""
    more = {"timings": {k: round(v, 3) for k, v in work.timings.items()}, "stages": dict(work.keys)}
    work.run_dir = work.draft.publish(work.verdict, more)
    if "fit" in work.keys:
        _forget(work.output.checkpoint(work.keys["fit"]))


def _forget(checkpoint: Path) -> None:
    """Remove the checkpoint of a published fit, and the oldest of those that nobody came back for."""
    shutil.rmtree(checkpoint, ignore_errors=True)
    if not checkpoint.parent.is_dir():
        return
    left = sorted(checkpoint.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for stale in left[KEPT_CHECKPOINTS:]:
        shutil.rmtree(stale, ignore_errors=True)
