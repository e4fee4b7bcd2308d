"""Where an experiment's numbers come from: everything a third party needs to check them."""

from reports.experiment_inputs import ExperimentPage
from reports.page import Block, Facts, Section, Text


def build(page: ExperimentPage) -> Section:
    """Return hashes, versions, seed, and the command that verifies the run."""
    source = page.source
    folder = f"runs/{source.name}/{source.run_id}"
    run = [
        ("Run", source.name),
        ("Run id", source.run_id),
        ("Seed", "" if source.seed is None else str(source.seed)),
        ("Configuration, SHA-256", source.config_hash),
        ("Platform", source.platform),
        ("Verify with", f"mixproof verify {folder}"),
    ]
    evidence = {name: digest for name, digest in source.artefacts.items() if name.startswith("evidence/")}
    lists = [
        ("Inputs, SHA-256", source.inputs),
        ("Evidence, SHA-256", evidence),
        ("Versions", source.versions),
    ]
    blocks: list[Block] = [
        Text(
            [
                "No personal data: the analysis saw sums of arms, or of geos and periods, and nothing about any person."
            ]
        ),
        Facts("The run", [pair for pair in run if pair[1]], code=True),
        *[Facts(title, sorted(values.items()), code=True) for title, values in lists if values],
    ]
    return Section("provenance", "Provenance", "Where the numbers come from", blocks)
