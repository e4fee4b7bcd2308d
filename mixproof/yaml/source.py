"""Reading a YAML config without surprises: YAML 1.2, bounded, no aliases, tags or duplicate keys.

The parser's events are read one by one instead of letting a library build objects, so that a hostile file is
refused at the event that makes it hostile: no recursion, no expansion, nothing constructed unasked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from mixproof.errors import ConfigError, Fault
from mixproof.privacy.secrets import is_reference, looks_secret, names_secret
from mixproof.text import visible
from mixproof.yaml.people import refuse_identifiers
from mixproof.yaml.scalars import Complaint, no_text, scalar

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_NODES = 50_000


KeyPath = tuple[str | int, ...]

_START = "Start with `name:`, `data:`, `mmm:`."
_SECRET = "This looks like a password, token or connection string (value not shown)."
_SECRET_REMEDY = "Keep it in the environment and write ${env:NAME} here."
_TEMPLATE = re.compile(r"\{\{|\{%|\$\{(?!env:[A-Za-z_][A-Za-z0-9_]*\})")


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed config: plain values, and the line on which each key or list item stands.

    Parameters
    ----------
    file : str
        Name of the file, as shown in messages.
    value : dict
        Nested dict, list, str, int, float, bool and None.
    lines : dict
        Key path -> line, counted from 1; ``()`` is the whole document.
    """

    file: str
    value: dict[str, Any]
    lines: dict[KeyPath, int]

    def where(self, path: KeyPath) -> str:
        """Return ``file:line key.path`` of `path`, or of the nearest enclosing key that is in the file."""
        return f"{self.file}:{self.line(path)} {dotted(path)}".rstrip()

    def line(self, path: KeyPath) -> int:
        """Return the line of `path`, or of the nearest enclosing key that is in the file."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


def dotted(path: KeyPath) -> str:
    """Return a key path as people write it: ``data.channels[2].spend``."""
    text = ""
    for part in path:
        shown = part if isinstance(part, int) else _clip(part)
        text += f"[{shown}]" if isinstance(part, int) else (f".{shown}" if text else str(shown))
    return text


def read_yaml(path: Path) -> "Scan":
    """Return what stands in the config file `path`, and what is wrong with it as YAML.

    Raises
    ------
    ConfigError
        The file cannot be read, is too large, is not UTF-8, or stops being readable on the way.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ConfigError(
                Fault("config-unreadable", str(path), "This is not a regular file.", "Name a YAML file.")
            )
        if size <= MAX_BYTES:
            return scan_yaml(path.read_bytes(), path.name)
    except OSError as error:
        what = f"The config cannot be read ({error.strerror or type(error).__name__})."
        remedy = "Check the path and the permissions; `mixproof init TABLE` drafts a config from a table."
        raise ConfigError(Fault("config-unreadable", str(path), what, remedy)) from None
    what = f"The config has {size:,} bytes; at most {MAX_BYTES:,} are read."
    raise ConfigError(
        Fault("config-too-large", path.name, what, "A config holds settings; keep data in tables.")
    )


@dataclass(frozen=True, slots=True)
class Scan:
    """A document that could be read to its end, with the faults found in it and the key paths they spoil."""

    document: Document
    faults: tuple[Fault, ...]
    spoiled: frozenset[KeyPath]


def parse_yaml(raw: bytes, file: str = "config") -> Document:
    """Return the config in `raw`: one YAML 1.2 document with a mapping at the top.

    Parameters
    ----------
    raw : bytes
    file : str
        Its name in messages.

    Returns
    -------
    Document

    Raises
    ------
    ConfigError
        With every fault: wrong encoding, syntax error, alias, anchor, tag, duplicate key, NaN or infinity,
        number with a leading zero, template, literal secret, too deep (`MAX_DEPTH`), too many nodes
        (`MAX_NODES`).
    """
    scan = scan_yaml(raw, file)
    if scan.faults:
        raise ConfigError(scan.faults)
    return scan.document


def scan_yaml(raw: bytes, file: str = "config") -> Scan:
    """Return the document in `raw` with the faults it could be read past, so that validation can add its own.

    Parameters
    ----------
    raw : bytes
    file : str
        Its name in messages.

    Returns
    -------
    Scan

    Raises
    ------
    ConfigError
        Reading on made no sense: wrong encoding, syntax error, too large, too deep, empty, not a mapping.
    PrivacyError: a key or value looks like an identifier of a person.
    """
    builder = _Builder(file)
    text = _decode(raw, file)
    try:
        for event in _events(text):
            builder.take(event)
    except YAMLError as error:
        builder.syntax(error)
    except _UnreadableError:
        builder.broken = True
    refuse_identifiers(builder.texts, file)  # before any other message: those repeat keys and values
    if not builder.root and not builder.faults:
        builder.fault("config-empty", 0, (), "The config is empty.", "`mixproof init TABLE` drafts one.")
    if not builder.root or builder.broken:
        raise ConfigError(builder.faults)
    document = Document(file, builder.root[0], builder.lines)
    return Scan(document, tuple(builder.faults), frozenset(builder.spoiled))


def _events(text: str) -> Iterator[Event]:
    """Yield the parser's events; what the parser does not catch itself is a syntax error, too.

    Raises
    ------
    YAMLError
    """
    mark = None
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            mark = event.end_mark
            if isinstance(event, ScalarEvent):  # JSON writes letters beyond 16 bits as two escapes
                event.value = event.value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
            yield event
    except (ValueError, OverflowError, RecursionError):  # an escape beyond Unicode, say
        problem = "a character or number that does not exist is written here, or after it"
        raise MarkedYAMLError(problem=problem, problem_mark=mark) from None


def _decode(raw: bytes, file: str) -> str:
    """Return the text of a UTF-8 file, with or without byte-order mark, any line ending."""
    what = None
    if len(raw) > MAX_BYTES:
        what = f"The config has {len(raw):,} bytes; at most {MAX_BYTES:,} are read."
    elif raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        what = "The config is UTF-16."
    elif b"\0" in raw:
        what = f"The config holds a NUL byte (line {raw[: raw.index(0)].count(b'\n') + 1})."
    if what is None:
        try:
            return raw.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            what = f"The config is not UTF-8 (line {raw[: error.start].count(b'\n') + 1})."
    code = "config-too-large" if len(raw) > MAX_BYTES else "config-encoding"
    raise ConfigError(Fault(code, file, what, "Save it as plain UTF-8 text under 1 MB."))


@dataclass(slots=True)
class _Frame:
    """An open mapping or sequence."""

    node: dict[str, Any] | list[Any]
    path: KeyPath
    key: str | None = None
    key_lines: dict[str, int] = field(default_factory=dict)


class _UnreadableError(Exception):
    """Reading on makes no sense; the builder holds the faults."""


class _Builder:
    """Turns parser events into plain values and collects faults on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.spoiled: set[KeyPath] = set()
        self.broken = False
        self.root: list[Any] = []
        self.lines: dict[KeyPath, int] = {(): 1}
        self.texts: list[tuple[str, int]] = []
        self._open: list[_Frame] = []
        self._nodes = 0

    def fault(self, code: str, line: int, path: KeyPath, what: str, remedy: str) -> None:
        """Note a fault at a line counted from 0."""
        self.faults.append(Fault(code, f"{self.file}:{line + 1} {dotted(path)}".rstrip(), what, remedy))
        self.spoiled.add(path)

    def stop(self, code: str, line: int, what: str, remedy: str) -> NoReturn:
        """Note a fault after which reading on makes no sense."""
        self.fault(code, line, (), what, remedy)
        raise _UnreadableError

    def syntax(self, error: YAMLError) -> None:
        """Note a syntax error, in the parser's words but without its quotation of the file."""
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        problem = (error.problem if isinstance(error, MarkedYAMLError) else None) or "unreadable character"
        place = f", column {mark.column + 1}" if mark else ""
        remedy = "Check indentation, colons and quotes; quote text that holds `: ` or starts with a symbol."
        self.fault("config-syntax", mark.line if mark else 0, (), f"Not YAML: {problem}{place}.", remedy)
        self.broken = True

    def take(self, event: Event) -> None:
        """Take the next event of the parser."""
        line = event.start_mark.line if event.start_mark else 0
        if isinstance(event, DocumentStartEvent):
            self._document(event, line)
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._open.pop()
        if not isinstance(event, NodeEvent):
            return
        self._nodes += 1
        if self._nodes > MAX_NODES:
            what = f"The config holds more than {MAX_NODES:,} values."
            self.stop("config-too-large", line, what, "A config holds settings; keep data in tables.")
        self._refuse_indirection(event, line)
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._begin(event, line)
        elif isinstance(event, ScalarEvent):
            self._scalar(event, line)
        elif self._expects_key():
            self.stop("config-key", line, "A key must be text.", "Write the key out.")
        else:
            self._put(None, line)

    def _document(self, event: DocumentStartEvent, line: int) -> None:
        if self.root:
            what = "The file holds a second document."
            self.stop("config-documents", line, what, "Keep one config a file (no second `---`).")
        if event.version is not None and tuple(event.version) != (1, 2):
            what = "The file asks for another version of YAML."
            self.fault("config-syntax", line, (), what, "Configs are YAML 1.2; drop the %YAML line.")

    def _refuse_indirection(self, event: NodeEvent, line: int) -> None:
        """Aliases can blow a small file up without bound, and tags can name code: neither has a use here."""
        path = self._path()
        if isinstance(event, AliasEvent):
            self.fault("config-alias", line, path, "Aliases (*name) are not allowed.", "Write the value out.")
            return
        if event.anchor is not None:
            self.fault("config-alias", line, path, "Anchors (&name) are not allowed.", "Write the value out.")
        if getattr(event, "tag", None) is not None:
            remedy = "Remove the tag; quote the value if it is text."
            self.fault("config-tag", line, path, "Tags (!name) are not allowed.", remedy)

    def _begin(self, event: MappingStartEvent | SequenceStartEvent, line: int) -> None:
        if len(self._open) >= MAX_DEPTH:
            what = f"The nesting is deeper than {MAX_DEPTH} levels."
            self.stop("config-too-deep", line, what, "Write a flatter config.")
        if not self._open and isinstance(event, SequenceStartEvent):
            self.stop("config-syntax", line, "The config is a list at the top.", _START)
        if self._expects_key():
            what = "A key must be text; here it is a list or mapping (a template, perhaps)."
            self.stop("config-key", line, what, "Templates and expressions have no meaning here.")
        node: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
        path = self._put(node, line)
        self._open.append(_Frame(node, path))

    def _expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].node, dict) and self._open[-1].key is None

    def _path(self) -> KeyPath:
        """Return the key path of the value that comes next."""
        if not self._open:
            return ()
        frame = self._open[-1]
        if isinstance(frame.node, list):
            return (*frame.path, len(frame.node))
        return frame.path if frame.key is None else (*frame.path, frame.key)

    def _put(self, value: Any, line: int) -> KeyPath:
        path = self._path()
        if not self._open:
            self.root.append(value)
            return path
        frame = self._open[-1]
        if isinstance(frame.node, list):
            self.lines[path] = line + 1
            frame.node.append(value)
        elif frame.key is not None:
            frame.node[frame.key] = value
            frame.key = None
        return path

    def _scalar(self, event: ScalarEvent, line: int) -> None:
        self.texts.append((event.value, line + 1))
        if self._expects_key():
            self._key(event, line)
            return
        if not self._open:
            if event.value or event.style:
                self.stop("config-syntax", line, "The config is a single value.", _START)
            return  # a file of comments: the parser reports one empty scalar
        path = self._path()
        value, complaint = scalar(event.value, plain=event.style is None)
        if value is not None:
            self._refuse_text(event.value, path, line)
        self._complain(complaint, path, line)
        self._put(value, line)

    def _key(self, event: ScalarEvent, line: int) -> None:
        """Keys are names: taken as written, so that `on:` or `1.10:` never turn into something else."""
        frame, key = self._open[-1], event.value
        if self._complain(no_text(key), frame.path, line):
            raise _UnreadableError
        if looks_secret(key):
            self.stop("config-secret", line, _SECRET, _SECRET_REMEDY)  # the key must not reach a message
        path = (*frame.path, key)
        if key in frame.key_lines:
            what = f"The key stands twice, on lines {frame.key_lines[key]} and {line + 1}."
            self.fault("config-duplicate-key", line, path, what, "Keep one of them.")
        if not key or (key == "<<" and event.style is None):
            what = "Merge keys (<<) are not allowed." if key else "A key is empty."
            self.fault("config-key", line, path, what, "Write the keys out.")
        frame.key = key
        frame.key_lines.setdefault(key, line + 1)
        self.lines.setdefault(path, line + 1)

    def _complain(self, complaint: Complaint | None, path: KeyPath, line: int) -> bool:
        """Return whether there is a complaint, after noting it."""
        if complaint is not None:
            self.fault(complaint.code, line, path, complaint.what, complaint.remedy)
        return complaint is not None

    def _refuse_text(self, text: str, path: KeyPath, line: int) -> None:
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        if looks_secret(text) or (text and names_secret(key) and not is_reference(text)):
            self.fault("config-secret", line, path, _SECRET, _SECRET_REMEDY)
        elif _TEMPLATE.search(text):
            what = "Templates and expressions have no meaning in a config."
            self.fault("config-template", line, path, what, "Write the value out.")


def _clip(text: str, limit: int = 40) -> str:
    """Return `text` short enough, and visible enough, for a message."""
    shown = visible(text[:limit])
    return shown if len(text) <= limit else f"{shown}..."
