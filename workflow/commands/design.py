"""`mixproof design`: the tests that might be run."""

from workflow.commands.options import RUNS, AsJson, Config, DataFolder, Debug, OutputFolder, Quiet
from workflow.commands.result import run_to_the_end


def design(
    config: Config,
    data: DataFolder = None,
    output: OutputFolder = RUNS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Plan the tests of the `design:` section: which units, how long, what they could show, whether to run them."""
    run_to_the_end(config, "design", data=data, output=output, as_json=as_json, quiet=quiet, debug=debug)
