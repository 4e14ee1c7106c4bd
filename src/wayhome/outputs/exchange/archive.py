"""The ZIP itself: always the same bytes for the same content, and read with limits."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

from wayhome.outputs.exchange.errors import DocketFileError

MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say: no part of the file says when it was made
MAX_PARTS = 200_000
MAX_PART = 512 * 1024 * 1024
MAX_TOTAL = 8 * 1024 * 1024 * 1024
MAX_RATIO = 200
MAX_LINE = 64 * 1024 * 1024


def line(row: Any) -> bytes:
    """One row as canonical JSON, ASCII, ended by a newline."""
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii") + b"\n"


class Writer:
    """Adds parts in the order given; keeps the hash of each for the manifest, which is the last part."""

    def __init__(self, handle: IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.parts: dict[str, dict[str, Any]] = {}

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, MOMENT)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = 3
        info.external_attr = 0o600 << 16
        return info

    def add(self, name: str, chunks: Iterator[bytes], **facts: Any) -> int:
        """Write a part from chunks; the number of chunks."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self.zip.open(self._info(name), "w", force_zip64=True) as part:
            for chunk in chunks:
                part.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                count += 1
        self.parts[name] = {"sha256": digest.hexdigest(), "size": size, **facts}
        return count

    def close(self, manifest: dict[str, Any]) -> None:
        text = json.dumps({**manifest, "parts": self.parts}, sort_keys=True, indent=1, ensure_ascii=True)
        with self.zip.open(self._info("manifest.json"), "w", force_zip64=True) as part:
            part.write(text.encode("ascii"))
        self.zip.close()


class Reader:
    """Opens a docket file, checks its size, its names and every hash before anything is read from it."""

    def __init__(self, handle: IO[bytes]) -> None:
        try:
            self.zip = zipfile.ZipFile(handle)
            infos = self.zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise DocketFileError(
                _("This is not a docket file: it is no ZIP archive, or it is damaged."), _("Export it again.")
            ) from error
        if len(infos) > MAX_PARTS:
            raise DocketFileError(_("The file has more than %(n)s parts.") % {"n": MAX_PARTS}, _("Export a smaller docket."))
        names: set[str] = set()
        total = 0
        for info in infos:
            total += info.file_size
            ratio = info.file_size / max(info.compress_size, 1)
            if info.file_size > MAX_PART or total > MAX_TOTAL or (info.file_size > 1_000_000 and ratio > MAX_RATIO):
                raise DocketFileError(
                    _("This part would unpack to more than is allowed."), _("Export the docket again."), part=info.filename[:80]
                )
            if (
                info.filename in names
                or info.filename.startswith("/")
                or ".." in info.filename.split("/")
                or "\\" in info.filename
            ):
                raise DocketFileError(
                    _("The name of this part is not allowed."), _("Export the docket again."), part=info.filename[:80]
                )
            names.add(info.filename)
        self.names = names
        self.manifest = self._manifest()

    def _manifest(self) -> dict[str, Any]:
        if "manifest.json" not in self.names:
            raise DocketFileError(_("There is no manifest.json in the file."), _("Choose a file that Wayhome exported."))
        try:
            manifest = json.loads(self._read("manifest.json", 64 * 1024 * 1024))
        except (ValueError, RecursionError) as error:
            raise DocketFileError(_("It is not readable JSON."), _("Export the docket again."), part="manifest.json") from error
        parts = manifest.get("parts") if isinstance(manifest, dict) else None
        if not isinstance(parts, dict):
            raise DocketFileError(
                _("It does not list the parts of the file."), _("Export the docket again."), part="manifest.json"
            )
        listed = set(parts)
        if listed != self.names - {"manifest.json"}:
            odd = sorted(listed ^ (self.names - {"manifest.json"}))[0]
            raise DocketFileError(
                _("This part is not in the file, or not in its manifest."), _("Export the docket again."), part=odd[:80]
            )
        return dict(manifest)

    def _read(self, name: str, limit: int) -> bytes:
        with self._open(name) as part:
            data = part.read(limit + 1)
        if len(data) > limit:
            raise DocketFileError(_("This part is larger than is allowed."), part=name)
        return data

    def _open(self, name: str) -> IO[bytes]:
        try:
            return self.zip.open(name)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, KeyError) as error:
            raise DocketFileError(_("This part cannot be unpacked."), _("Export the docket again."), part=name) from error

    def check(self) -> None:
        """Compare every part with its hash."""
        for name, facts in self.manifest["parts"].items():
            digest = hashlib.sha256()
            try:
                with self._open(name) as part:
                    while chunk := part.read(1 << 20):
                        digest.update(chunk)
            except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
                raise DocketFileError(_("This part is damaged."), _("Export the docket again."), part=name) from error
            if not isinstance(facts, dict) or digest.hexdigest() != facts.get("sha256"):
                raise DocketFileError(
                    _("This part is not what the manifest says; it was changed after the export."),
                    _("Export the docket again."),
                    part=name,
                )

    def rows(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The rows of a table with their numbers, counted from 1."""
        with self._open(name) as part:
            number = 0
            while raw := part.readline(MAX_LINE + 1):
                number += 1
                if len(raw) > MAX_LINE:
                    raise DocketFileError(_("This row is longer than is allowed."), part=name, row=number)
                try:
                    row = json.loads(raw)
                except (ValueError, RecursionError) as error:
                    raise DocketFileError(_("This row is not readable JSON."), part=name, row=number) from error
                if not isinstance(row, dict):
                    raise DocketFileError(_("This row is not a JSON object."), part=name, row=number)
                yield number, row

    def data(self, name: str) -> bytes:
        return self._read(name, MAX_PART)
