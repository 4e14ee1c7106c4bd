"""The code with which a claimant looks up their claim: random, written so that it can be read aloud, kept only as a slow hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from uuid import UUID

# Crockford's base 32: no I, L, O, U.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12  # 60 bits
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
NOBODY = UUID(int=0)


def new_code() -> str:
    """A code in three groups of four."""
    plain = "".join(secrets.choice(_LETTERS) for _n in range(_LENGTH))
    return "-".join(plain[n : n + 4] for n in range(0, _LENGTH, 4))


def plain(code: str) -> str:
    """A code as typed, in the form that is hashed: letters that look alike are one."""
    return "".join(ch for ch in code.upper().translate(_READ_AS) if ch in _LETTERS)[:64]


def digest(code: str, claim: UUID) -> str:
    """What the database keeps of a code: scrypt, salted with the claim's identifier (about 25 ms)."""
    return hashlib.scrypt(plain(code).encode(), salt=claim.bytes, n=2**13, r=8, p=1, dklen=32).hex()


def fits(code: str, claim: UUID, kept: str) -> bool:
    """Whether a code is the claim's. Takes the same time for a claim that does not exist (`NOBODY` and an empty hash)."""
    return hmac.compare_digest(digest(code, claim), kept or "0" * 64) and bool(kept)
