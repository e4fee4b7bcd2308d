"""Files that cannot be read as they are, or say too much, and the files after their remedy."""

import io
from collections.abc import Callable

import pandas as pd

from tests.end_to_end.remedies.folder import CONFIG, TABLE, Case, Edit, Files, frame, national, swap, written

LIFT = """
lift:
  currency: {currency}
  experiments:
    - {{name: test, kind: imported, channels: [tv], source: other, scope: total, point: 500, se: 100,
       outcome_kind: revenue, unit: {currency}}}
"""


def _text(change: Callable[[str], str | bytes], file: str = CONFIG) -> Edit:
    def edit(files: Files) -> None:
        text = files[file]
        files[file] = change(text.decode("latin-1") if isinstance(text, bytes) else text)

    return edit


def _ends_with(text: str) -> Edit:
    return _text(lambda config: config + text)


def _without(text: str) -> Edit:
    return swap(text, "")


def _book(sheets: tuple[str, ...], hidden: bool = False) -> Edit:
    """Write the table into the last of a workbook's sheets; the others say something else."""

    def edit(files: Files) -> None:
        table = pd.read_csv(io.StringIO(str(files.pop(TABLE))))
        held = io.BytesIO()
        with pd.ExcelWriter(held, engine="xlsxwriter") as writer:
            for sheet in sheets[:-1]:
                pd.DataFrame({"note": ["see the last sheet"]}).to_excel(writer, sheet_name=sheet, index=False)
            table.to_excel(writer, sheet_name=sheets[-1], index=False)
            if hidden:
                writer.sheets[sheets[-1]].activate()
                writer.sheets[sheets[0]].hide()
        files["t.xlsx"] = held.getvalue()
        files[CONFIG] = str(files[CONFIG]).replace("file: t.csv", "file: t.xlsx")

    return edit


def _exported_again(files: Files) -> None:
    files[TABLE] = national()[TABLE]


def _with_currencies(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(sold_in=["USD", "EUR"] * (len(table) // 2))


def calibrated() -> Files:
    """Return a good folder of a model and one experiment beside it."""
    files = national()
    return {
        **files,
        CONFIG: str(files[CONFIG]) + LIFT.format(currency="EUR") + "calibrate: {experiments: [test]}\n",
    }


RATES = "  currency: EUR\n  rates: {fixed: {USD: 0.9}}\n"
_DEEP = "x: " + "[" * 40 + "]" * 40 + "\n"
CONFIGS = (
    Case("config-encoding", (_text(lambda text: ("# fällig\n" + text).encode("latin-1")),),
         "Save it as plain UTF-8", (_text(lambda text: text.encode()),)),
    Case("config-too-large", (_ends_with("# " + "x" * 1_100_000 + "\n"),), "keep data in tables",
         (_text(lambda text: text.split("# x")[0]),)),
    Case("config-too-deep", (_ends_with(_DEEP),), "flatter", (_without(_DEEP),)),
    Case("config-empty", (_text(lambda text: "# nothing\n"),), "mixproof init", (written(CONFIG, str(national()[CONFIG])),)),
    Case("config-currency", (_ends_with(LIFT.format(currency="USD")),), "Convert one of them",
         (_text(lambda text: text.replace("USD", "EUR")),)),
    Case("config-unknown-experiment", (swap("experiments: [test]", "experiments: [tset]"),), "test",
         (swap("[tset]", "[test]"),), base=calibrated),
)  # fmt: skip
TABLES = (
    Case("sheet-missing", (_book(("Notes", "Data")), swap("file: t.xlsx", "file: t.xlsx, sheet: Dat")), "a sheet that is there",
         (swap("sheet: Dat,", "sheet: Data,"),)),
    Case("sheet-hidden", (_book(("Notes", "Data"), hidden=True),), "Say which with `sheet:`",
         (swap("file: t.xlsx", "file: t.xlsx, sheet: Data"),)),
    Case("file-broken", (swap("file: t.csv", "file: t.parquet"), written("t.parquet", "week,sales\n")), "Export the file again",
         (swap("file: t.parquet", "file: t.csv"),)),
    Case("encoding", (_text(lambda text: text.replace("price", "größe", 1).encode("latin-1"), TABLE),), "Save it as UTF-8",
         (_exported_again,)),
    Case("too-many-columns", (frame(lambda t: pd.concat([t, pd.DataFrame({f"c{k}": ["1"] * len(t) for k in range(3000)})],
                                                        axis=1)),), "Keep the columns that the config names",
         (_exported_again,)),
    Case("currency-unread", (frame(_with_currencies),), "`currency: <that column>`",
         (swap("date: week}", "date: week, currency: sold_in}"), swap("  currency: EUR\n", RATES)),
         "declared"),
    Case("currency-unread", (frame(_with_currencies),), "accept: [currency-unread]",
         (swap("  currency: EUR\n", "  currency: EUR\n  accept: [currency-unread]\n"),), "accepted"),
)  # fmt: skip
