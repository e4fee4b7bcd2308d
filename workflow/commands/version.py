"""`mixproof version`: what to name when asking for help."""

import platform

from mixproof.console import session, version_of
from workflow.commands.options import AsJson

_SHOWN = ("mixproof", "pymc", "nutpie", "arviz", "numpy", "pandas", "duckdb")


def version(as_json: AsJson = False) -> None:
    """Show the versions of everything the numbers depend on."""
    with session(as_json, quiet=False, debug=False) as talk:
        versions = {"python": platform.python_version(), **{name: version_of(name) for name in _SHOWN}}
        text = "\n".join(f"{name} {number}" for name, number in versions.items())
        talk.finish({"versions": versions}, text)
