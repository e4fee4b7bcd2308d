"""`mixproof lift`: the experiments of the YAML, and nothing else."""

from workflow.commands.options import RUNS, AsJson, Config, DataFolder, Debug, OutputFolder, Quiet
from workflow.commands.result import run_to_the_end


def lift(
    config: Config,
    data: DataFolder = None,
    output: OutputFolder = RUNS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Analyse the experiments of the YAML alone: no model is fitted."""
    run_to_the_end(config, "lift", data=data, output=output, as_json=as_json, quiet=quiet, debug=debug)
