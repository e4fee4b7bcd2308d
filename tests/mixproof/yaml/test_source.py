"""Hostile, broken and surprising YAML (torture lines 1-6, 8, 10-12, 20)."""

import resource
import time
from pathlib import Path

import pytest

from mixproof.errors import ConfigError
from mixproof.yaml.source import MAX_BYTES, dotted, parse_yaml, read_yaml, scan_yaml

BOMB = b"a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 10)
)

REFUSED = {
    "python tag": (b'a: !!python/object/apply:os.system ["touch canary"]', "config-tag", 1),
    "own tag": (b"a: 1\nb: !secret x", "config-tag", 2),
    "anchor": (b"a: &x 1", "config-alias", 1),
    "alias": (b"a: 1\nb: *x", "config-alias", 2),
    "self-reference": (b"a: &a [*a]", "config-alias", 1),
    "alias bomb": (BOMB, "config-alias", 1),
    "merge key": (b"<<: {a: 1}", "config-key", 1),
    "deep flow lists": (b"a: " + b"[" * 20_000, "config-too-deep", 1),
    "deep block lists": (b"a:\n" + b"".join(b" " * n + b"-\n" for n in range(100)), "config-too-deep", 33),
    "deep list at the top": (b"[" * 20_000, "config-syntax", 1),
    "many values": (b"a: [" + b"1," * 60_000 + b"]", "config-too-large", 1),
    "duplicate": (b"a: 1\nb: 2\na: 3", "config-duplicate-key", 3),
    "empty": (b"", "config-empty", 1),
    "comments only": (b"# nothing\n\n# here\n", "config-empty", 1),
    "bare document": (b"---\n", "config-empty", 1),
    "list at the top": (b"- a\n- b", "config-syntax", 1),
    "text at the top": (b"just words", "config-syntax", 1),
    "two documents": (b"a: 1\n---\nb: 2", "config-documents", 2),
    "YAML 1.1": (b"%YAML 1.1\n---\na: yes", "config-syntax", 2),
    "NUL": (b"a: 1\nb: \0", "config-encoding", None),
    "UTF-16": ("a: 1".encode("utf-16"), "config-encoding", None),
    "Latin-1": ("a: größe".encode("latin-1"), "config-encoding", None),
    "control character": (b"a: \x01", "config-syntax", 1),
    "half a pair of escapes": (b'a: 1\nb: "@\\ud83d"', "config-character", 2),
    "tab": (b"a:\n\tb: 1", "config-syntax", 2),
    "open bracket": (b"a: [1, 2\nb: 3", "config-syntax", 2),
    "template as flow mapping": (b"a: {{ x }}", "config-key", 1),
    "template in quotes": (b'a: "{{ x }}"', "config-template", 1),
    "block template": (b"a: '{% if x %}'", "config-template", 1),
    "foreign reference": (b"a: ${HOME}", "config-template", 1),
    "list as key": (b"? [a]\n: 1", "config-key", 1),
    "alias as key": (b"? *x\n: 1", "config-alias", 1),
    "nan": (b"a: .nan", "config-not-finite", 1),
    "infinity": (b"a: .inf", "config-not-finite", 1),
    "minus infinity": (b"a: -.INF", "config-not-finite", 1),
    "overflow": (b"a: 1e999", "config-not-finite", 1),
    "octal or decimal": (b"a: 0777", "config-leading-zero", 1),
    "grouped digits in a list": (b"a: [1,000]", "config-leading-zero", 1),
    "too many bytes": (b"#" * (MAX_BYTES + 1), "config-too-large", None),
}

MEANINGS = {
    "NO": "NO",
    "yes": "yes",
    "on": "on",
    "off": "off",
    "true": True,
    "False": False,
    "null": None,
    "~": None,
    "1e3": 1000.0,
    "12:30:00": "12:30:00",
    "1_000": "1_000",
    "1,000": "1,000",
    "1.10": 1.1,
    "0x1F": 31,
    "0o17": 15,
    "0b11": "0b11",
    "-0": 0,
    ".5": 0.5,
    "2024-01-31": "2024-01-31",
    "2024-01-31T10:00:00Z": "2024-01-31T10:00:00Z",
    '"12"': "12",
    "'true'": "true",
    '"\\ud83d\\ude00"': "\U0001f600",
    "${env:NAME}": "${env:NAME}",
}

SECRETS = {
    "password": b"password: hunter2",
    "number as password": b"db_password: 123456",
    "token in a list": b"api_key:\n  - abcdef",
    "connection string": b"source: postgresql://reader:hunter2@db.example/sales",
    "key-value string": b"source: Server=db;Password=hunter2;Database=sales",
    "in a key": b"'https://me:hunter2@example.org': 1",
    "private key": b"text: '-----BEGIN RSA PRIVATE KEY-----hunter2'",
    "bearer": b"header: Bearer hunter2hunter2hunter2",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_code_and_line(name: str) -> None:
    raw, code, line = REFUSED[name]
    with pytest.raises(ConfigError) as caught:
        parse_yaml(raw, "x.yaml")
    fault = caught.value.faults[0]
    assert (caught.value.exit_code, fault.code) == (2, code)
    assert fault.where.split()[0] == (f"x.yaml:{line}" if line else "x.yaml")


@pytest.mark.parametrize("text", MEANINGS)
def test_plain_scalars_have_their_meaning_in_yaml_1_2(text: str) -> None:
    value = parse_yaml(f"v: {text}".encode()).value["v"]
    assert value == MEANINGS[text]
    assert type(value) is type(MEANINGS[text])


@pytest.mark.parametrize(
    "key", ["on", "NO", "1.10", "true", "null", "0777", "select", "date", "📺", "\u202eabc"]
)
def test_keys_stay_as_written(key: str) -> None:
    assert parse_yaml(f"{key}: 1".encode()).value == {key: 1}


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_are_refused_and_never_shown(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_yaml(SECRETS[name])
    assert [fault.code for fault in caught.value.faults] == ["config-secret"]
    assert "hunter2" not in str(caught.value)
    assert "123456" not in str(caught.value)


@pytest.mark.parametrize("key", ["password", "api_key", "db.token"])
def test_references_to_the_environment_are_kept(key: str) -> None:
    assert parse_yaml(f"{key}: ${{env:NAME}}".encode()).value == {key: "${env:NAME}"}


@pytest.mark.parametrize("raw", [b"\xef\xbb\xbfa: 1\nb: [x]\n", b"a: 1\r\nb: [x]\r\n", b"a: 1\nb:\n- x"])
def test_byte_order_mark_and_line_ends_do_not_matter(raw: bytes) -> None:
    assert parse_yaml(raw).value == {"a": 1, "b": ["x"]}


def test_a_tag_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError):
        parse_yaml(b'a: !!python/object/apply:os.system ["touch canary"]')
    assert not (tmp_path / "canary").exists()


def test_an_alias_bomb_is_refused_at_once_and_in_little_memory() -> None:
    with pytest.raises(ConfigError):
        parse_yaml(b"a: &b 1")  # the parser is warm
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    with pytest.raises(ConfigError):
        parse_yaml(BOMB)
    assert time.process_time() - started < 0.1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(ConfigError) as caught:
        read_yaml(path)
    assert caught.value.faults[0].code == "config-too-large"


@pytest.mark.parametrize("path", ["missing.yaml", "/dev/zero", "."])
def test_what_is_no_file_is_refused(path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_yaml(Path(path))
    assert caught.value.faults[0].code == "config-unreadable"


def test_both_lines_of_a_duplicate_are_shown() -> None:
    with pytest.raises(ConfigError, match="lines 2 and 4"):
        parse_yaml(b"a:\n  channels: 1\n  b: 2\n  channels: 3\n")


def test_all_faults_at_once_and_the_document_can_still_be_validated() -> None:
    scan = scan_yaml(b"a: .nan\nb: 1\nb: 2\nc: !x y\nd: *z\n", "x.yaml")
    assert [fault.code for fault in scan.faults] == [
        "config-not-finite",
        "config-duplicate-key",
        "config-tag",
        "config-alias",
    ]
    assert scan.spoiled == {("a",), ("b",), ("c",), ("d",)}
    assert scan.document.value["b"] == 2


def test_every_key_and_item_knows_its_line() -> None:
    document = parse_yaml(b"a:\n  b:\n    - x\n    - y: 1\n      z: 2\n", "x.yaml")
    assert document.where(("a", "b", 1, "z")) == "x.yaml:5 a.b[1].z"
    assert document.where(("a", "b", 0)) == "x.yaml:3 a.b[0]"
    assert document.where(("a", "nothing", "here")) == "x.yaml:1 a.nothing.here"
    assert dotted(("a", 2, "b")) == "a[2].b"
