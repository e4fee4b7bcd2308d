"""The one model that all origins of a backtest share: what is known at the first of them, and the calendar.

Units and priors come from the outcomes and media before the first forecast alone: what an average period is, the usual
exposure, the window that a prior on ROI is about, the mean and spread of controls, the largest dose of a treatment.
From the dates after it comes only what a calendar tells: which seasons, holidays and stretches of the drift there are.
The media, controls and treatments of forecast periods are read as plans: forecasts are conditional on them.

Origins then differ in nothing but how many outcomes they have seen, so that a posterior of one is, reweighted, that of
another, and the log densities of all forecasts add up to that of the whole stretch.
"""

from dataclasses import dataclass, replace

import numpy as np

from mixproof.aggregates.panel import Panel
from mmm.backtest.rebase import rebased
from mmm.config import MmmConfig
from mmm.kernel.buffer.pack import pack
from mmm.kernel.compiled import KernelModel
from mmm.problem.media import Media, outcome_window, prepare
from mmm.problem.model_outcome import model_outcome
from mmm.problem.problem import Setting
from mmm.problem.scaling import Scaling, scale
from mmm.problem.vector import Layout, lay_out


@dataclass(frozen=True, slots=True)
class Frame:
    """The model of a backtest.

    Parameters
    ----------
    setting : Setting
        Panel with all outcomes, in the units of the first training window.
    layout : Layout
        The unconstrained vector, the same for every origin.
    outcome : numpy.ndarray, shape (geo, date)
        Model outcome, NaN where unknown.
    forecasts : numpy.ndarray of int, shape (origin,)
        Index of the first period that each origin has not seen.
    """

    setting: Setting
    layout: Layout
    outcome: np.ndarray
    forecasts: np.ndarray

    def day(self, period: int) -> str:
        """Return the start of a period as an ISO date."""
        return str(self.setting.panel.data["date"].values[period])[:10]

    def place(self, number: int) -> int:
        """Return the place of an origin's first forecast among all dates from the first forecast on."""
        return int(self.forecasts[number] - self.forecasts[0])

    def model(self, forecast: int) -> KernelModel:
        """Return the model that has seen the outcomes before period `forecast`."""
        setting = self.setting
        seen = hidden_from(setting.panel, forecast)
        outcome = np.where(seen.observed, self.outcome, np.nan)
        buffer = pack(seen, setting.config, self.layout, setting.media, outcome)
        return KernelModel(seen, setting.config, self.layout, buffer)


def set_frame(panel: Panel, config: MmmConfig, origins: int) -> Frame:
    """Return the frame of a backtest whose first forecasts are of the last `origins` periods with an outcome.

    Parameters
    ----------
    panel : Panel
    config : MmmConfig
    origins : int

    Raises
    ------
    DataError
        The outcome does not suit the likelihood.
    """
    known = np.flatnonzero(panel.observed.any(axis=0))
    forecasts = known[-origins:]
    training = replace(panel, data=panel.data.isel(date=slice(0, int(forecasts[0]))))
    scaling = scale(training, config)
    layout = lay_out(panel, config)
    shared, by_geo = rebased(layout.shared, panel, training), rebased(layout.by_geo, panel, training)
    layout = replace(layout, shared=shared, by_geo=by_geo)
    setting = Setting(
        panel=panel,
        config=config,
        scaling=scaling,
        media=_media(panel, training, config, scaling),
        ways=list(layout.ways),
        designs=(*layout.shared, *layout.by_geo),
    )
    return Frame(setting, layout, model_outcome(panel, config, scaling), forecasts)


def hidden_from(panel: Panel, date: int) -> Panel:
    """Return the panel with the outcomes from period `date` on unknown."""
    outcome = panel.data["outcome"].transpose("geo", "date").copy()
    outcome[:, date:] = np.nan
    return replace(panel, data=panel.data.assign(outcome=outcome))


def _media(panel: Panel, training: Panel, config: MmmConfig, scaling: Scaling) -> Media:
    """Return the media of all dates in the units, and with the priors, of the training window."""
    first = prepare(training, config, scaling)
    exposure = panel.data["exposure"].transpose("geo", "date", "channel").values
    frequency = panel.data["frequency"].transpose("geo", "date", "channel").values
    later = panel.data.sizes["date"] - training.data.sizes["date"]
    return replace(
        first,
        exposure=exposure / scaling.exposure[:, None, :],
        frequency=frequency / scaling.frequency,
        window=outcome_window(panel),
        weight=np.pad(first.weight, ((0, 0), (0, later), (0, 0))),
    )
