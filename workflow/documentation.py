"""The generated pages: `python -m workflow.documentation` writes them, a test holds them current."""

import types
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAliasType

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typer.main import get_group

from lift.attribution.faults import FAULTS as ATTRIBUTION
from lift.faults import FAULTS as LIFT
from lift.geo.faults import FAULTS as GEO
from mixproof.catalogue import EXIT_CODES, GROUND, Entry, collect
from mmm.faults import FAULTS as MMM
from mmm.transforms import ADSTOCKS, SATURATIONS
from workflow.cli import app
from workflow.config import RunConfig, schema_text
from workflow.faults import FAULTS
from workflow.tables import TABLES

_ROOT = Path(__file__).resolve().parent.parent
_MADE = "<!-- Generated from the code by `python -m workflow.documentation`; do not edit. -->\n"


def catalogue() -> dict[str, Entry]:
    """Return every fault code of the house."""
    return collect((*GROUND, MMM, LIFT, GEO, ATTRIBUTION, FAULTS))


def errors_page() -> str:
    """Return docs/errors.md."""
    lines = ["# Faults", "", _MADE]
    lines.append(
        "A command shows all faults it finds, each with what, where and what to do, and ends with:\n"
    )
    lines += [
        "| exit code | family |",
        "|---|---|",
        *(f"| {code} | {name} |" for name, code in EXIT_CODES.items()),
    ]
    for family in EXIT_CODES:
        entries = [entry for entry in catalogue().values() if entry.family == family]
        if entries:
            lines += ["", f"## {family} (exit code {EXIT_CODES[family]})", ""]
            lines += ["| code | meaning | what to do |", "|---|---|---|"]
            lines += [f"| `{e.code}` | {_cell(e.meaning)} | {_cell(e.remedy)} |" for e in entries]
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Return docs/commands.md: every command with its arguments and options."""
    lines = ["# Commands", "", _MADE]
    lines.append(
        "`mixproof COMMAND --help` says the same in a terminal; `mixproof --install-completion` completes it there."
    )
    for name, command in get_group(app).commands.items():
        lines += [
            "",
            f"## mixproof {name}",
            "",
            _text(command.help),
            "",
            "| give | meaning | default |",
            "|---|---|---|",
        ]
        for parameter in command.params:
            shown = parameter.name.upper() if parameter.param_type_name == "argument" else parameter.opts[0]
            lines.append(
                f"| `{shown}` | {_cell(_text(getattr(parameter, 'help', '')))} | {_option_default(parameter)} |"
            )
    return "\n".join(lines) + "\n"


def _option_default(parameter: Any) -> str:
    """Return what stands for an option that is not given."""
    if parameter.required:
        return "--"
    if isinstance(parameter.show_default, str):
        return parameter.show_default
    return "" if parameter.default in (None, False) else f"`{parameter.default}`"


def tables_page() -> str:
    """Return docs/tables.md."""
    lines = ["# Tables", "", _MADE]
    lines.append("Every run writes its tables as `tables/NAME.csv`: UTF-8, comma, point, one header line.")
    lines.append("Intervals are of the kind and level that the YAML names.")
    for table in TABLES:
        lines += ["", f"## {table.name}", "", f"One row is {table.row}.", ""]
        lines += ["| column | kind | unit | meaning |", "|---|---|---|---|"]
        lines += [f"| `{c.name}` | {c.kind} | {_cell(c.unit)} | {_cell(c.meaning)} |" for c in table.columns]
    return "\n".join(lines) + "\n"


def model_page() -> str:
    """Return docs/model.md, which is written by hand, with the tables of families between its marks made from their rows."""
    text = (_ROOT / "docs/model.md").read_text(encoding="utf-8")
    sections = {section.__name__.lower(): section for _, section in _sections("", RunConfig, {})}
    tables = (("adstock", "w[l] proportional to", ADSTOCKS), ("saturation", "f(x)", SATURATIONS))
    for kind, head, families in tables:
        begin, end = (
            f"<!-- {kind} families: made by python -m workflow.documentation -->\n",
            f"<!-- end of {kind} families -->\n",
        )
        default = sections[kind].model_fields["family"].default
        lines = [f"| `{kind}.family` | {head} |", "|---|---|"]
        for name, family in families.items():
            lines.append(f"| `{name}`{' (default)' if name == default else ''} | {family.formula} |")
        before, rest = text.split(begin)
        text = before + begin + "\n" + "\n".join(lines) + "\n\n" + end + rest.split(end)[1]
    return text


def config_page() -> str:
    """Return docs/config.md: every key of the YAML, by section."""
    lines = ["# The YAML", "", _MADE]
    lines.append(
        "Keys that are not listed are refused, and nothing is coerced. `--` marks keys that must be given."
    )
    seen: dict[type[BaseModel], str] = {}
    for heading, model in list(_sections("", RunConfig, seen)):  # all of them first: links need every heading
        lines += ["", f"## {heading or 'top level'}", "", _text(model.__doc__), ""]
        lines += ["| key | value | default | meaning |", "|---|---|---|---|"]
        for name, field in model.model_fields.items():
            value = _type(field.annotation, field, seen)
            lines.append(f"| `{name}` | {value} | {_default(field)} | {_cell(_text(field.description))} |")
    return "\n".join(lines) + "\n"


def _sections(
    path: str, model: type[BaseModel], seen: dict[type[BaseModel], str]
) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield each section once, with the path where it is met first."""
    if model in seen:
        return
    seen[model] = path
    yield path, model
    for name, field in model.model_fields.items():
        for inner, suffix in _models(field.annotation, ""):
            yield from _sections(f"{path}.{name}{suffix}".lstrip("."), inner, seen)


def _models(annotation: Any, suffix: str) -> Iterator[tuple[type[BaseModel], str]]:
    """Yield the sections inside an annotation, with ``[]`` for lists and ``.NAME`` for mappings."""
    if isinstance(annotation, TypeAliasType):
        yield from _models(annotation.__value__, suffix)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, suffix
    else:
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        mark = "[]" if origin in (tuple, list) else ".NAME" if origin is dict else ""
        members = arguments[:1] if origin is Annotated else arguments
        for member in members:
            if origin is not Literal:
                yield from _models(member, suffix + mark)


def _type(annotation: Any, field: FieldInfo | None, seen: Mapping[type[BaseModel], str]) -> str:
    """Return what may stand there, in words."""
    if isinstance(annotation, TypeAliasType):
        return _type(annotation.__value__, field, seen)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0], None, seen) + _limits(arguments[1:], arguments[0])
    limits = _limits(field.metadata, annotation) if field is not None else ""
    if origin is Literal:
        return ", ".join(f"`{choice}`" for choice in arguments)
    if origin in (typing.Union, types.UnionType):
        kept = [_type(member, None, seen) for member in arguments if member is not type(None)]
        return " or ".join(dict.fromkeys(kept)) + limits
    if origin in (tuple, list):
        return f"list of {_type(arguments[0], None, seen)}{limits}"
    if origin is dict:
        return f"NAME: {_type(arguments[1], None, seen)}{limits}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"section [{seen[annotation]}](#{_anchor(seen[annotation])})"
    return _WORDS.get(annotation, getattr(annotation, "__name__", str(annotation))) + limits


_WORDS: dict[Any, str] = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def _limits(metadata: Any, annotation: Any = None) -> str:
    """Return the bounds of a value, for example `` > 0, <= 1``."""
    shown = []
    for part in metadata:
        if isinstance(part, FieldInfo):
            shown.append(_limits(part.metadata, annotation).strip(" ()"))
        for name, sign in (("gt", ">"), ("ge", ">="), ("lt", "<"), ("le", "<=")):
            if getattr(part, name, None) is not None:
                shown.append(f"{sign} {getattr(part, name):,}")
        for name, word in (("min_length", "at least"), ("max_length", "at most")):
            if (getattr(part, name, None) or 0) > (1 if name == "min_length" and annotation is str else 0):
                shown.append(f"{word} {getattr(part, name)} long")
        if getattr(part, "pattern", None) is not None:
            shown.append(f"`{part.pattern}`".replace("|", "\\|"))
    kept = [text for text in shown if text]
    return f" ({', '.join(kept)})" if kept else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "--"
    default = field.default
    if default is PydanticUndefined or default is None or isinstance(default, BaseModel):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return "none" if default in ((), {}) else f"`{default}`"


def _anchor(heading: str) -> str:
    """Return the link target that Markdown readers make of a heading."""
    kept = "".join(c for c in heading.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-") or "top-level"


def _text(text: str | None) -> str:
    return " ".join((text or "").split())


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|").replace("<", "&lt;")


PAGES: dict[str, Callable[[], str]] = {
    "docs/commands.md": commands_page,
    "docs/errors.md": errors_page,
    "docs/config.md": config_page,
    "docs/model.md": model_page,
    "docs/tables.md": tables_page,
    "configs/mixproof.schema.json": schema_text,
}
"""Every generated file, relative to the repository."""


def main() -> None:
    """Write every generated file."""
    for name, page in PAGES.items():
        (_ROOT / name).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
