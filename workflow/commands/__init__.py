"""The commands of `mixproof`, one a file; this table names them all.

A command imports what it needs when it runs: ``mixproof --help`` pays for no data frame and no sampler.
"""

from collections.abc import Callable

from workflow.commands.backtest import backtest
from workflow.commands.check import check
from workflow.commands.design import design
from workflow.commands.init import init
from workflow.commands.lift import lift
from workflow.commands.run import run
from workflow.commands.schema import schema
from workflow.commands.simulate import simulate
from workflow.commands.verify import verify
from workflow.commands.version import version

COMMANDS: tuple[Callable[..., None], ...] = (
    run,
    check,
    lift,
    design,
    backtest,
    init,
    simulate,
    verify,
    schema,
    version,
)

__all__ = ["COMMANDS"]
