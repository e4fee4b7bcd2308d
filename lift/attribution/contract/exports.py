"""What the exports of attribution systems look like: a new kind is a row here and a name in `ExportKind`.

Names of columns are those that the systems print; where a system has renamed a column, or its interface and its API
differ, all names are listed, and the one that the table has is taken. A column that the YAML names goes before them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mixproof.records.attribution import CONSENT_LOST, DIRECT, UNATTRIBUTED

ROLES = (
    "channel",
    "start",
    "end",
    "geo",
    "arm",
    "campaign",
    "attributed",
    "lower",
    "upper",
    "noise_sd",
    "value",
    "currency",
    "postback",
    "fine",
    "coarse",
    "won",
)
"""What a column may hold. `postback`, `fine`, `coarse` and `won` are about SKAN and AdAttributionKit."""


@dataclass(frozen=True, slots=True)
class Export:
    """How one kind of export is read.

    Parameters
    ----------
    columns : mapping of str to tuple of str
        Role -> names under which exports have it.
    needs : tuple of str
        Roles without which nothing can be read.
    basis, dated_by : str
        As `mixproof.records.attribution.ATTRIBUTED`, where the YAML says nothing.
    date_formats : tuple of str
        Tried in this order, one for the whole column.
    labels : mapping of str to str
        Labels that are no channel's, in small letters -> what they mean.
    totals : tuple of str
        Beginnings, in small letters, of the cell that marks a row as a total.
    preamble : bool
        Whether lines may stand before the header.
    """

    columns: Mapping[str, tuple[str, ...]]
    needs: tuple[str, ...] = ("channel", "start", "attributed")
    basis: str = "any"
    dated_by: str = "conversion"
    date_formats: tuple[str, ...] = ("%Y-%m-%d",)
    labels: Mapping[str, str] = field(default_factory=dict)
    totals: tuple[str, ...] = ()
    preamble: bool = False


_PLAIN = {name: (name,) for name in ROLES}

EXPORTS: Mapping[str, Export] = {
    "long": Export(columns=_PLAIN),
    "ga4": Export(
        columns={
            "channel": (
                "defaultChannelGroup",
                "sessionDefaultChannelGroup",
                "Default channel group",
                "Session primary channel group (Default channel group)",
                "Session default channel group",
                "Primary channel group",
            ),
            "start": ("date", "Date"),
            "campaign": ("campaignName", "sessionCampaignName", "Campaign", "Session campaign"),
            "geo": ("region", "Region", "country", "Country"),
            "attributed": ("keyEvents", "Key events", "conversions", "Conversions"),
            "value": ("totalRevenue", "Total revenue", "purchaseRevenue", "Purchase revenue"),
        },
        date_formats=("%Y%m%d", "%Y-%m-%d"),
        labels={
            "unassigned": UNATTRIBUTED,
            "(not set)": UNATTRIBUTED,
            "direct": DIRECT,
            "(data not available)": CONSENT_LOST,
        },
        totals=("grand total", "total", "reserved_total"),
        preamble=True,
    ),
    "google_ads": Export(
        columns={
            "channel": (
                "Campaign type",
                "Advertising channel type",
                "Network (with search partners)",
                "Network",
            ),
            "start": ("Day", "Week", "Month"),
            "campaign": ("Campaign",),
            "geo": ("Region (Matched)", "Region (User location)", "Country/Territory (User location)"),
            "attributed": ("Conversions", "Conversions (by conv. time)", "All conv."),
            "value": ("Conv. value", "Conv. value (by conv. time)", "All conv. value"),
            "currency": ("Currency code", "Currency"),
        },
        basis="click",
        dated_by="touch",
        totals=("total",),
        preamble=True,
    ),
    "meta": Export(
        columns={
            "channel": ("Platform", "Publisher platform"),
            "start": ("Day", "Reporting starts"),
            "end": ("Reporting ends",),
            "campaign": ("Campaign name",),
            "geo": ("Region", "DMA region", "Country"),
            "attributed": ("Purchases", "Results", "Website purchases"),
            "value": ("Purchases conversion value", "Website purchases conversion value"),
            "currency": ("Currency",),
        },
        basis="any",
        dated_by="touch",
    ),
    "mmp": Export(
        columns={
            "channel": (
                "Media Source (pid)",
                "Media source",
                "media_source",
                "network",
                "Network",
                "channel",
            ),
            "start": ("Date", "date", "Day", "day"),
            "campaign": ("Campaign (c)", "Campaign", "campaign"),
            "geo": ("GEO", "Country", "country", "region"),
            "attributed": ("Installs", "installs", "attributed_conversions", "Conversions"),
            "value": ("Total Revenue", "Revenue", "revenue"),
            "currency": ("Currency", "currency"),
        },
        dated_by="install",
        labels={"organic": UNATTRIBUTED, "unattributed": UNATTRIBUTED, "restricted": CONSENT_LOST},
        totals=("total",),
    ),
    "skan": Export(
        columns={
            "channel": ("ad-network-id", "ad_network_id", "ad-network-identifier", "media_source", "network"),
            "start": ("date", "postback-date", "day", "Date"),
            "campaign": ("source-identifier", "source_identifier", "campaign-id", "campaign"),
            "attributed": ("postbacks", "count", "installs"),
            "postback": ("postback-sequence-index", "postback_sequence_index"),
            "fine": ("conversion-value", "conversion_value"),
            "coarse": ("coarse-conversion-value", "coarse_conversion_value"),
            "won": ("did-win", "did_win"),
        },
        needs=("channel", "start", "attributed", "fine"),
        dated_by="install",
    ),
    "clean_room": Export(
        columns={
            **_PLAIN,
            "channel": ("channel", "campaign_type", "media_source"),
            "start": ("start", "date", "event_date", "week"),
            "attributed": ("attributed", "conversions", "attributed_conversions", "purchases"),
            "value": ("value", "revenue", "product_sales"),
        },
    ),
}
"""Name in the YAML -> how such an export is read."""
