"""Faults of the data section and of the experiments are told together; what builds on them is not begun."""

import pytest

from mixproof.errors import DataError, Fault, MixproofError, PrivacyError, ResourceError
from workflow import lazy
from workflow import run as stages

LIFT = """
lift:
  currency: EUR
  experiments:
    - {name: test, kind: imported, source: other, channels: [tv], start: 2024-02-05, end: 2024-02-25, scope: iroas,
       outcome_kind: revenue, unit: EUR per EUR, point: 2.0, se: 0.5, spend: 100.0}
"""


def failing(error: type[MixproofError], code: str):
    def fail(*_):
        raise error(Fault(code, code, "What.", "Remedy."))

    return fail


@pytest.mark.parametrize(
    ("of_data", "of_lift", "family"),
    [
        (DataError, DataError, DataError),
        (DataError, PrivacyError, PrivacyError),
        (ResourceError, DataError, DataError),
        (ResourceError, ResourceError, ResourceError),
    ],
)
@pytest.mark.parametrize("command", [stages.run, stages.check])
def test_faults_of_both_are_told_at_once(world, monkeypatch, command, of_data, of_lift, family) -> None:
    world.config.write_text(world.config.read_text() + LIFT)
    world.read_panel = failing(of_data, "of-data")
    for name in ("analyse_lift", "read_experiments"):  # `check` reads experiments, a run analyses them
        monkeypatch.setitem(lazy.FUNCTIONS, name, failing(of_lift, "of-lift"))
    with pytest.raises(MixproofError) as raised:
        command(world.config, output=world.runs)
    assert type(raised.value) is family
    assert [fault.code for fault in raised.value.faults] == ["of-data", "of-lift"]


def test_one_error_is_raised_as_it_is(world) -> None:
    world.config.write_text(world.config.read_text() + LIFT)
    world.read_panel = failing(ResourceError, "of-data")
    with pytest.raises(ResourceError) as raised:
        stages.run(world.config, output=world.runs)
    assert [fault.code for fault in raised.value.faults] == ["of-data"]
