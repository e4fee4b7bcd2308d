"""The panel: outcome, media, controls and treatments over (geo, date), the one data type of the house."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

Frequency = Literal["daily", "weekly", "monthly", "yearly"]
OutcomeKind = Literal["revenue", "count"]

PERIODS_PER_YEAR: dict[Frequency, float] = {
    "daily": 365.25,
    "weekly": 365.25 / 7,
    "monthly": 12.0,
    "yearly": 1.0,
}


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Rows of one source table: read = used + excluded, with the reason for the excluded ones."""

    table: str
    read: int
    used: int
    excluded: int
    reason: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the two halves know about the data.

    Parameters
    ----------
    data : xarray.Dataset
        dims ``geo`` (str; one geo named ``"national"`` for national data), ``date`` (datetime64, period
        start, regular), ``channel`` (media, paid then organic), ``control``, ``treatment``. Variables:

        - ``outcome`` (geo, date): NaN in the warm-up before the first outcome and where declared missing;
        - ``outcome_value`` (geo, date): money per unit of outcome; 1 for revenue; NaN when a count has no value;
        - ``exposure`` (geo, date, channel): what drives the response (impressions, GRPs, or the spend itself);
        - ``spend`` (geo, date, channel): money in `currency`; NaN for organic channels;
        - ``frequency`` (geo, date, channel): average frequency where a channel gives reach and frequency
          (then ``exposure`` is reach), NaN elsewhere;
        - ``controls`` (geo, date, control), ``treatments`` (geo, date, treatment): raw values;
        - ``population`` (geo): people, or 1 where unknown.

        Coordinates ``kind`` (channel) in {"paid", "organic"} and ``driver`` (channel), the unit of exposure.
    frequency : {"daily", "weekly", "monthly", "yearly"}
    currency : str
        ISO 4217 code of every money value after conversion.
    outcome_name : str
    outcome_kind : {"revenue", "count"}
    ledger : tuple of LedgerRow
    notices : tuple of str
        Everything that was done to the data because the YAML asked for it by name.
    """

    data: "xr.Dataset"
    frequency: Frequency
    currency: str
    outcome_name: str
    outcome_kind: OutcomeKind
    ledger: tuple[LedgerRow, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def channels(self) -> list[str]:
        """Names of all media channels, paid first."""
        return [str(name) for name in self.data["channel"].values]

    @property
    def paid(self) -> list[str]:
        """Names of the channels that cost money."""
        return [
            str(n)
            for n, k in zip(self.data["channel"].values, self.data["kind"].values, strict=True)
            if k == "paid"
        ]

    @property
    def geos(self) -> list[str]:
        """Names of the geos; one for national data."""
        return [str(name) for name in self.data["geo"].values]

    @property
    def observed(self) -> np.ndarray:
        """Mask, shape (geo, date): True where the outcome is known."""
        return np.isfinite(self.data["outcome"].transpose("geo", "date").values)

    @property
    def outcome_unit(self) -> str:
        """Unit of the outcome: the currency for revenue, the outcome's name for counts."""
        return self.currency if self.outcome_kind == "revenue" else self.outcome_name

    def fingerprint(self) -> str:
        """SHA-256 over names and values in canonical order; the same for any order of the source rows."""
        digest = hashlib.sha256()
        data = self.data.sortby(["geo", "date"])
        for name in sorted(map(str, data.variables)):
            variable = data[name]
            digest.update(f"{name}{variable.dims}{variable.shape}".encode())
            values = variable.values
            if values.dtype.kind == "M":  # a day is the same in any unit of time
                values = values.astype("datetime64[ns]")
            text = values.dtype.kind in "OUT"
            digest.update(values.astype(str).tobytes() if text else np.ascontiguousarray(values).tobytes())
        digest.update(f"{self.frequency}{self.currency}{self.outcome_name}{self.outcome_kind}".encode())
        return digest.hexdigest()

    def facts(self) -> dict[str, Any]:
        """Return what a run's manifest says about the panel; start and end are those of the observed outcome."""
        dates = self.data["date"].values[self.observed.any(axis=0)]
        return {
            "currency": self.currency,
            "outcome_name": self.outcome_name,
            "outcome_kind": self.outcome_kind,
            "outcome_unit": self.outcome_unit,
            "frequency": self.frequency,
            "geos": self.geos,
            "channels": self.channels,
            "start": str(np.datetime_as_string(dates[0], unit="D")),
            "end": str(np.datetime_as_string(dates[-1], unit="D")),
            "periods": len(dates),
            "ledger": [asdict(row) for row in self.ledger],
            "notices": list(self.notices),
            "fingerprint": self.fingerprint(),
        }

    @classmethod
    def from_facts(cls, data: "xr.Dataset", facts: Mapping[str, Any]) -> "Panel":
        """Return the panel that `facts` were made of.

        Parameters
        ----------
        data : xarray.Dataset
            Its data, in any order of variables.
        facts : mapping
            As `Panel.facts` returns them, and a manifest keeps them.

        Returns
        -------
        Panel
        """
        return cls(
            data,
            facts["frequency"],
            facts["currency"],
            facts["outcome_name"],
            facts["outcome_kind"],
            tuple(LedgerRow(**row) for row in facts["ledger"]),
            tuple(facts["notices"]),
        )
