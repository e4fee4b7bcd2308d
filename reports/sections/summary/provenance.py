"""Where the numbers come from: everything a third party needs to check them."""

from reports.context import Context
from reports.page import Block, Facts, Section, Text
from reports.wording.model import chains_began


def build(context: Context) -> Section:
    """Return hashes, versions, seed, timings, and the command that verifies the run."""
    source = context.inputs.provenance
    folder = f"runs/{source.name}/{source.run_id}"
    run = [
        ("Run", source.name),
        ("Run id", source.run_id),
        ("Seed", "" if source.seed is None else str(source.seed)),
        ("Configuration, SHA-256", source.config_hash),
        ("Platform", source.platform),
        ("Log-density computed by", source.sampling.get("log_density", "")),
        ("Chains began", chains_began(source.sampling)),
        ("Verify with", f"mixproof verify {folder}"),
    ]
    blocks: list[Block] = [
        Text(
            [
                f"The folder {folder} holds this page with its tables, posterior and configuration. "
                "The command below recomputes every hash."
            ]
        ),
        Facts("The run", [pair for pair in run if pair[1]], code=True),
    ]
    # the posterior is a store of many small files: their hashes are in the manifest, and nobody reads them on a page
    artefacts = {
        name: digest for name, digest in source.artefacts.items() if not name.startswith("posterior.zarr/")
    }
    lists = [
        ("Inputs, SHA-256", source.inputs),
        ("Artefacts, SHA-256", artefacts),
        ("Versions", source.versions),
    ]
    blocks += [Facts(title, sorted(values.items()), code=True) for title, values in lists if values]
    if source.timings:
        times = [
            (stage, f"{context.numbers.plain(seconds, 1)}\u00a0s")
            for stage, seconds in source.timings.items()
        ]
        blocks.append(Facts("Time taken by stage", times))
    return Section("provenance", "Provenance", "Where the numbers come from", blocks)
