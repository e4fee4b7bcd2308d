"""`mixproof check`: everything short of sampling."""

from typing import Annotated

import typer

from mixproof.console import session
from workflow.commands.options import AsJson, Config, DataFolder, Debug, Quiet

Prior = Annotated[bool, typer.Option("--prior", help="Also say what the priors imply.")]


def check(
    config: Config,
    data: DataFolder = None,
    prior: Prior = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Check the YAML and the data against each other, in seconds and without sampling."""
    with session(as_json, quiet, debug) as talk:
        from workflow import run as stages

        outcome = stages.check(config, data=data, prior=prior, console=talk.progress)
        talk.finish(outcome.as_dict(), outcome.text(), outcome.exit_code)
