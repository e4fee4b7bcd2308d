"""Commands that write nothing: `mixproof check`, `verify`, `version`."""

import platform
from pathlib import Path
from typing import Annotated

import typer

from mixproof.console import session, version_of
from mixproof.errors import ConfigError, Fault, IntegrityError
from mixproof.text import visible
from workflow.commands.options import RUNS, AsJson, Config, DataFolder, Debug, OutputFolder, Quiet

Prior = Annotated[bool, typer.Option("--prior", help="Also say what the priors imply.")]
RunFolder = Annotated[
    Path, typer.Argument(help="A run's folder, for example runs/demo/latest.", show_default=False)
]
LIMIT = (
    "Hashes show damage and careless changes. Whoever changes a file and rewrites the manifest to match cannot be told "
    "from mixproof without a signature: keep a copy of manifest.json, or its hash, where nobody else can write."
)
"""What `verify` cannot tell."""
SHOWN = ("mixproof", "pymc", "nutpie", "arviz", "numpy", "pandas", "duckdb")
"""Distributions whose versions to name when asking for help."""


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


def privacy(
    config: Config,
    data: DataFolder = None,
    output: OutputFolder = RUNS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Say what the `privacy:` section would publish: from how many people at least, and what could be worked out at most."""
    with session(as_json, quiet, debug) as talk:
        from mixproof.aggregates.people.protection import previewed_tables
        from workflow.config import input_folders, load_config
        from workflow.faults import FAULTS

        section = load_config(config).privacy
        if section is None:
            what, remedy = "The YAML has no `privacy` section.", FAULTS["config-section"][2]
            raise ConfigError(Fault("config-section", config.name, what, remedy))
        previewed = previewed_tables(section, input_folders(config, data)[0], output)
        found = {one.name: one.sentences for one in previewed}
        lines = [
            f"{name}:\n" + "\n".join(f"  - {sentence}" for sentence in said) for name, said in found.items()
        ]
        talk.finish({"releases": {name: list(said) for name, said in found.items()}}, "\n".join(lines))


def verify(run: RunFolder, as_json: AsJson = False, quiet: Quiet = False, debug: Debug = False) -> None:
    """Recompute every hash of a run: identical, or what differs."""
    with session(as_json, quiet, debug) as talk:
        from mixproof.records.run import verify as compare

        found = compare(run)
        if not found.identical:
            raise IntegrityError(found.faults)
        place = visible(run) if found.path == run else f"{visible(run)}, which is {visible(found.path)}"
        text = f"{place}: identical to its manifest\n{LIMIT}"
        record = {"run": str(run), "folder": str(found.path), "run_id": found.run_id, "identical": True}
        talk.finish({**record, "limit": LIMIT}, text)


def version(as_json: AsJson = False) -> None:
    """Show the versions of everything the numbers depend on."""
    with session(as_json, quiet=False, debug=False) as talk:
        versions = {"python": platform.python_version(), **{name: version_of(name) for name in SHOWN}}
        text = "\n".join(f"{name} {number}" for name, number in versions.items())
        talk.finish({"versions": versions}, text)
