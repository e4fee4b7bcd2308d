"""A config that names a person is refused before any other message about it, by its line alone."""

import pytest

from mixproof.errors import ConfigError, PrivacyError
from mixproof.yaml.source import scan_yaml

PEOPLE = {
    # the config, the lines that the faults must name
    "name: x\nmmm:\n  channel: anna.canary@example.com\n": [3],
    "name: x\nanna.canary@example.com: 1\n": [2],
    "tables:\n  - file: anna.canary@example.com.csv\n  - file: +49 151 23456789.csv\n": [2],
    "a: ['tv', '+49 151 23456789', 'anna.canary@example.com']\n": [1, 1],
    "sheet: 6f1ed002ab5595859014ebf0951522d9\n": [1],
    "anna.canary@example.com: 1\nanna.canary@example.com: 2\n": [
        1,
        2,
    ],  # a key that stands twice is not repeated
    "x: anna.canary@example.com\ny: [1\n": [1],  # nor is anything of a file that is no YAML
    "x: anna.canary@example.com\ny: *z\n": [1],
}
ORDINARY = (
    "date_format: '%Y-%m-%d'\nfile: data/demo_2024_q1.csv\nstart: 2024-01-01\nname: Paid Search 2024\nurl: ${env:URL}\n"
    "seed: 4915112345678\nspend: cost_micros_20240101\nlabel: 'RTL 20:15 Spot 3 30s'\nrates: s3-export_v1.2.10.csv\n"
)


@pytest.mark.parametrize("text", PEOPLE)
def test_people_are_refused_unseen(text):
    with pytest.raises(PrivacyError) as raised:
        scan_yaml(text.encode(), "run.yaml")
    assert [fault.where for fault in raised.value.faults] == [f"run.yaml:{line}" for line in PEOPLE[text]]
    assert raised.value.exit_code == 4
    assert not any(part in str(raised.value) for part in ("canary", "151", "6f1e"))


def test_ordinary_settings_are_read():
    assert scan_yaml(ORDINARY.encode()).faults == ()


def test_other_faults_are_said_where_there_are_no_people():
    with pytest.raises(ConfigError):
        scan_yaml(b"a: 1\nb: [1\n")
