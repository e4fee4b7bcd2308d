"""`mixlift backtest`: what the model would have forecast, had it known the past alone."""

from mixlift.console import session
from workflow.commands.options import RUNS, AsJson, Config, DataFolder, Debug, OutputFolder, Quiet
from workflow.commands.result import finish


def backtest(
    config: Config,
    data: DataFolder = None,
    output: OutputFolder = RUNS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Forecast the last periods from what was known before each: how good the forecasts were, and against naive ones."""
    with session(as_json, quiet, debug) as talk:
        from workflow import stages

        finish(
            talk,
            stages.run(
                config, data=data, output=output, part="backtest", console=None if quiet else talk.progress
            ),
        )
