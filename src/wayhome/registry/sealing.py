"""Sealing and opening: AES-256-GCM under a data key of the process, wrapped by a master key that is not in the database.

The master key lies in the file `WAYHOME_MASTER_KEY_FILE` (made once, readable by its owner alone, beside the database unless
the operator says otherwise). A sealed value is bound to its process, person and kind, so that it cannot be moved to another
record. `digest` is an HMAC-SHA256 of the folded value: equal values can be found, a guess cannot be tested without the key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput, WayhomeError
from wayhome.registry.models import DataKey, Person, SealedValue
from wayhome.registry.states import SealedKind

_NONCE = 12


class KeyMissing(WayhomeError):
    """A value was sealed under a master key that is not here."""


@dataclass(frozen=True, slots=True)
class Opener:
    """The two halves of an unwrapped data key: one encrypts, one hashes."""

    key_id: int
    cipher: AESGCM
    hashing: bytes


def _read_master(path: Path) -> bytes:
    try:
        return base64.urlsafe_b64decode(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        key = os.urandom(32)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process made it a moment ago
            return base64.urlsafe_b64decode(path.read_text(encoding="ascii").strip())
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(base64.urlsafe_b64encode(key))
        return key


def _masters() -> dict[str, bytes]:
    """Every master key at hand by its fingerprint; the first is the present one."""
    paths = [Path(settings.MASTER_KEY_FILE), *(Path(path) for path in settings.OLD_MASTER_KEY_FILES)]
    keys = [_read_master(paths[0]), *(base64.urlsafe_b64decode(path.read_text("ascii").strip()) for path in paths[1:])]
    return {hashlib.sha256(b"wayhome master " + key).hexdigest()[:32]: key for key in keys}


def _unwrap(row: DataKey, masters: dict[str, bytes]) -> Opener:
    master = masters.get(row.master)
    if master is None:
        raise KeyMissing(
            _("The master key %(name)s, under which this value was sealed, is not on this machine.") % {"name": row.master[:8]},
            _("Name its file in WAYHOME_OLD_MASTER_KEY_FILES. Nothing was changed."),
        )
    raw = bytes(row.wrapped)
    halves = AESGCM(master).decrypt(raw[:_NONCE], raw[_NONCE:], f"process {row.process_id}".encode())
    return Opener(row.pk, AESGCM(halves[:32]), halves[32:])


def _wrap(process_id: int, halves: bytes, master: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(master).encrypt(nonce, halves, f"process {process_id}".encode())


class Sealer:
    """Seals values of one process. Keys are unwrapped once; make one for a request or a whole import."""

    def __init__(self, process: Process) -> None:
        self.process = process
        masters = _masters()
        rows = list(DataKey.objects.filter(process=process).order_by("id"))
        if not rows:
            fingerprint, master = next(iter(masters.items()))
            rows = [
                DataKey.objects.create(process=process, master=fingerprint, wrapped=_wrap(process.pk, os.urandom(64), master))
            ]
        self._openers = {row.pk: _unwrap(row, masters) for row in rows}
        self._newest = self._openers[rows[-1].pk]
        # Digests of all times must compare: they are always made with the process's first key.
        self._hashing = self._openers[rows[0].pk].hashing

    @property
    def key_id(self) -> int:
        """The data key that seals now."""
        return self._newest.key_id

    def _bound_to(self, person_uid: object, kind: str) -> bytes:
        return f"{self.process.pk}|{person_uid}|{kind}".encode()

    def encrypt(self, value: str, *, person_uid: object, kind: SealedKind | str) -> bytes:
        """The ciphertext of `value`, bound to the person and the kind; for bulk writes. Nonce first."""
        nonce = os.urandom(_NONCE)
        return nonce + self._newest.cipher.encrypt(nonce, value.encode(), self._bound_to(person_uid, str(kind)))

    def encrypt_bytes(self, data: bytes, *, bound_to: bytes) -> bytes:
        """The ciphertext of a piece of a file, nonce first, bound to the words that name its place."""
        nonce = os.urandom(_NONCE)
        return nonce + self._newest.cipher.encrypt(nonce, data, b"%d|" % self.process.pk + bound_to)

    def decrypt_bytes(self, data: bytes, *, key_id: int, bound_to: bytes) -> bytes:
        """The piece of `encrypt_bytes`. Raises `ValueError` where it was altered or moved."""
        try:
            return self._openers[key_id].cipher.decrypt(data[:_NONCE], data[_NONCE:], b"%d|" % self.process.pk + bound_to)
        except (InvalidTag, KeyError) as error:
            raise ValueError("the piece was altered, moved, or sealed with another key") from error

    def digest(self, value: str, kind: SealedKind | str) -> str:
        """Keyed hash of the folded value, 32 hexadecimal digits; spaces, hyphens and case do not count."""
        if value.isascii() and value.isalnum():
            plain = value.lower()
        else:
            plain = "".join(ch for ch in unicodedata.normalize("NFKC", value).casefold() if ch.isalnum())
        return hmac.new(self._hashing, f"{kind}|{plain}".encode(), hashlib.sha256).hexdigest()[:32]

    def seal(self, person: Person, kind: SealedKind, value: str) -> SealedValue:
        """Store one sealed value of a person. The caller's transaction, the caller's audit entry."""
        if not value.strip():
            raise InvalidInput(_("There is nothing to seal."), _("Write the value, or leave the whole field out."))
        return SealedValue.objects.create(
            process=self.process,
            person=person,
            kind=kind,
            key_id=self.key_id,
            ciphertext=self.encrypt(value, person_uid=person.uid, kind=kind),
            digest=self.digest(value, kind),
        )

    def decrypt(self, sealed: SealedValue, person_uid: object) -> str:
        """The value. Only `open_value` and a job that says so in the audit log call this."""
        raw = bytes(sealed.ciphertext)
        try:
            plain = self._openers[sealed.key_id].cipher.decrypt(
                raw[:_NONCE], raw[_NONCE:], self._bound_to(person_uid, sealed.kind)
            )
        except InvalidTag as error:
            raise WayhomeError(
                _("This sealed value was altered or belongs to another record; it can't be opened."),
                _("Restore it from a backup. The audit log says who changed the record last."),
            ) from error
        return plain.decode()


def open_value(sealed: SealedValue, *, actor: Actor, purpose: str) -> str:
    """Open one sealed value for a purpose, in words, and log it in the same transaction.

    Raises:
        Forbidden: the actor's role does not open sealed values.
        InvalidInput: no purpose was given.
    """
    require_actor(actor, sealed.process, Permission.OPEN_SEALED)
    if len(purpose.strip()) < 4:
        raise InvalidInput(
            _("Say what the value is needed for."), _("A few words are enough; they are kept in the log."), field="purpose"
        )
    with transaction.atomic():
        value = Sealer(sealed.process).decrypt(sealed, sealed.person.uid)
        audit.record(
            "sealed.opened",
            actor=actor,
            subject=sealed.person,
            process_id=sealed.process_id,
            detail={"person": sealed.person.ref, "kind": sealed.kind, "value": sealed.pk, "purpose": purpose.strip()[:200]},
        )
    return value


def find_equal(process: Process, kind: SealedKind, value: str) -> Iterable[SealedValue]:
    """Sealed values of the process equal to `value`, found by keyed hash; nothing is opened."""
    return SealedValue.objects.filter(process=process, kind=kind, digest=Sealer(process).digest(value, kind))


def rewrap(*, actor: Actor) -> int:
    """Wrap every data key under the present master key; return how many changed. After it the old master file can go."""
    masters = _masters()
    present, master = next(iter(masters.items()))
    changed = 0
    with transaction.atomic():
        for row in DataKey.objects.select_for_update().exclude(master=present):
            old = masters.get(row.master)
            if old is None:
                _unwrap(row, masters)  # raises with the remedy
            raw = bytes(row.wrapped)
            halves = AESGCM(old or b"").decrypt(raw[:_NONCE], raw[_NONCE:], f"process {row.process_id}".encode())
            row.master, row.wrapped = present, _wrap(row.process_id, halves, master)
            row.save(update_fields=["master", "wrapped"])
            changed += 1
        audit.record("sealed.rewrapped", actor=actor, detail={"keys": changed, "master": present[:8]})
    return changed
