"""Damaged and hostile tables: every one ends with a code of its own, never with a fault of the tool."""

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.end_to_end.remedies.folder import CONFIG, TABLE, YAML, by_geo, national, table
from tests.end_to_end.test_lift import call

SHEET = "xl/worksheets/sheet1.xml"
PARTS = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
         "xl/sharedStrings.xml", SHEET)  # fmt: skip
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + k)} "{f"&{chr(97 + k)};" * 10}">' for k in range(9))
    + ']><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&j;</t></si></sst>'
).encode()
DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "missing": lambda _: None,
    "empty": lambda _: b"",
    "cut": lambda part: part[: len(part) // 2],
    "other XML": lambda _: b'<?xml version="1.0"?><x/>',
    "bomb": lambda _: BOMB,
}


def workbook(change: Callable[[openpyxl.Workbook], object] = lambda book: None, title: str = "t") -> bytes:
    """Return the good table as a workbook, changed."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    good = table()
    for row in (good.columns, *good.itertuples(index=False)):
        sheet.append(list(row))
    change(book)
    book.save(stream)
    return stream.getvalue()


def repacked(book: bytes, name: str, damage: Callable[[bytes], bytes | None]) -> bytes:
    """Return a workbook one of whose parts is damaged."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            content = damage(old.read(part)) if part == name else old.read(part)
            if content is not None:
                new.writestr(part, content)
    return stream.getvalue()


def parquet(frame: pa.Table) -> bytes:
    """Return a table as a Parquet file."""
    stream = io.BytesIO()
    pq.write_table(frame, stream)
    return stream.getvalue()


def flipped(file: bytes, seed: int) -> bytes:
    """Return a file with 1 to 50 bytes that are others."""
    rng, changed = random.Random(seed), bytearray(file)
    for _ in range(rng.choice([1, 5, 50])):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def ends(folder: Path, file: str, content: bytes, yaml: str = YAML) -> tuple[int, str]:
    """Return code and words of a check of one table; nothing of them moves the terminal."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    (folder / CONFIG).write_text(yaml.replace("file: t.csv", f"file: {json.dumps(file)}"), encoding="utf-8")
    done = call("check", folder / CONFIG)
    assert not any(character in done.output for character in "\x00\x07\x0d\x1b\u202e")
    return done.exit_code, done.output


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("part", PARTS)
def test_a_workbook_with_a_damaged_part(tmp_path: Path, part: str, damage: str) -> None:
    code, said = ends(tmp_path, "t.xlsx", repacked(workbook(), part, DAMAGES[damage]))
    assert code in (0, 3), said


def remove_all(book: openpyxl.Workbook) -> None:
    """Leave a sheet of charts alone."""
    book.remove(book["t"])
    book.create_chartsheet("chart")


def hide_first(book: openpyxl.Workbook) -> None:
    """Hide the first sheet and show another."""
    book.create_sheet("two").append(["a"])
    book["t"].sheet_state = "hidden"


def empty_first(book: openpyxl.Workbook) -> None:
    """Put a sheet without any cell first."""
    book.create_sheet("empty", 0)


WORKBOOKS = {
    "good": (workbook(), 0, ""),
    "charts alone": (workbook(remove_all), 3, "workbook"),
    "first sheet hidden": (workbook(hide_first), 3, "hidden"),
    "first sheet empty": (workbook(empty_first), 3, "empty"),
    "a note to the right": (workbook(lambda book: book["t"].cell(5, 12, "note")), 3, "name"),
    "an error in a cell": (workbook(lambda book: book["t"].cell(5, 3, "#REF!")), 3, "text"),
    "a sheet named like a person": (workbook(title="anna.canary@example.com"), 4, "sheet 1"),
    "no archive": (b"hello", 3, "no whole workbook"),
}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook(tmp_path: Path, name: str) -> None:
    book, expected, words = WORKBOOKS[name]
    code, said = ends(tmp_path, "t.xlsx", book)
    assert (code, words in said, "canary" in said) == (expected, True, False), said


ROWS = len(table())
ODD = {
    "list": pa.array([[1, 2]] * ROWS),
    "list of decimals": pa.array([[1.5]] * ROWS),
    "list of truths": pa.array([[True]] * ROWS),
    "struct": pa.array([{"a": 1}] * ROWS),
    "map": pa.array([[("a", 1)]] * ROWS, type=pa.map_(pa.string(), pa.int64())),
    "nested": pa.array([[[{"a": [1]}]]] * ROWS),
    "duration": pa.array([1] * ROWS, type=pa.duration("s")),
    "time": pa.array([1] * ROWS, type=pa.time32("s")),
    "nothing": pa.nulls(ROWS),
}


@pytest.mark.parametrize("use", ["unread", "spend", "date"])
@pytest.mark.parametrize("kind", ODD)
def test_a_parquet_column_of_an_odd_type(tmp_path: Path, kind: str, use: str) -> None:
    frame = pa.Table.from_pandas(table(), preserve_index=False)
    if use == "unread":
        frame = frame.append_column("odd", ODD[kind])
    else:
        name = {"spend": "tv", "date": "week"}[use]
        frame = frame.set_column(frame.column_names.index(name), name, ODD[kind])
    code, said = ends(tmp_path, "t.parquet", parquet(frame))
    assert code in ((0,) if use == "unread" else (0, 3)), said


def test_people_in_a_nested_column_are_found(tmp_path: Path) -> None:
    people = pa.array([{"mail": f"anna{row}@example.com"} for row in range(ROWS)])
    frame = pa.Table.from_pandas(table(), preserve_index=False).append_column("odd", people)
    code, said = ends(tmp_path, "t.parquet", parquet(frame))
    assert (code, "anna" in said) == (4, False)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ["t.xlsx", "t.parquet", "t.csv"])
def test_flipped_bytes(tmp_path: Path, kind: str, seed: int) -> None:
    whole = {
        "t.xlsx": workbook,
        "t.parquet": lambda: parquet(pa.Table.from_pandas(table(), preserve_index=False)),
        "t.csv": lambda: national()[TABLE].encode(),
    }
    code, said = ends(tmp_path, kind, flipped(whole[kind](), seed))
    assert code in (0, 3, 4, 6), said


TEXT = national()[TABLE]
CSVS = {
    "no outcome in any row": (table().assign(sales="").to_csv(index=False).encode(), 3),
    "no control in any row": (table().assign(price="").to_csv(index=False).encode(), 3),
    "no spend in any row": (table().assign(tv="").to_csv(index=False).encode(), 3),
    "empty": (b"", 3),
    "a byte of zero": (TEXT.replace("2022-01-10", "2022\x00-01-10").encode(), 3),
    "UTF-16": (TEXT.encode("utf-16"), 3),
    "UTF-32": (TEXT.encode("utf-32"), 3),
    "Latin-1": (TEXT.replace("price", "pr\xe9is").encode("latin-1"), 3),
    "an open quote": (b'"' + TEXT.encode(), 3),
    "one endless line": (b"a" * 3_000_000, 3),
    "newlines": (b"\n" * 1000, 3),
    "commas": (b"," * 1000, 3),
    "a header twice": (b"week\nweek\n", 3),
    "an archive": (workbook(), 3),
    "a header that moves the terminal": (TEXT.replace("search,price", "\x1b[31m,price").encode(), 3),
    "the first year": (TEXT.replace("2022-01-03", "0001-01-01T00:00:00+14:00").encode(), 3),
}


@pytest.mark.parametrize("name", CSVS)
def test_a_csv(tmp_path: Path, name: str) -> None:
    content, expected = CSVS[name]
    code, said = ends(tmp_path, TABLE, content)
    assert code == expected, said


@pytest.mark.parametrize(
    "name",
    [
        "t[1].csv",
        "t?.csv",
        "*.csv",
        "region=west/t.csv",
        "a b/t.csv",
        "t'.csv",
        't".csv',
        "t{1}.csv",
        "--.csv",
    ],
)
def test_the_name_of_a_file_is_no_pattern(tmp_path: Path, name: str) -> None:
    (tmp_path / "t1.csv").write_text("week\n1\n", encoding="utf-8")
    assert ends(tmp_path, name, TEXT.encode())[0] == 0


@pytest.mark.parametrize(
    "name", ["../t.csv", "/etc/passwd", "t.csv/", "t.csv/.", "n" * 400, "a\\b.csv", "~/t.csv"]
)
def test_the_name_of_a_file_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    (tmp_path / TABLE).write_bytes(TEXT.encode())
    (tmp_path / CONFIG).write_text(YAML.replace("file: t.csv", f"file: {json.dumps(name)}"), encoding="utf-8")
    assert call("check", tmp_path / CONFIG).exit_code in (2, 3)


@pytest.mark.parametrize(
    "name", ["a\x1b[31m", "\x1b]8;;http://evil\x1b\\", "a\u202etxt", "a\nb", "a\x07", "x" * 5000]
)
def test_a_geo_with_a_hostile_name(tmp_path: Path, name: str) -> None:
    files = by_geo()
    frame = pd.read_csv(io.StringIO(files[TABLE]), dtype=str).replace("north", name).drop(index=[5])
    assert ends(tmp_path, TABLE, frame.to_csv(index=False).encode(), files[CONFIG])[0] in (3, 4)
