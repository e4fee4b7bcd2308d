"""The commands of `mixproof`: this table names them all, in the order of the help.

A command imports what it needs when it runs: ``mixproof --help`` pays for no data frame and no sampler.
"""

from collections.abc import Callable

from workflow.commands.compare import compare
from workflow.commands.events import aggregate, contract
from workflow.commands.health import health
from workflow.commands.new_files import demo, init, schema, simulate
from workflow.commands.plan_record import score, seal
from workflow.commands.planner import planner
from workflow.commands.read_only import check, privacy, verify, version
from workflow.commands.release import history, promote, rollback
from workflow.commands.run import backtest, design, lift, plan, run
from workflow.commands.stream import stream
from workflow.commands.trace import trace

COMMANDS: tuple[Callable[..., None], ...] = (
    run,
    check,
    aggregate,
    stream,
    contract,
    lift,
    design,
    backtest,
    privacy,
    plan,
    planner,
    seal,
    score,
    compare,
    promote,
    rollback,
    history,
    health,
    trace,
    demo,
    init,
    simulate,
    verify,
    schema,
    version,
)

__all__ = ["COMMANDS"]
