"""The JSON Schema of the YAML, from the sections themselves: what editors complete and check."""

import json
from typing import Any

from workflow.config import RunConfig

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_text() -> str:
    """Return the JSON Schema as text, ready to be written."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a whole config; descriptions come from the sections' documentation."""
    schema = RunConfig.model_json_schema(mode="validation")
    schema.pop("title", None)
    return {"$schema": DIALECT, "title": "mixproof config", **_plain(schema)}


def _plain(node: Any) -> Any:
    """Return the schema without the titles pydantic invents and with descriptions on one line."""
    if isinstance(node, list):
        return [_plain(member) for member in node]
    if not isinstance(node, dict):
        return node
    named = node.get("properties")
    kept = {key: _plain(value) for key, value in node.items() if key not in ("title", "properties")}
    if isinstance(kept.get("description"), str):
        kept["description"] = " ".join(kept["description"].split())
    if isinstance(named, dict):
        # a property may itself be called title: names are kept, only what describes them is cleaned
        kept["properties"] = {name: _plain(value) for name, value in named.items()}
    return kept
