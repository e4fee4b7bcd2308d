"""Models and evidence with one fault, and after its remedy: what `check` says once it has read the data."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from lift.analyse import analyse
from mixproof.aggregates.sources import read_panel
from mmm.backtest.frame import set_frame
from mmm.problem.problem import build_problem
from mmm.sampling.approximation import draft
from tests.end_to_end.remedies.folder import (
    CONFIG,
    Case,
    Edit,
    Files,
    by_geo,
    cells,
    frame,
    national,
    swap,
    table,
    without,
)
from workflow.config import load_config
from workflow.run import check

RECORD = "e.json"
MODEL = "mmm:\n  fit: {chains: 2}\n"
SPENT = f"{table()['tv'][17:21].sum():.2f}"
TEST = (
    "{name: tv test, kind: imported, source: platform_lift, channels: [tv], start: 2022-05-02, end: 2022-05-29,"
    f" scope: total, outcome_kind: revenue, unit: EUR, point: 500, se: 300, spend: {SPENT}, treated_share: 1.0}}"
)
STATED = (
    "{name: tv return, kind: imported, source: other, channels: [tv], scope: iroas, outcome_kind: revenue,"
    " unit: EUR per EUR, point: 0.5, se: 0.05}"
)


def checked(path: Path) -> None:
    """Check a config as the command does."""
    check(path)


def backtested(path: Path) -> None:
    """Prepare a backtest up to its first fit."""
    config = load_config(path)
    assert config.data is not None and config.mmm is not None
    set_frame(build_problem(read_panel(config.data, path.parent), config.mmm))


def model(text: str) -> Edit:
    """Give the model other settings."""
    return swap(MODEL, f"mmm:\n{text}")


def with_test(test: str, calibrate: str = "calibrate: {}\n") -> Files:
    """Return a good national folder with one experiment."""
    files = national()
    lift = f"lift:\n  currency: EUR\n  experiments:\n    - {test}\n"
    return {**files, CONFIG: str(files[CONFIG]) + lift + calibrate}


def drafted(path: Path) -> None:
    """Draft a model up to its first gradient."""
    config = load_config(path)
    assert config.data is not None and config.mmm is not None
    draft(build_problem(read_panel(config.data, path.parent), config.mmm), 1)


def tested() -> Files:
    """Return a folder with the total of a test."""
    return with_test(TEST)


def stated() -> Files:
    """Return a folder with a return that another tool stated."""
    return with_test(STATED)


def recorded() -> Files:
    """Return a good folder with the record of a return that another run has written."""
    files = national()
    with TemporaryDirectory() as name:
        for file, text in stated().items():
            Path(name, file).write_text(str(text))
        lift = load_config(Path(name, CONFIG)).lift
        assert lift is not None
        (record,) = analyse(lift, Path(name), 1).evidence
    return {**files, RECORD: record.to_json(), CONFIG: str(files[CONFIG]) + "calibrate: {files: [e.json]}\n"}


def changed(**values: object) -> Edit:
    """Give the record other values."""

    def edit(files: Files) -> None:
        files[RECORD] = json.dumps({**json.loads(files[RECORD]), **values})

    return edit


def without_price(files: Files) -> None:
    """Leave the control out."""
    swap("  controls:\n    - {name: price, column: price}\n", "")(files)


FREE = (
    cells("tv", slice(None), "0"),
    without_price,
    swap("{name: tv, spend: tv}", "{name: tv, spend: tv, exposure: price}"),
    model("  channels: {tv: {prior: {roi: {median: 1.0, upper: 3.0}}}}\n"),
    swap("  currency: EUR\n", "  currency: EUR\n  accept: [all-zero-channel]\n"),
)
NATIONAL = (
    Case("mean-lag-unreachable", (model("  default: {adstock: {family: binomial, lags: 4, mean_lag: 2.5}}\n"),),
         "Use a mean_lag from 0 to 2", (swap("mean_lag: 2.5", "mean_lag: 1.0"),), "lag"),
    Case("mean-lag-unreachable", (model("  default: {adstock: {family: binomial, lags: 4, mean_lag: 2.5}}\n"),),
         "more lags", (swap("lags: 4", "lags: 12"),), "lags"),
    Case("media-share-implausible", (cells("tv", slice(None), "1e9"),), "Bring spend and outcome to one unit",
         (cells("tv", slice(None), "1e3"),), "unit"),
    Case("media-share-implausible", (cells("tv", slice(None), "1e9"),), "accept: [media-share-implausible]",
         (swap("  currency: EUR\n", "  currency: EUR\n  accept: [media-share-implausible]\n"),), "accepted"),
    Case("outcome-unsuited", (cells("sales", 3, "0"), model("  likelihood: {family: lognormal}\n")), "Use family: student_t",
         (swap("family: lognormal", "family: student_t"),)),
    Case("prior-without-spend", FREE, "State the prior as a share",
         (swap("roi: {median: 1.0, upper: 3.0}", "share: {median: 0.1, upper: 0.3}"),), "share"),
    Case("prior-without-spend", FREE, "leave the channel out",
         (swap("    - {name: tv, spend: tv, exposure: price}\n", ""),
          swap("  channels: {tv: {prior: {roi: {median: 1.0, upper: 3.0}}}}\n", "  fit: {chains: 2}\n")),
         "left out"),
    Case("not-computable", (cells("tv", slice(None), "5e-324"),), "leave it out", (swap("    - {name: tv, spend: tv}\n", ""),)),
)  # fmt: skip
BY_GEO = (
    Case("outcome-never-known", (frame(lambda t: t.assign(sales=t["sales"].where(t["region"] == "north", ""))),
                                 swap("mmm:\n", "  missing: {outcome: leave}\nmmm:\n")),
         "leave its rows out", (without(lambda t: t["region"] == "south"),)),
)  # fmt: skip
MROI = "  default: {prior: {mroi: {median: 1.0, upper: 3.0}}}\n"
DRAFTS = (
    Case("draft-uncovered", (model(f"{MROI}  fit: {{mode: draft, draws: 100, chains: 2}}\n"),),
         "draft the model without that part",
         (swap(MROI, ""),)),
)  # fmt: skip
BACKTESTS = (
    Case("backtest-uncovered", (model(f"{MROI}  backtest: {{origins: 4}}\n"),), "Leave it out of the model",
         (swap(MROI, ""),)),
    Case("backtest-too-long", (model("  backtest: {origins: 30}\n"),), "At most 20", (swap("30}", "20}"),)),
    Case("backtest-unseen", (cells("tv", slice(0, 35), "0"), model("  backtest: {origins: 8}\n")), "Take fewer",
         (swap("origins: 8", "origins: 2"),)),
)  # fmt: skip
SECOND = (
    "    - "
    + TEST.replace("tv test", "again").replace(" outcome_kind", " in_panel: false, outcome_kind")
    + "\n"
)
AGAIN = (swap("calibrate: {}\n", f"{SECOND}calibrate: {{}}\n"),)
TESTED = (
    Case("evidence-unit", (swap("outcome_kind: revenue, unit: EUR,", "outcome_kind: count, unit: conversions,"),),
         "on the same outcome", (swap("outcome_kind: count, unit: conversions,", "outcome_kind: revenue, unit: EUR,"),)),
    Case("calibrate-share", (swap(f"spend: {SPENT}, treated_share: 1.0", "spend: 900"),),
         "an imported result its `treated_share`", (swap("se: 300", "se: 300, treated_share: 0.2"),)),
    Case("calibrate-spend", (swap("se: 300, spend: ", "se: 300, spend: 9"),), "Correct one of them",
         (swap("se: 300, spend: 9", "se: 300, spend: "),), "corrected"),
    Case("calibrate-spend", (swap("se: 300, spend: ", "se: 300, spend: 9"),), "set `in_panel: false`",
         (swap("se: 300,", "se: 300, in_panel: false,"),), "another market"),
    Case("calibrate-spend", (swap("point: 500, se: 300, spend: ", "point: 500, se: 300, spend: 0"), cells("tv", 18, "1500")),
         "raise calibrate.tolerance", (swap("calibrate: {}", "calibrate: {tolerance: 0.5}"),), "tolerated"),
    Case("calibrate-dose", (swap(f", spend: {SPENT}", ""),), "Give the experiment its spend",
         (swap("se: 300", f"se: 300, spend: {SPENT}"),)),
    Case("lift-overlap", AGAIN, "Leave one out", (swap(SECOND, ""),), "left out"),
    Case("lift-overlap", AGAIN, "name the other under overlaps",
         (swap("{name: again,", "{name: again, overlaps: [tv test],"),), "named"),
    Case("lift-window", (swap("end: 2022-05-29", "end: 2024-05-29, in_panel: true"),), "Correct start and end",
         (swap("end: 2024-05-29", "end: 2022-05-29"),), "days"),
    Case("lift-window", (swap("end: 2022-05-29", "end: 2024-05-29, in_panel: true"),), "its `in_panel`",
         (swap(", in_panel: true", ", in_panel: false"),), "outside"),
    Case("evidence-window", (swap("start: 2022-05-02, end: 2022-05-29,", ""),), "scope iroas",
         (swap("scope: total", "scope: iroas"), swap("unit: EUR,", "unit: EUR per EUR,"),
          swap("point: 500, se: 300", "point: 0.5, se: 0.3")),
         "as a return"),
)  # fmt: skip
RECORDED = (
    Case("evidence-spread", (changed(covariance=[[-1.0]]),), "Write the evidence again", (changed(covariance=[[0.0025]]),)),

    Case("calibrate-file", (swap("files: [e.json]", "files: [missing.json]"),), "Name a JSON file",
         (swap("files: [missing.json]", "files: [e.json]"),)),
    Case("calibrate-twice", (swap("files: [e.json]", "files: [e.json, e.json]"),), "Name it once",
         (swap("[e.json, e.json]", "[e.json]"),)),
    Case("evidence-channel", (swap("{name: tv,", "{name: television,"),), "names under data.channels",
         (swap("{name: television,", "{name: tv,"),)),
)  # fmt: skip
CASES = (
    *((checked, case, national) for case in NATIONAL),
    *((checked, case, by_geo) for case in BY_GEO),
    *((drafted, case, national) for case in DRAFTS),
    *((backtested, case, national) for case in BACKTESTS),
    *((checked, case, tested) for case in TESTED),
    *((checked, case, recorded) for case in RECORDED),
)
