"""What is known of a run before it is sampled."""

from mixproof.records.verdict import Verdict
from workflow.command_result import CheckOutcome, exit_code
from workflow.inputs import panel_sentence
from workflow.lazy import room
from workflow.preflight import estimate
from workflow.stages.state import Work


def outlook(work: Work, prior: bool) -> CheckOutcome:
    """Return what is known before sampling, and what the priors imply when asked for."""
    known = _of_experiments(work)
    if work.config.data is None:
        return CheckOutcome(exit_code(work.verdict), {}, known)
    need = estimate(work.panel, work.mmm)
    sentences = [
        f"data:    {panel_sentence(work.facts)}",
        *(f"notice:  {text}" for text in work.panel.notices),
    ]
    sentences += [f"rows:    {row.table}: {row.read} read, {row.used} used" for row in work.panel.ledger]
    sentences += [f"run:     {need.sentence()}", *known]
    if not prior:
        return CheckOutcome(0, work.facts, tuple(sentences))
    implied = room("check_prior")(work.panel, work.mmm, work.config.seed)
    return CheckOutcome(exit_code(implied.verdict), work.facts, tuple(sentences), implied.verdict)


def _of_experiments(work: Work) -> tuple[str, ...]:
    """Return what is known of experiments and plans: they are analysed in seconds, so that is the check."""
    sentences = []
    if work.config.lift is not None:
        for test in work.lift.experiments:
            found = Verdict(tuple(f for f in work.verdict.findings if f.subject == test.name))
            sentences.append(f"lift:    {test.name}: {found.grade}")
    if work.config.design is not None:
        sentences += [f"design:  {plan.name}: {plan.kind}" for plan in work.design.plans]
    return tuple(sentences)
