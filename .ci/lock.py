"""Pin every package, the transitive ones included: `python .ci/lock.py` keeps the pins that still resolve,
`python .ci/lock.py --upgrade` takes the newest versions.

Writes `constraint-dependencies` of pyproject.toml (read by uv) and requirements.lock (read by pip, with hashes).
Neither records where packages were downloaded from.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "requirements.lock"
COMPILE = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--quiet", "--no-header", "--no-annotate"]
COMPILE += ["--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.12"]
HEADER = """\
# Every package mixproof runs with, pinned and hashed, for Python 3.12 to 3.14. Made by: python .ci/lock.py
# Use: pip install --require-hashes -r requirements.lock && pip install --no-deps .
"""


def main() -> None:
    """Rewrite the constraints, then the hashed requirements that follow from them."""
    if "--upgrade" in sys.argv[1:]:
        write_constraints([])
    write_constraints(compiled("--all-extras", "--group", "dev", "--group", "docs"))
    lines = compiled("--generate-hashes")
    LOCK.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    if "://" in LOCK.read_text(encoding="utf-8"):
        raise SystemExit("requirements.lock records an address")


def compiled(*options: str) -> list[str]:
    """Return the lines of one resolution."""
    done = subprocess.run([*COMPILE, *options], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def write_constraints(pins: list[str]) -> None:
    """Put `pins` into pyproject.toml, which keeps everything else as it is."""
    rows = "".join(f'    "{" ".join(pin.split())}",\n' for pin in pins)
    text = PROJECT.read_text(encoding="utf-8")
    block = f"constraint-dependencies = [\n{rows}]" if pins else "constraint-dependencies = []"
    changed, count = re.subn(
        r"^constraint-dependencies = \[[^\]]*\]", lambda _: block, text, flags=re.MULTILINE
    )
    if count != 1:
        raise SystemExit("pyproject.toml has no constraint-dependencies of its own")
    PROJECT.write_text(changed, encoding="utf-8")


if __name__ == "__main__":
    main()
