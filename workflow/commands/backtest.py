"""`mixproof backtest`: what the model would have forecast, had it known the past alone."""

from workflow.commands.options import RUNS, AsJson, Config, DataFolder, Debug, OutputFolder, Quiet
from workflow.commands.result import run_to_the_end


def backtest(
    config: Config,
    data: DataFolder = None,
    output: OutputFolder = RUNS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Forecast the last periods from what was known before each: how good the forecasts were, and against naive ones."""
    run_to_the_end(config, "backtest", data=data, output=output, as_json=as_json, quiet=quiet, debug=debug)
