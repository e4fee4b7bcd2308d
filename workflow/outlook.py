"""What is known of a run before it is sampled."""

from workflow.inputs import panel_sentence
from workflow.outcome import CheckOutcome, exit_code
from workflow.preflight import estimate
from workflow.rooms import room
from workflow.work import Work


def outlook(work: Work, prior: bool) -> CheckOutcome:
    """Return what is known before sampling, and what the priors imply when asked for."""
    need = estimate(work.panel, work.mmm)
    sentences = [
        f"data:    {panel_sentence(work.facts)}",
        *(f"notice:  {text}" for text in work.panel.notices),
    ]
    sentences += [f"rows:    {row.table}: {row.read} read, {row.used} used" for row in work.panel.ledger]
    sentences.append(f"run:     {need.sentence()}")
    if not prior:
        return CheckOutcome(0, work.facts, tuple(sentences))
    implied = room("check_prior")(work.panel, work.mmm, work.config.seed)
    return CheckOutcome(exit_code(implied.verdict), work.facts, tuple(sentences), implied.verdict)
