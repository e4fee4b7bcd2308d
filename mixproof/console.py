"""What a command says: results on stdout, all else on stderr, JSON for machines, no traceback."""

import contextlib
import json
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from mixproof.errors import Fault, MixproofError, ResourceError
from mixproof.shortage import chain, memory_limit_too_low, shortage
from mixproof.streams import lost
from mixproof.text import visible, visible_json

if TYPE_CHECKING:
    from rich.console import Console

INTERNAL = 70
INTERRUPTED = 130


@dataclass
class Session:
    """One command's talk with its user.

    Parameters
    ----------
    as_json : bool
        One JSON object on stdout at the end, and nothing else there.
    quiet : bool
        Nothing on stderr but faults.
    debug : bool
        Tracebacks are shown.
    """

    as_json: bool = False
    quiet: bool = False
    debug: bool = False
    notices: list[str] = field(default_factory=list)

    @cached_property
    def progress(self) -> "Console":
        """Return the rich console on stderr for progress; silent when quiet."""
        from rich.console import Console  # rich costs a tenth of a second, and few commands need it

        return Console(stderr=True, quiet=self.quiet, soft_wrap=True, highlight=False)

    def say(self, text: str) -> None:
        """Say something that is not the result, on stderr; in JSON it comes under ``notices``."""
        self.notices.append(text)
        if not self.quiet:
            print(visible(text, lines=True), file=sys.stderr)

    def finish(
        self, record: Mapping[str, Any], text: str, exit_code: int = 0, kept: bool = False
    ) -> NoReturn:
        """Give the result, as JSON or as text, and end the command with `exit_code`.

        Parameters
        ----------
        record : mapping
            The result for machines.
        text : str
            The result for people.
        exit_code : int
        kept : bool
            Whether the result is on disk, too, so that nothing is lost where standard output is full.
        """
        if self.as_json:
            notices = {"notices": self.notices} if self.notices else {}
            said = json.dumps({"exit_code": exit_code, **record, **notices}, ensure_ascii=False, default=str)
            print(visible_json(said))
        elif text:
            print(visible(text, lines=True))
        self.end(exit_code, kept)

    def announce(self, record: Mapping[str, Any], text: str) -> None:
        """Give what a command that goes on has to say, as JSON or as text, at once.

        Parameters
        ----------
        record : mapping
            For machines.
        text : str
            For people.
        """
        said = (
            visible_json(json.dumps(record, ensure_ascii=False))
            if self.as_json
            else visible(text, lines=True)
        )
        print(said, flush=True)

    def end(self, exit_code: int, kept: bool = False) -> NoReturn:
        """End the command once standard output has been written; where it cannot be, say so, with code 6 if that is all.

        Parameters
        ----------
        exit_code : int
            Of the command.
        kept : bool
            Whether the result is on disk, too.
        """
        sys.stdout.flush()
        if reason := lost(sys.stdout):
            print(f"The result could not be written to standard output ({reason}).", file=sys.stderr)
            exit_code = exit_code if kept or exit_code else ResourceError.exit_code
        raise SystemExit(exit_code)

    def fail(self, error: MixproofError) -> NoReturn:
        """Show every fault and end the command with the error's exit code."""
        if self.as_json:
            faults = [fault.as_dict() for fault in error.faults]
            self.finish({"family": error.family, "faults": faults}, "", error.exit_code)
        print(fault_text(error.family, error.faults), file=sys.stderr)
        raise SystemExit(error.exit_code)

    def crash(self, error: BaseException) -> NoReturn:
        """Write the log of a fault of the tool itself, name it, and end with code 70."""
        text = log_text(error)
        log = write_log(text)
        where = str(log) if log else "it could be written nowhere, so it stands here"
        what = f"mixproof has met a fault of its own ({type(error).__name__})."
        remedy = "Send the log to the maintainers; it holds code places and versions, no data."
        if self.as_json:
            fault = Fault("internal", where, what, remedy)
            shown = {} if log else {"log": text}
            self.finish({"family": "internal", "faults": [fault.as_dict()], **shown}, "", INTERNAL)
        print(f"{what}\n  log: {visible(where)}\n  do:  {remedy}", file=sys.stderr)
        if log is None:
            print(visible(text, lines=True), file=sys.stderr)
        raise SystemExit(INTERNAL)


def fault_text(family: str, faults: Sequence[Fault]) -> str:
    """Return faults for people: a heading, then what, where and do of each.

    Parameters
    ----------
    family : str
        Of the error that carries them.
    faults : sequence of Fault

    Returns
    -------
    str
    """
    heading = f"{len(faults)} {family} fault{'s' if len(faults) != 1 else ''}"
    lines = [map(visible, (fault.what, fault.where, fault.remedy)) for fault in faults]
    blocks = [f"  what:  {what}\n  where: {where}\n  do:    {remedy}" for what, where, remedy in lines]
    return "\n\n".join([heading, *blocks])


def version_of(package: str) -> str:
    """Return the version of an installed package, or ``"not installed"``."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


@contextmanager
def session(as_json: bool, quiet: bool, debug: bool) -> Iterator[Session]:
    """Yield the session of a command, and turn whatever goes wrong in it into messages and exit codes.

    Parameters
    ----------
    as_json : bool
        Whether stdout gets one JSON object and nothing else.
    quiet : bool
        Whether stderr gets nothing but faults.
    debug : bool
        Whether tracebacks are shown.

    Yields
    ------
    Session
        What the command prints with; leaving the block with an error ends the process with the error's exit
        code.
    """
    talk = Session(as_json, quiet, debug)
    try:
        if (limit := memory_limit_too_low()) is not None:
            raise ResourceError(limit)
        yield talk
    except MixproofError as error:
        if debug:
            traceback.print_exc()
        talk.fail(error)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except Exception as error:
        if debug:
            traceback.print_exc()
        lacking = shortage(error)
        if lacking is not None:
            talk.fail(ResourceError(lacking))
        talk.crash(error)


def log_text(error: BaseException) -> str:
    """Return what the log of a fault of the tool says.

    It holds the kinds of exception, the places in the code and the versions. Messages of exceptions are left
    out: those of libraries quote data. An error that another process has met brings its places along.
    """
    lines = [f"time: {datetime.now(UTC).isoformat(timespec='seconds')}", f"platform: {platform.platform()}"]
    lines += [f"python: {platform.python_version()}"]
    for package in ("mixproof", "pymc", "nutpie", "arviz", "pandas", "numpy", "duckdb", "pydantic"):
        lines.append(f"{package}: {version_of(package)}")
    lines += code_places(error)
    return "\n".join(lines) + "\n"


def write_log(text: str) -> Path | None:
    """Return the file of a log, readable by its owner only; None where it can be written nowhere."""
    path = None
    try:
        handle, name = tempfile.mkstemp(prefix="mixproof-", suffix=".log", text=True)  # 0600 by itself
        path = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError:
        with contextlib.suppress(OSError):
            if path is not None:
                path.unlink()
        return None
    return path


def code_places(error: BaseException) -> list[str]:
    """Return kind and places in the code of an error and of those that led to it, one a line; no message of theirs."""
    lines: list[str] = []
    for link in chain(error):
        lines.append(f"\n{type(link).__module__}.{type(link).__qualname__}")
        frames = traceback.extract_tb(link.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        lines += getattr(link, "elsewhere", ())
    return lines
