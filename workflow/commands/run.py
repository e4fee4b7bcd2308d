"""`mixlift run`: from the YAML to a run folder."""

from mixlift.console import session
from workflow.commands.options import RUNS, AsJson, Config, DataFolder, Debug, OutputFolder, Quiet
from workflow.commands.result import finish


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

        finish(talk, stages.run(config, data=data, output=output, console=None if quiet else talk.progress))
