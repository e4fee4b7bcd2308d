"""`mixlift design`: the tests that might be run."""

from mixlift.console import session
from workflow.commands.options import RUNS, AsJson, Config, DataFolder, Debug, OutputFolder, Quiet
from workflow.commands.result import finish


def design(
    config: Config,
    data: DataFolder = None,
    output: OutputFolder = RUNS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Plan the tests of the `design:` section: which units, how long, what they could show, whether to run them."""
    with session(as_json, quiet, debug) as talk:
        from workflow import stages

        finish(
            talk,
            stages.run(
                config, data=data, output=output, part="design", console=None if quiet else talk.progress
            ),
        )
