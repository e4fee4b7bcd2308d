"""Sampling: the same seed gives the same bytes, interrupted or not; it stops when it said it would; it finds the truth."""

import dataclasses
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mixproof.aggregates.panel import Panel
from mixproof.errors import ResourceError
from mmm.calibration import Calibration
from mmm.config import Bias, CalibrateConfig, FitOptions, MmmConfig
from mmm.fit import DECIDES_DRAWS, fit, identity, sample
from mmm.numerics.convergence import STOPPED, Convergence, diagnostics, from_dataset
from mmm.problem.problem import build_problem
from mmm.sampling.chain import UnusableChainError, load
from mmm.sampling.chain_set import Progress
from mmm.sampling.engine import Engine, build_engine
from mmm.sampling.stopping import judged
from tests.mmm.calibration_evidence import geo_test, holdout, statement
from tests.mmm.random_panels import Shape, random_panel

FLAT = {"seasonality": {"yearly": 0}, "drift": {"kind": "none"}}
SMALL: dict[str, Any] = {
    "baseline": FLAT,
    "likelihood": {"family": "normal", "autocorrelation": False},
    "default": {"adstock": {"family": "geometric", "lags": 2}, "saturation": {"family": "none"}},
    "fit": {"chains": 2, "tune": 150, "draws": 100, "max_draws": 200},
}
PANEL, CONFIG = random_panel(Shape(paid=1), seed=4), MmmConfig.model_validate(SMALL)
PROBLEM = build_problem(PANEL, CONFIG)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build_engine(PROBLEM)


@pytest.fixture(scope="module")
def whole(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> tuple[xr.DataTree, Path]:
    folder = tmp_path_factory.mktemp("whole")
    return sample(engine, PROBLEM, 3, checkpoint=folder), folder


def same(one: xr.DataTree, other: xr.DataTree) -> bool:
    groups = ("posterior", "sample_stats")
    return all(one[group].to_dataset().identical(other[group].to_dataset()) for group in groups)


def copied(folder: Path, target: Path) -> Path:
    for path in folder.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    return target


def test_the_same_seed_gives_the_same_draws_and_another_others(
    engine: Engine, whole: tuple[xr.DataTree, Path]
) -> None:
    assert same(whole[0], sample(engine, PROBLEM, 3))
    assert not same(whole[0], sample(engine, PROBLEM, 4))
    chains = whole[0]["posterior"]["level"].values
    assert not np.array_equal(chains[0], chains[1])


def test_chains_that_are_there_are_not_sampled_again(
    engine: Engine, whole: tuple[xr.DataTree, Path], tmp_path: Path
) -> None:
    folder = copied(whole[1], tmp_path)
    (folder / "chain-1.npz").unlink()
    kept = (folder / "chain-0.npz").stat().st_mtime_ns
    assert same(whole[0], sample(engine, PROBLEM, 3, checkpoint=folder))
    assert (folder / "chain-0.npz").stat().st_mtime_ns == kept
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert same(
            whole[0],
            sample(dataclasses.replace(engine, compiled=None), PROBLEM, 3, checkpoint=folder),
        )


DAMAGE = {
    "cut short": lambda raw: raw[: len(raw) // 2],
    "empty": lambda raw: b"",
    "one bit": lambda raw: raw[:700] + bytes([raw[700] ^ 1]) + raw[701:],
    "not a chain": lambda raw: b"PK\x05\x06" + bytes(18),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_chain_is_sampled_again_and_said_so(
    engine: Engine, whole: tuple[xr.DataTree, Path], tmp_path: Path, kind: str
) -> None:
    folder = copied(whole[1], tmp_path)
    path = folder / "chain-1.npz"
    path.write_bytes(DAMAGE[kind](path.read_bytes()))
    with pytest.warns(UserWarning, match=r"chain-1\.npz is damaged: it is sampled again"):
        again = sample(engine, PROBLEM, 3, checkpoint=folder)
    assert same(whole[0], again)


def test_a_chain_of_something_else_is_not_taken(whole: tuple[xr.DataTree, Path]) -> None:
    path, other = whole[1] / "chain-0.npz", random_panel(Shape(paid=1), seed=5)
    assert load(path, identity(PROBLEM, 3)).posterior.sizes["draw"] >= 100
    longer = CONFIG.model_copy(update={"fit": CONFIG.fit.model_copy(update={"max_draws": 400})})
    assert identity(build_problem(PANEL, longer), 3) == identity(PROBLEM, 3)
    for strange in (
        identity(build_problem(other, CONFIG), 3),
        identity(build_problem(PANEL, MmmConfig()), 3),
        identity(PROBLEM, 4),
    ):
        with pytest.raises(UnusableChainError, match="another model, other data or another seed"):
            load(path, strange)


def test_it_stops_at_the_limit_and_says_what_it_reached(engine: Engine) -> None:
    """Two chains of 200 draws cannot have 400 effective ones in the tails of every parameter."""
    said: list[Progress] = []
    tree = sample(engine, PROBLEM, 3, progress=said.append)
    last = said[-1]
    assert tree["posterior"].sizes["draw"] == CONFIG.fit.max_draws == last.target
    assert last.draws == (200, 200)
    assert last.convergence is not None
    assert not last.convergence.enough
    assert [p.target for p in said if p.target != 100] and said[0].target == 100
    assert tree["sample_stats"]["diverging"].sizes == {"chain": 2, "draw": 200}
    assert set(tree["constant_data"].to_dataset().data_vars) == set(PANEL.data.data_vars)


def test_it_stops_as_soon_as_it_is_good_enough(engine: Engine) -> None:
    options = CONFIG.fit.model_copy(update={"draws": 600, "max_draws": 6000})
    long = CONFIG.model_copy(update={"fit": options})
    said: list[Progress] = []
    tree = sample(engine, build_problem(PANEL, long), 3, progress=said.append)
    assert said[-1].convergence is not None
    assert said[-1].convergence.enough
    assert tree["posterior"].sizes["draw"] < 6000


def known_world(effect: float) -> Panel:
    """Return 80 weeks with outcome 1000 + effect x spend + noise of sd 20, spend gamma about 60."""
    panel = random_panel(Shape(paid=1, dates=80), seed=6)
    data, rng = panel.data.copy(deep=True), np.random.default_rng(9)
    spend = data["spend"].values[..., 0]
    data["outcome"][:] = 1000.0 + effect * spend + rng.normal(0.0, 20.0, spend.shape)
    return dataclasses.replace(panel, data=data)


@pytest.mark.parametrize("effect", [0.0, 1.5, 4.0])
def test_a_known_truth_is_found(effect: float) -> None:
    """Linear effect without carryover: the posterior's mean lies within 5 of its sds of the truth (6e-7)."""
    plain = SMALL | {"default": {"adstock": {"family": "none"}, "saturation": {"family": "none"}}}
    config = MmmConfig.model_validate(
        plain | {"fit": {"chains": 2, "tune": 300, "draws": 500, "max_draws": 500}}
    )
    panel = known_world(effect)
    posterior = fit(panel, config, 1)["posterior"]
    value = posterior["media_value"].values
    assert abs(value.mean() - effect) < 5 * value.std()
    spend, outcome = panel.data["spend"].values.ravel(), panel.data["outcome"].values.ravel()
    design = np.column_stack([np.ones(80), spend])
    slope, residual = (
        np.linalg.lstsq(design, outcome)[:2][0][1],
        outcome - design @ np.linalg.lstsq(design, outcome)[0],
    )
    error = residual.std(ddof=2) / np.sqrt(((spend - spend.mean()) ** 2).sum())
    # With this much data the posterior is that of least squares.
    assert value.mean() == pytest.approx(slope, abs=error)
    assert value.std() == pytest.approx(error, rel=0.25)


def test_no_time_to_draw_is_said_before_it_is_a_result() -> None:
    panel = random_panel(Shape())
    config = MmmConfig.model_validate({"fit": {"max_minutes": 1e-6}})
    with pytest.raises(ResourceError) as raised:
        fit(panel, config, seed=1)
    assert raised.value.faults[0].code == "sampling-too-slow"


@pytest.mark.parametrize("interrupted", [False, True])
def test_chains_in_coordinates_that_do_not_suit_start_again_and_adapt_by_themselves(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, interrupted: bool
) -> None:
    config = MmmConfig.model_validate(SMALL | {"fit": {"chains": 4, "draws": 100, "max_draws": 200}})
    unpiloted = build_engine(build_problem(PANEL, config))
    alone = sample(
        unpiloted,
        build_problem(PANEL, config.model_copy(update={"fit": config.fit.model_copy(update={"tune": 300})})),
        3,
    )
    monkeypatch.setattr(Convergence, "unsuited", lambda state, draws: True)
    monkeypatch.setattr(Convergence, "enough", False)
    anew = sample(unpiloted, build_problem(PANEL, config), 3, checkpoint=tmp_path)
    names = {f"{name}-{number}.npz" for name in ("chain", "again") for number in range(4)}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert anew.attrs["start"] == "mode"
    assert same(anew.isel(draw=slice(100)), alone.isel(draw=slice(100)))
    if interrupted:
        (tmp_path / "again-2.npz").unlink()
        assert same(anew, sample(unpiloted, build_problem(PANEL, config), 3, checkpoint=tmp_path))


def test_a_usual_posterior_starts_no_chain_again() -> None:
    state = Convergence(1.02, "a", 150.0, "b", 30)
    assert not state.unsuited(4000)
    assert state.unsuited(2000)
    assert Convergence(1.3, "a", 20.0, "b", 0).unsuited(4000)


@pytest.mark.parametrize(("hopeless", "draws", "said"), [(True, 100, {STOPPED: 100}), (False, 200, {})])
def test_chains_that_are_far_apart_are_stopped_and_marked(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, hopeless: bool, draws: int, said: dict[str, int]
) -> None:
    monkeypatch.setattr(Convergence, "hopeless", lambda state, draws, fewest=500: hopeless)
    tree = sample(engine, PROBLEM, 3)
    assert tree["posterior"].sizes["draw"] == draws
    assert {key: value for key, value in tree.attrs.items() if key == STOPPED} == said


@pytest.mark.parametrize(("r_hat", "draws"), [(4.4, 60), (1.5, 200)])
@pytest.mark.parametrize("share", [0.95, 0.89])
def test_where_a_control_swallows_media_chains_are_looked_at_after_few_draws(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, r_hat: float, draws: int, share: float
) -> None:
    monkeypatch.setattr("mmm.sampling.stopping.controls_that_explain", lambda problem: {"orders": share})
    apart = Convergence(r_hat, "a", 4.0, "b", 0)
    monkeypatch.setattr("mmm.fit.judged", lambda *given: dataclasses.replace(judged(*given), state=apart))
    tree = sample(engine, PROBLEM, 3)
    assert tree["posterior"].sizes["draw"] == (draws if share >= 0.9 else 200)


@pytest.mark.parametrize(
    ("r_hat", "draws", "hopeless"), [(4.4, 1000, True), (4.4, 200, False), (1.8, 1000, False)]
)
def test_only_chains_far_apart_after_enough_draws_are_hopeless(
    r_hat: float, draws: int, hopeless: bool
) -> None:
    assert Convergence(r_hat, "a", 4.0, "b", 0).hopeless(draws) is hopeless


CHANGES: dict[str, Any] = {
    "default": {"saturation": {"family": "hill"}},
    "channels": {"paid 0": {"order": "saturation_first"}},
    "baseline": {"trend": {"kind": "linear"}},
    "geo": {"scaling": "outcome"},
    "likelihood": {"family": "student_t"},
}
"""One change to each section of the config that decides a draw."""


@pytest.mark.parametrize("name", [name for name in DECIDES_DRAWS if name != "fit"])
def test_every_section_that_decides_a_draw_is_in_the_identity(name: str) -> None:
    changed = MmmConfig.model_validate(SMALL | {name: CHANGES[name]})
    assert identity(build_problem(PANEL, changed), 3) != identity(PROBLEM, 3)


@pytest.mark.parametrize(
    ("option", "value", "same_draws"),
    [
        ("tune", 151, False),
        ("target_accept", 0.9, False),
        ("draws", 150, True),
        ("max_draws", 300, True),
        ("max_minutes", 5.0, True),
        ("chains", 3, True),
    ],
)
def test_of_the_fit_only_adaptation_is_in_it(option: str, value: float, same_draws: bool) -> None:
    changed = MmmConfig.model_validate(SMALL | {"fit": SMALL["fit"] | {option: value}})
    assert (identity(build_problem(PANEL, changed), 3) == identity(PROBLEM, 3)) is same_draws


class _LaterFit(FitOptions):
    notes: str = "said with the fit"


class _LaterConfig(MmmConfig):
    fit: _LaterFit = _LaterFit()
    colour: str = "of a chart"


def test_a_new_key_that_decides_no_draw_spoils_no_checkpoint() -> None:
    later = _LaterConfig.model_validate(SMALL)
    assert identity(build_problem(PANEL, later), 3) == identity(PROBLEM, 3)


def test_every_section_is_known_to_decide_draws_or_not_to() -> None:
    shown = {"interval", "fiscal_year_starts", "margin", "backtest"}
    assert set(MmmConfig.model_fields) == {*DECIDES_DRAWS, *shown}


def test_what_sampling_was_stopped_by_is_kept_with_the_posterior(whole: tuple[xr.DataTree, Path]) -> None:
    tree = whole[0]
    parameters, reported = from_dataset(tree["convergence"].to_dataset())
    assert parameters == diagnostics(tree["posterior"].to_dataset())
    again = judged(tree["posterior"].to_dataset(), PROBLEM, 0)
    assert reported == again.reported


def test_what_experiments_measured_is_part_of_what_a_fit_is_known_by() -> None:
    items = (
        holdout(PANEL, "paid 0", 8, 3, 0.4, 50.0),
        statement(PANEL, "paid 0", 1.1, 0.3, experiment="other"),
    )
    known = {identity(PROBLEM, 3)}
    for chosen in (items, items[:1], (dataclasses.replace(items[0], covariance=((1600.0,),)), items[1])):
        known.add(identity(build_problem(PANEL, CONFIG, Calibration(CalibrateConfig(), chosen)), 3))
    options = CalibrateConfig(bias=Bias(people=0.3))
    known.add(identity(build_problem(PANEL, CONFIG, Calibration(options, items)), 3))
    assert len(known) == 5
    same = Calibration(CalibrateConfig(), items)
    assert len({identity(build_problem(PANEL, CONFIG, same), 3) for _ in range(2)} - known) == 0


def test_a_calibrated_fit_keeps_the_outcomes_that_experiments_have_used() -> None:
    panel = random_panel(Shape(geos=2, paid=1), seed=4)
    item = geo_test(panel, ("geo 1",), ("paid 0",), 8, (3, 1), 0.0, (20.0,) * 4)
    tree = fit(panel, CONFIG, 3, calibration=Calibration(CalibrateConfig(), (item,)))
    assert tree.attrs["log_density"] == "kernel"
    xr.testing.assert_identical(tree["constant_data"].to_dataset(), panel.data)
    assert {"evidence_bias", "evidence_size_geos"} <= set(tree["posterior"].data_vars)


def test_a_calibrated_fit_that_was_interrupted_ends_with_the_same_draws(tmp_path: Path) -> None:
    """Its experiments are in what chains are known by: those of another calibration are not taken."""
    items = (
        holdout(PANEL, "paid 0", 8, 3, 0.4, 50.0),
        statement(PANEL, "paid 0", 1.1, 0.3, experiment="other"),
    )
    problem = build_problem(PANEL, CONFIG, Calibration(CalibrateConfig(), items))
    engine = build_engine(problem)
    whole = sample(engine, problem, 3, checkpoint=tmp_path)
    (tmp_path / "chain-1.npz").unlink()
    assert same(whole, sample(engine, problem, 3, checkpoint=tmp_path))
    less = build_problem(PANEL, CONFIG, Calibration(CalibrateConfig(), items[:1]))
    with pytest.warns(UserWarning, match="another model, other data or another seed"):
        other = sample(build_engine(less), less, 3, checkpoint=tmp_path)
    assert not np.array_equal(other["posterior"]["level"].values, whole["posterior"]["level"].values)
