"""`mixlift run`: from the YAML to a run folder."""

from mixlift.console import session
from workflow.commands.options import RUNS, AsJson, Config, DataFolder, Debug, OutputFolder, Quiet


def run(
    config: Config,
    data: DataFolder = None,
    output: OutputFolder = RUNS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Do everything the YAML describes and write a run folder: tables, page, workbook, manifest."""
    with session(as_json, quiet, debug) as talk:
        from workflow import stages

        outcome = stages.run(config, data=data, output=output, console=talk.progress)
        verdict = outcome.verdict
        lines = [f"verdict: {verdict.grade}", *(f"  - {finding.sentence}" for finding in verdict.reasons)]
        lines.append(f"run:     {outcome.run_dir}")
        lines += [f"page:    {page}" for page in sorted(outcome.run_dir.glob("report/*.html"))]
        record = {"run": str(outcome.run_dir), "verdict": verdict.as_dict()}
        talk.finish(record, "\n".join(lines), outcome.exit_code)
