"""The command for planners: `mixproof planner` shows a page on which budgets are moved, or writes it as one file."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session
from mixproof.errors import ConfigError, Fault
from mixproof.text import visible
from workflow.commands.new_files import make_folder, write_new
from workflow.commands.options import AsJson, Debug, Force, Quiet
from workflow.faults import FAULTS

RunFolder = Annotated[
    Path,
    typer.Argument(help="Folder of a run with a model, or of a plan made from one.", show_default=False),
]
PageFile = Annotated[
    Path | None,
    typer.Option(
        "--to", help="Write the page into this file instead.", show_default="shown by a local server"
    ),
]


def planner(
    run: RunFolder,
    to: PageFile = None,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Move budgets on a page and see at once what they bring: on this machine until Ctrl-C, or as one file to hand on."""
    with session(as_json, quiet, debug) as talk:
        if to is None:
            with _told_how_to_install():
                from workflow.planner.server import serve
        from workflow.planner.page import planner_page

        page = planner_page(run)
        if to is not None:
            make_folder(to.parent)
            write_new(to, page, force)
            text = f"page:     {visible(to)}, {to.stat().st_size / 1000:,.0f} kB; it needs no network and no other file"
            talk.finish({"page": str(to)}, text)
        with contextlib.suppress(KeyboardInterrupt):  # that is how it is ended
            serve(
                page,
                lambda address: talk.announce(
                    {"address": address}, f"planner:  {address}\n          Ctrl-C ends it"
                ),
            )
        talk.end(0, kept=True)


@contextlib.contextmanager
def _told_how_to_install() -> Iterator[None]:
    """Say how to install what is missing."""
    try:
        yield
    except ModuleNotFoundError as lacking:
        _, meaning, remedy = FAULTS["planner-extra"]
        raise ConfigError(Fault("planner-extra", str(lacking.name), meaning, remedy)) from None
