"""What the ranks of `benchmarks.sbc` say: a page with the p-values, and a picture of every rank distribution."""

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.uniformity import Uniformity

LEADING = ("version", "replication", "r_hat", "ess", "divergences", "draws", "cpu_seconds")
"""Columns of ``sbc_<model>.csv`` before those of the ranks."""
JOINT = 0.99
"""Probability that all quantities of a calibrated model stay inside their bands."""
MAX_R_HAT, MIN_ESS = 1.01, 400.0
SHOWN = 8
"""Quantities listed for each model, the least uniform ones."""

HEAD = """# Simulation-based calibration of the default model

Made by `python -m benchmarks.sbc`, which says how. In each replication parameters are drawn from the prior and an outcome
from the model; the model is fitted to it with default options, and each true value is ranked among {draws} thinned
draws. A calibrated fit gives uniform ranks. Ranked are all scalar parameters, the intercept of each geo and the
log-likelihood of the outcome.

A p-value is the exact probability that uniform ranks leave as far from the diagonal, anywhere, as these did (Sailynoja
et al. 2022). With K quantities a model passes when all p-values are above {share:g} / K (Bonferroni): a calibrated model does
in at least {joint:.0%} of studies, however its quantities depend on each other. No replication is left out, converged or not.
"""


def summarise(folder: Path, models: list[str], bins: int) -> Path:
    """Return the Markdown page written from the ranks in `folder` of those `models` that have any.

    Parameters
    ----------
    folder : pathlib.Path
    models : list of str
    bins : int
        One more than the draws that truths are ranked among.
    """
    parts = [HEAD.format(draws=bins - 1, share=1 - JOINT, joint=JOINT)]
    for model in models:
        path = folder / f"sbc_{model}.csv"
        if path.exists():
            rows = pd.read_csv(path)
            parts.append(_section(model, rows, bins))
            _picture(model, rows, bins, folder / f"sbc_{model}.png")
    page = folder / "sbc.md"
    page.write_text("\n".join(parts), encoding="utf-8")
    return page


def p_values(rows: pd.DataFrame, bins: int) -> pd.DataFrame:
    """Return p-value, mean rank in standard errors and spread of the ranks of every quantity, least uniform first.

    Returns
    -------
    pandas.DataFrame
        Indexed by quantity: ``p``; ``bias``, how many standard errors the mean rank is above that of uniform ranks
        (truths too large for the fit); ``spread``, the sd of ranks over that of uniform ones (above 1: intervals too narrow).
    """
    ranks = rows.drop(columns=list(LEADING))
    law = Uniformity(len(ranks), bins)
    sd = np.sqrt((bins**2 - 1) / 12)
    found = pd.DataFrame(
        {
            "p": [law.p_value(ranks[name].to_numpy()) for name in ranks.columns],
            "bias": (ranks.mean() - (bins - 1) / 2) / (sd / np.sqrt(len(ranks))),
            "spread": ranks.std(ddof=0) / sd,
        },
        index=ranks.columns,
    )
    return found.sort_values("p")


def _section(model: str, rows: pd.DataFrame, bins: int) -> str:
    """Return the Markdown of one model: the verdict, how the fits went, and the least uniform quantities."""
    found = p_values(rows, bins)
    limit = (1 - JOINT) / len(found)
    outside = [str(name) for name in found.index[found["p"] <= limit]]
    said = f"**fails**: {', '.join(outside)}" if outside else "**passes**"
    late = int(((rows["r_hat"] > MAX_R_HAT) | (rows["ess"] < MIN_ESS)).sum())
    versions = ", ".join(sorted(map(str, rows["version"].unique())))
    lines = [
        f"## {model}",
        "",
        f"{said}. {len(rows)} replications, {len(found)} quantities, smallest p {found['p'].iloc[0]:.2g} "
        f"(limit {limit:.2g}); log-likelihood p {float(found['p']['log_likelihood']):.2g}. Fits: median "
        f"{rows['cpu_seconds'].median():.1f} s of processor time, {late} not converged at the last draw allowed, "
        f"{int((rows['divergences'] > 0).sum())} with divergences. Version of the code: {versions}.",
        "",
        f"![rank distributions](sbc_{model}.png)",
        "",
        "The least uniform quantities. Bias: standard errors by which truths rank above the middle; spread: sd of ranks over "
        "that of uniform ones.",
        "",
        "| quantity | p | bias | spread |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {row.p:.2g} | {row.bias:+.1f} | {row.spread:.2f} |"
        for name, row in zip(map(str, found.index[:SHOWN]), found.itertuples(), strict=False)
    ]
    return "\n".join(lines) + "\n"


def _picture(model: str, rows: pd.DataFrame, bins: int, path: Path) -> None:
    """Draw how far the distribution function of each quantity's ranks is from uniform, with the joint band."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    ranks = rows.drop(columns=list(LEADING))
    law = Uniformity(len(ranks), bins)
    share = np.arange(1, bins) / bins
    lower, upper = law.band(1 - (1 - JOINT) / ranks.shape[1])
    figure, axes = pyplot.subplots(figsize=(7, 3.2), layout="constrained")
    axes.fill_between(share, lower / len(ranks) - share, upper / len(ranks) - share, color="0.9", step="mid")
    for name in sorted(map(str, ranks), key=lambda name: name == "log_likelihood"):
        away = np.cumsum(np.bincount(ranks[name], minlength=bins))[:-1] / len(ranks) - share
        if name == "log_likelihood":
            axes.plot(share, away, color="tab:red", linewidth=1.6, label="log-likelihood")
        else:
            axes.plot(share, away, color="0.4", linewidth=0.5)
    axes.set(xlabel="rank of the truth among draws, as a share", ylabel="ECDF minus uniform", title=model)
    axes.legend(frameon=False, fontsize="small")
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
