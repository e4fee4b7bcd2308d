"""The committed expressions for phone numbers are those of the installed numbering plans."""

import runpy
from pathlib import Path

MAKER = Path(__file__).resolve().parents[3] / ".ci" / "phone_forms.py"


def test_the_committed_forms_are_current() -> None:
    made = runpy.run_path(str(MAKER))
    assert made["TARGET"].read_text(encoding="utf-8") == made["phone_forms"]()
