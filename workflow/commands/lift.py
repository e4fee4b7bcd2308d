"""`mixlift lift`: the experiments of the YAML, and nothing else."""

from mixlift.console import session
from workflow.commands.options import RUNS, AsJson, Config, DataFolder, Debug, OutputFolder, Quiet
from workflow.commands.result import finish


def lift(
    config: Config,
    data: DataFolder = None,
    output: OutputFolder = RUNS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Analyse the experiments of the YAML alone: no model is fitted."""
    with session(as_json, quiet, debug) as talk:
        from workflow import stages

        finish(
            talk,
            stages.run(
                config, data=data, output=output, part="lift", console=None if quiet else talk.progress
            ),
        )
