"""T22-T29, T54: files that are broken or hostile, and an engine that can reach nothing else."""

import io
import pickle
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mixproof.aggregates.reading.readers import connect, read_file
from mixproof.errors import DataError, ResourceError

BROKEN = [
    ("ragged short", "t.csv", b"a,b\n1,2\n1\n", "csv-broken", "line 3"),
    ("ragged long", "t.csv", b"a,b\n1,2,canary\n", "csv-broken", "line 2"),
    ("trailing comma", "t.csv", b"a,b\n1,2,\n3,4,\n", "csv-broken", "line 2"),
    ("trailing semicolon", "t.csv", b'a;b\n1;2\n"3\n";4;\n', "csv-broken", "line 4"),
    ("open quote", "t.csv", b'a,b\n1,"canary\n3,4\n', "csv-broken", "line 2"),
    ("quoted header", "t.csv", b'a,"b\n1,2\n', "csv-broken", "line 1"),
    ("latin-1", "t.csv", "a,b\n1,é\n".encode("latin-1"), "encoding", "line 2"),
    ("utf-16", "t.csv", "a,b\n1,2\n".encode("utf-16"), "encoding", "t.csv"),
    ("header twice", "t.csv", b"a,a\n1,2\n", "header", "t.csv"),
    ("endless line", "t.csv", b"a,b\n1," + b"2" * 3_000_000 + b"\n", "csv-broken", "t.csv"),
    ("no column name", "t.csv", b"a,,c\n1,2,3\n", "header", "t.csv"),
    ("zero bytes", "t.csv", b"", "empty-table", "t.csv"),
    ("header only", "t.csv", b"a,b\n", "empty-table", "t.csv"),
    ("zero-byte parquet", "t.parquet", b"", "file-broken", "t.parquet"),
    ("wrong magic", "t.parquet", b"hello world, this is no parquet", "file-broken", "t.parquet"),
    ("truncated workbook", "t.xlsx", b"PK\x03\x04canary", "file-broken", "t.xlsx"),
    ("unknown kind", "t.json", b"[1]", "file-format", "t.json"),
]


class Bomb:
    """Leaves a mark when unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return (Path.touch, (self.mark,))


def archive() -> bytes:
    """Return an archive whose member would land outside of the folder it is unpacked to."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as file:
        file.writestr("../escaped", "x")
        file.writestr("xl/workbook.xml", "<workbook/>")
    return raw.getvalue()


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize("content", ["pickle", "hdf5", "archive"])
def test_what_a_name_hides_is_not_opened(tmp_path, kind, content):  # T80
    mark, folder = tmp_path / "executed", tmp_path / "data"
    folder.mkdir()
    hdf5 = b"\x89HDF\r\n\x1a\n" + bytes(100)
    raw = {"pickle": pickle.dumps(Bomb(mark)), "hdf5": hdf5, "archive": archive()}[content]
    (folder / f"t.{kind}").write_bytes(raw)
    with pytest.raises(DataError):
        read(folder, f"t.{kind}")
    assert not mark.exists()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["data", f"t.{kind}"]


def read(folder, name):
    connection = connect(folder)
    try:
        return read_file(folder / name, name, None, connection)
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("name", "content", "code", "where"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN]
)
def test_broken_file_is_refused(tmp_path, name, content, code, where):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as raised:
        read(tmp_path, name)
    assert raised.value.faults[0].code == code
    assert where in raised.value.faults[0].where
    assert "canary" not in str(raised.value)


def test_truncated_parquet_is_refused(tmp_path):
    pd.DataFrame({"a": range(1000)}).to_parquet(tmp_path / "t.parquet")
    whole = (tmp_path / "t.parquet").read_bytes()
    (tmp_path / "t.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError):
        read(tmp_path, "t.parquet")


@pytest.mark.parametrize(
    "column", ['a"b; drop table t;--', "select", "date", "📺 tv", "\u202eעברית", "zero\u200bwidth"]
)
@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_any_column_name_is_only_a_name(tmp_path, column, kind):  # T22, T23
    frame = pd.DataFrame({"week": ["2024-01-01", "2024-01-08"], column: [1.5, 2.5]})
    file = tmp_path / f"t.{kind}"
    {"csv": frame.to_csv, "parquet": frame.to_parquet, "xlsx": frame.to_excel}[kind](file, index=False)
    found = read(tmp_path, file.name)
    assert list(found.columns) == ["week", column]
    assert [float(v) for v in found[column]] == [1.5, 2.5]


@pytest.mark.parametrize(
    "text", ["a;b\n1;2\n", "\ufeffa,b\n1,2\n", "a,b\r\n1,2\r\n", "a\tb\n1\t2\n", "a,b\n1,2"]
)
def test_ways_of_writing_a_csv(tmp_path, text):
    (tmp_path / "t.csv").write_bytes(text.encode())
    assert read(tmp_path, "t.csv").to_dict("list") == {"a": ["1"], "b": ["2"]}


BLOCKED = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv('{folder}/../../outside.csv')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_csv('{folder}/link.csv')",
    "ATTACH '/tmp/mixproof-outside.db'",
    "COPY (SELECT 1) TO '/tmp/mixproof-outside.csv'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET memory_limit = '1GB'",
    "SET python_enable_replacements = true",
    "SELECT * FROM a_frame",
]


@pytest.mark.parametrize("statement", BLOCKED)
def test_the_engine_reaches_nothing_else(tmp_path, statement):  # T26-T29
    folder = tmp_path / "in" / "data"
    folder.mkdir(parents=True)
    (tmp_path / "outside.csv").write_text("a\n1\n")
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    a_frame = pd.DataFrame({"a": [1]})
    connection = connect(folder)
    with pytest.raises(duckdb.Error):
        connection.execute(statement.format(folder=folder)).fetchall()
    assert len(a_frame) == 1


def test_text_that_an_older_writer_left_as_bytes_is_text(tmp_path):
    pd.DataFrame({"channel": [b"tv", b"radio"]}).to_parquet(tmp_path / "t.parquet")
    assert read(tmp_path, "t.parquet")["channel"].tolist() == ["tv", "radio"]


@pytest.mark.parametrize(
    "name", ["t[1].csv", "t?.csv", "*.csv", "v=5/x.csv", "region=west/t.parquet", "t[1].parquet"]
)
def test_a_name_is_a_name_and_never_a_pattern(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    wanted, other = pd.DataFrame({"a": [1], "v": [2]}), pd.DataFrame({"a": [3], "v": [4]})
    for file, frame in (("t1", other), ("t2", other), (name, wanted)):
        path = tmp_path / (file if "." in file else f"{file}{Path(name).suffix}")
        (frame.to_parquet if path.suffix == ".parquet" else frame.to_csv)(path, index=False)
    assert read(tmp_path, name).astype(float).to_dict("list") == {"a": [1.0], "v": [2.0]}


def test_two_columns_of_one_name_in_parquet_are_refused(tmp_path):
    arrays = [pa.array([[1]]), pa.array([2]), pa.array([3])]
    pq.write_table(pa.Table.from_arrays(arrays, names=["list", "a", "a"]), tmp_path / "t.parquet")
    with pytest.raises(DataError, match="columns 2") as raised:
        read(tmp_path, "t.parquet")
    assert raised.value.faults[0].code == "header"


def test_more_columns_than_a_table_has_are_refused_at_once(tmp_path):
    (tmp_path / "t.csv").write_text(",".join(f"c{i}" for i in range(100_000)) + "\n")
    with pytest.raises(ResourceError, match="3,000"):
        read(tmp_path, "t.csv")
