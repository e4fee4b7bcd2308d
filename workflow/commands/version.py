"""`mixlift version`: what to name when asking for help."""

import platform
from importlib.metadata import version as installed

from mixlift.console import session
from workflow.commands.options import AsJson

_SHOWN = ("mixlift", "pymc", "nutpie", "arviz", "numpy", "pandas", "duckdb")


def version(as_json: AsJson = False) -> None:
    """Show the versions of mixlift, of Python and of what the numbers depend on."""
    with session(as_json, quiet=False, debug=False) as talk:
        versions = {"python": platform.python_version(), **{name: installed(name) for name in _SHOWN}}
        talk.finish(
            {"versions": versions}, "\n".join(f"{name} {number}" for name, number in versions.items())
        )
