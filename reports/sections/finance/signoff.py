"""The sign-off sheet: who prepared, reviewed and approved what, and the hashes that say what that was."""

from reports.context import BEFORE, Context
from reports.page import Block, Column, Facts, Section, Table, Text

ROLES = ("Prepared", "Reviewed", "Approved")


def audit_trail(context: Context) -> list[tuple[str, str]]:
    """Return what a third party needs to find the same numbers again: run, configuration, inputs, the run held against."""
    source = context.inputs.provenance
    trail = [("Run", source.run_id), ("Configuration, SHA-256", source.config_hash)]
    trail += [(f"Input {name}, SHA-256", digest) for name, digest in sorted(source.inputs.items())]
    earlier = context.others.get(BEFORE)
    if earlier is not None:
        trail.append(("Held against the run", earlier.provenance.run_id))
    trail += [
        (f"Version of {name}", version) for name, version in source.versions.items() if name == "mixproof"
    ]
    trail.append(("Verify with", f"mixproof verify runs/{source.name}/{source.run_id}"))
    return trail


def build(context: Context) -> Section:
    """Return three lines to sign, and the trail."""
    columns = [Column(head, number=False) for head in ("", "Name", "Date", "Signature")]
    blocks: list[Block] = [
        Text(
            [
                "What is signed is this run: its folder holds the page, the workbook, every table and the ledger's hashes."
            ]
        ),
        Table("Sign-off", columns, [[role, "", "", ""] for role in ROLES]),
        Facts("Audit trail", audit_trail(context), code=True),
    ]
    return Section("sign-off", "Sign-off", "Sign-off and audit trail", blocks)
