"""The committed expressions for phone numbers are those of the installed numbering plans."""

from workflow.phone_forms import TARGET, phone_forms


def test_the_committed_forms_are_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == phone_forms()
