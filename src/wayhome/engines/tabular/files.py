"""Opening a file as sheets: workbooks, delimited text, and ZIP archives of CSV files as form servers export them."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from pathlib import Path

from wayhome.engines.tabular import delimited, guard
from wayhome.engines.tabular.delimited import TextSheet
from wayhome.engines.tabular.errors import TabularError, damaged
from wayhome.engines.tabular.limits import MEGABYTE, Limits
from wayhome.engines.tabular.sheet import Sheet
from wayhome.engines.tabular.types import SheetFacts
from wayhome.engines.tabular.workbook import Workbook

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class TableFile:
    """An opened file. Use as a context manager where it may be an archive: its parts are unpacked into a folder of their own."""

    def __init__(self, path: Path, *, limits: Limits | None = None, encoding: str = "", delimiter: str = "") -> None:
        """Open `path`; its bytes say what it is, its name does not. Raises `TabularError`."""
        self.limits = limits or Limits()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._book: Workbook | None = None
        self._texts: dict[str, Path] = {}
        self._encoding, self._delimiter = encoding, delimiter
        self.encoding = self.delimiter = ""
        self.encoding_certain = True
        self.kind = _kind(path, self.limits)
        if self.kind == "csvs":
            self._unpack(path)
        elif self.kind == "csv":
            self._texts = {"": path}
        else:
            self._book = Workbook(path, self.kind, self.limits)

    def names(self) -> list[str]:
        """Names of the sheets, as the file orders them; one empty name for a text file."""
        return list(self._book.names) if self._book else list(self._texts)

    def hidden(self) -> set[str]:
        """Names of the hidden sheets."""
        return set(self._book.hidden) if self._book else set()

    def sheet(self, name: str) -> Sheet:
        """One sheet. Raises `TabularError`, also where there is none of this name."""
        if name not in self.names():
            raise TabularError("no_such_sheet", f"The file has no sheet called {name}.", "Choose one of its sheets.", name=name)
        if self._book:
            return self._book.sheet(name)
        dialect = delimited.sniff(self._texts[name], self._encoding, self._delimiter)
        self.encoding, self.delimiter = dialect.encoding.name, dialect.delimiter
        self.encoding_certain = dialect.encoding.certain
        return TextSheet(self._texts[name], dialect, self.limits, name)

    def facts(self) -> list[SheetFacts]:
        """Facts of every sheet; reads workbooks' sheets, so it costs what they cost."""
        return [self.sheet(name).facts for name in self.names()]

    def close(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> TableFile:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _unpack(self, path: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="wayhome-table-")
        left = self.limits.max_unpacked_bytes
        try:
            with zipfile.ZipFile(path) as package:
                entries = [entry for entry in package.infolist() if entry.filename.casefold().endswith((".csv", ".tsv"))]
                for place, entry in enumerate(entries[: self.limits.max_sheets]):
                    target = Path(self._folder.name) / f"{place}.csv"
                    with package.open(entry) as source, target.open("wb") as sink:
                        while chunk := source.read(4 * MEGABYTE):
                            left -= len(chunk)
                            if left < 0:
                                raise guard.bomb("a part of it is larger than it says")
                            sink.write(chunk)
                    self._texts[Path(entry.filename).stem] = target
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError):
            self.close()
            raise damaged() from None
        except TabularError:
            self.close()
            raise


def _kind(path: Path, limits: Limits) -> str:
    """What the bytes say the file is; its name is not believed."""
    size = path.stat().st_size
    if size == 0:
        raise TabularError("empty_file", "The file is empty.", "Check that it was saved and copied completely.")
    if size > limits.max_bytes:
        raise TabularError(
            "too_large",
            f"The file has {size // MEGABYTE:,} MB; at most {limits.max_bytes // MEGABYTE:,} MB can be read.",
            "Split it into several files and import them one after the other under the same list name.",
            limit=limits.max_bytes // MEGABYTE,
        )
    with path.open("rb") as handle:
        head = handle.read(8192)
    if head.startswith(_OLE):
        return "xls"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_archive(path, limits)
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        raise not_a_table()
    if head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise not_a_table()
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        zeros = head.count(0)
        if not 0.2 * len(head) < zeros < 0.8 * len(head):
            raise not_a_table()
    return "csv"


def _kind_of_archive(path: Path, limits: Limits) -> str:
    names = [entry.filename.casefold().lstrip("/") for entry in guard.check_package(path, limits)]
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names:
        return "ods"
    if any(name.endswith((".csv", ".tsv")) for name in names):
        return "csvs"
    raise not_a_table()


def not_a_table() -> TabularError:
    """The error of a picture, a PDF, a web page or the like."""
    return TabularError(
        "not_a_table",
        "The file is neither a spreadsheet nor a text table.",
        "Give an XLSX, XLS, ODS or CSV file. A list on paper or in a PDF has to be typed or copied into a spreadsheet first.",
    )
