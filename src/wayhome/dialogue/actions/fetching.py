"""Fetching mail: each message of the box goes to the process to which it was written, once, however often this runs."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.core.actors import COMMAND_LINE, Actor
from wayhome.core.errors import InvalidInput, WayhomeError
from wayhome.dialogue import bridge
from wayhome.dialogue.actions import mail
from wayhome.dialogue.mailbox import Access, Mailbox
from wayhome.dialogue.models import Incoming
from wayhome.engines.reading.envelope import Envelope

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Fetched:
    """What a run did: counts by state, messages known before, those no process is named for (by address), and failures."""

    taken: Counter[str] = field(default_factory=Counter)
    known: int = 0
    refused: int = 0
    unrouted: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def new(self) -> int:
        return sum(self.taken.values())


class Routes:
    """Which process an address belongs to. `*` stands for every address that no other row names."""

    def __init__(self, rows: list[str]) -> None:
        named: dict[str, str] = {}
        for row in rows:
            address, sign, slug = (part.strip() for part in row.partition("="))
            if not (address and sign and slug):
                raise InvalidInput(
                    _("“%(row)s” in WAYHOME_IMAP_ADDRESSES is no pair of an address and a process.") % {"row": row[:80]},
                    _("Write office@example.org=process, pairs parted by commas; * stands for every other address."),
                )
            named[address.lower()] = slug
        processes = {process.slug: process for process in Process.objects.filter(slug__in=set(named.values()))}
        missing = sorted(set(named.values()) - set(processes))
        if missing:
            raise InvalidInput(
                _("WAYHOME_IMAP_ADDRESSES names a process that does not exist: %(slug)s.") % {"slug": ", ".join(missing)[:120]},
                _("Use the name in the process's address, after /p/."),
            )
        self._by_address = {address: processes[slug] for address, slug in named.items()}

    def of(self, recipients: tuple[str, ...]) -> list[Process]:
        """The processes to which a message was written, each once."""
        found = {process.pk: process for one in recipients if (process := self._by_address.get(one))}
        rest = self._by_address.get("*")
        return list(found.values()) or ([rest] if rest else [])


def access_of(given: dict[str, Any]) -> Access:
    """The box that the settings name. Raises `InvalidInput` when they name none."""
    if not given["host"] or not given["user"]:
        raise InvalidInput(
            _("No mail box is set."), _("Set WAYHOME_IMAP_HOST, WAYHOME_IMAP_USER and WAYHOME_IMAP_PASSWORD; see docs/mail.md.")
        )
    return Access(
        host=given["host"],
        port=given["port"],
        user=given["user"],
        password=given["password"],
        folder=given["folder"],
        security=given["security"],
        ca_file=given["ca_file"],
        timeout=given["timeout"],
    )


def fetch(*, actor: Actor = COMMAND_LINE) -> Fetched:
    """Take in what came since the last run. One bad mail stops no other; an interrupted run is simply run again.

    Raises:
        WayhomeError: the settings are incomplete, or the server cannot be reached; nothing is lost then.
    """
    given = settings.IMAP
    access = access_of(given)
    routes = Routes(given["addresses"])
    done = Fetched()
    with Mailbox(access) as box:
        for uid in box.waiting(given["at_once"]):
            _take_one(box, uid, routes=routes, done=done, actor=actor)
    return done


def _take_one(box: Mailbox, uid: bytes, *, routes: Routes, done: Fetched, actor: Actor) -> None:
    size, head = box.head(uid)
    try:
        facts = bridge.envelope(head)
    except WayhomeError as error:
        done.failures.append(
            _("message %(uid)s, left in the box and not looked at again: %(why)s") % {"uid": uid.decode(), "why": error}
        )
        box.done(uid)
        return
    processes = routes.of(facts.recipients)
    if not processes:
        # It stays in the box, unmarked: as soon as a process is named for the address, the next run takes it in.
        done.unrouted[next(iter(facts.recipients), _("no address"))] += 1
        return
    try:
        _take_for(box, uid, size=size, facts=facts, processes=processes, done=done, actor=actor)
    except WayhomeError:
        raise
    except Exception:
        logger.exception("message %s was not taken in", uid.decode())
        done.failures.append(
            _("message %(uid)s: an error in the program, see the log; it stays in the box") % {"uid": uid.decode()}
        )


def _take_for(
    box: Mailbox, uid: bytes, *, size: int, facts: Envelope, processes: list[Process], done: Fetched, actor: Actor
) -> None:
    if size > settings.UPLOAD_MAX_BYTES:
        for process in processes:
            mail.refuse(process=process, key=_key(facts, uid), envelope=facts, size=size, error=mail.too_large(size), actor=actor)
        done.refused += 1
        box.done(uid)
        return
    data = box.message(uid)
    if not data:
        return  # somebody deleted it meanwhile
    for process in processes:
        try:
            taken = mail.take_in(process=process, data=data, source=Incoming.Source.IMAP, actor=actor)
        except WayhomeError as error:
            mail.refuse(process=process, key=_key(facts, uid), envelope=facts, size=size, error=error, actor=actor)
            done.refused += 1
        else:
            if taken.new:
                done.taken[taken.incoming.state] += 1
            else:
                done.known += 1
    box.done(uid)


def _key(facts: Envelope, uid: bytes) -> str:
    return mail.key_of(facts, f"uid-{uid.decode()}")
