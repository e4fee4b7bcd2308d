"""`mixproof run`: from the YAML to a run folder."""

from workflow.commands.options import RUNS, AsJson, Config, DataFolder, Debug, OutputFolder, Quiet, Warm
from workflow.commands.result import run_to_the_end


def run(
    config: Config,
    data: DataFolder = None,
    output: OutputFolder = RUNS,
    warm: Warm = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Do everything the YAML describes and write a run folder: tables, page, workbook, manifest."""
    run_to_the_end(
        config, None, data=data, output=output, warm=warm, as_json=as_json, quiet=quiet, debug=debug
    )
