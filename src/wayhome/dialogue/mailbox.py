"""A mail box on an IMAP server, over TLS: which messages were not taken in yet, their headers, their bytes, and a mark when done.

A message is marked with the keyword `WayhomeFiled` where the server lets one set keywords, so that people may read the box with
a mail program without hiding anything from it; else with the flag "seen". Nothing is moved or deleted.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from django.utils.translation import gettext as _

from wayhome.core.errors import WayhomeError

KEYWORD = "WayhomeFiled"
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class MailboxError(WayhomeError):
    """The box could not be opened or read; nothing was taken in."""

    status = 502
    code = "mailbox"


@dataclass(frozen=True, slots=True)
class Access:
    """Where the box is and who opens it. `security` is tls, starttls, or none (this machine only); `port` 0 means the usual one."""

    host: str
    user: str
    password: str
    port: int = 0
    folder: str = "INBOX"
    security: str = "tls"
    ca_file: str = ""
    timeout: float = 60.0


class Mailbox:
    """An open box. Use it in a `with` block; every method raises `MailboxError` when the server fails."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.by_keyword = False
        self._imap: imaplib.IMAP4 = self._connect()

    def __enter__(self) -> Mailbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            self._imap.logout()

    def waiting(self, most: int) -> list[bytes]:
        """Unique numbers of messages without the mark, oldest first, at most `most`."""
        criterion = ("UNKEYWORD", KEYWORD) if self.by_keyword else ("UNSEEN",)
        with self._guarded():
            status, data = self._imap.uid("SEARCH", None, *criterion, "UNDELETED")  # type: ignore[arg-type]
        if status != "OK":
            raise self._refused(data)
        return sorted((data[0] or b"").split(), key=int)[:most]

    def head(self, uid: bytes) -> tuple[int, bytes]:
        """Size in bytes and the headers of a message, without marking it as seen."""
        answer = self._fetch(uid, "(RFC822.SIZE BODY.PEEK[HEADER])")
        size = 0
        head = b""
        for part in answer:
            words = part[0] if isinstance(part, tuple) else part
            if isinstance(part, tuple):
                head = part[1]
            if match := _SIZE.search(words or b""):
                size = int(match[1])
        return size, head

    def message(self, uid: bytes) -> bytes:
        """The whole message, without marking it as seen. Empty when it is gone."""
        return next((part[1] for part in self._fetch(uid, "(BODY.PEEK[])") if isinstance(part, tuple)), b"")

    def done(self, uid: bytes) -> None:
        """Mark a message as taken in."""
        mark = KEYWORD if self.by_keyword else "\\Seen"
        with self._guarded():
            status, data = self._imap.uid("STORE", uid.decode(), "+FLAGS.SILENT", f"({mark})")
        if status != "OK":
            raise self._refused(data)

    def _fetch(self, uid: bytes, what: str) -> list[Any]:
        with self._guarded():
            status, data = self._imap.uid("FETCH", uid.decode(), what)
        if status != "OK":
            raise self._refused(data)
        return list(data)

    def _connect(self) -> imaplib.IMAP4:
        access = self.access
        if access.security == "none" and access.host not in _LOOPBACK:
            raise MailboxError(
                _("The mail box is on another machine and the connection is not encrypted."),
                _("Set WAYHOME_IMAP_SECURITY to tls or starttls."),
            )
        if access.security not in {"tls", "starttls", "none"}:
            raise MailboxError(
                _("WAYHOME_IMAP_SECURITY is “%(value)s”.") % {"value": access.security[:20]}, _("Set it to tls or starttls.")
            )
        with self._guarded():
            context = ssl.create_default_context(cafile=access.ca_file or None)
            if access.security == "tls":
                imap: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                    access.host, access.port or 993, ssl_context=context, timeout=access.timeout
                )
            else:
                imap = imaplib.IMAP4(access.host, access.port or 143, timeout=access.timeout)
                if access.security == "starttls":
                    imap.starttls(context)
        try:
            imap.login(access.user, access.password)
        except imaplib.IMAP4.error as error:
            raise MailboxError(
                _("The mail server refused the log-in of %(user)s: %(why)s") % {"user": access.user, "why": _reason(error)},
                _("Check WAYHOME_IMAP_USER and WAYHOME_IMAP_PASSWORD."),
            ) from None
        folder = '"' + access.folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
        with self._guarded():
            status, data = imap.select(folder)
        if status != "OK":
            raise MailboxError(
                _("The mail server has no folder “%(folder)s”: %(why)s") % {"folder": access.folder, "why": _words(data)},
                _("Check WAYHOME_IMAP_FOLDER; the name is the one that the server uses."),
            )
        _name, flags = imap.response("PERMANENTFLAGS")
        listed = b" ".join(flag for flag in flags or [] if isinstance(flag, bytes))
        self.by_keyword = b"\\*" in listed or KEYWORD.lower().encode() in listed.lower()
        return imap

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        where = f"{self.access.host}:{self.access.port or (993 if self.access.security == 'tls' else 143)}"
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise MailboxError(
                _("The certificate of the mail server %(where)s is not trusted: %(why)s")
                % {"where": where, "why": error.verify_message},
                _("Use the host name that the certificate bears, or name its authority in WAYHOME_IMAP_CA_FILE."),
            ) from None
        except (imaplib.IMAP4.error, OSError, EOFError) as error:
            raise MailboxError(
                _("The mail server %(where)s does not answer as it should: %(why)s") % {"where": where, "why": _reason(error)},
                _("Check WAYHOME_IMAP_HOST, the port and the network; what was taken in before is kept. Then fetch again."),
            ) from None

    def _refused(self, data: Any) -> MailboxError:
        return MailboxError(
            _("The mail server refused a step: %(why)s") % {"why": _words(data)},
            _("Fetch again; if it stays so, ask its operator."),
        )


def _words(data: Any) -> str:
    return " ".join(part.decode("utf-8", "replace") for part in data or [] if isinstance(part, bytes))[:200]


def _reason(error: BaseException) -> str:
    first = error.args[0] if error.args else ""
    return (first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error))[:200] or type(error).__name__
