"""The secret in an outside link: random, signed, kept only as its hash.

The signature is checked first, so that a guessed address costs no look into the database; it is made with the present secret key
and checked with the earlier ones too (`SECRET_KEY_FALLBACKS`), so that a change of keys breaks no link.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_SALT = "wayhome.outside-link"
_BYTES = 32
_LONGEST = 200


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=".", algorithm="sha256")


def new_token() -> str:
    """A new secret: 256 random bits and their signature, safe in an address."""
    return _signer().sign(secrets.token_urlsafe(_BYTES))


def digest(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_ours(token: str) -> bool:
    """Whether this installation signed the token."""
    if len(token) > _LONGEST or not token.isascii():
        return False
    try:
        _signer().unsign(token)
    except BadSignature:
        return False
    return True


def same(one: str, other: str) -> bool:
    """Whether two digests are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)


def address_of(request: HttpRequest) -> str:
    """The visitor's address: the connection's own, or what the trusted proxies in front say; of IPv6 the network's 64 bits."""
    given = str(request.META.get("REMOTE_ADDR") or "")
    hops = settings.TRUSTED_PROXIES
    if hops > 0:
        chain = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR") or "").split(",") if part.strip()]
        if len(chain) >= hops:
            given = chain[-hops]
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


def address_hash(address: str) -> str:
    """The keyed hash under which an address is counted; the address itself is not kept."""
    return salted_hmac("wayhome.outside-address", address, algorithm="sha256").hexdigest()
