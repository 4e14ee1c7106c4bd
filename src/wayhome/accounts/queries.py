"""What the pages of members, elevated access and audit ask of the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from wayhome.accounts.models import Elevation, Membership, Process, User
from wayhome.accounts.roles import Role
from wayhome.core.models import AuditEntry

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def lacks_second_factor(user: Any) -> bool:
    """Whether a role that the user holds anywhere needs a second factor and there is none. One query."""
    required = set(settings.REQUIRE_SECOND_FACTOR)
    needed = Q(pk__in=Membership.objects.filter(role__in=required).values("user_id"))
    needed |= Q(pk__in=Elevation.objects.running().filter(role__in=required).values("user_id"))
    if Role.ADMINISTRATOR in required:
        needed |= Q(is_administrator=True)
    has = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return bool(User.objects.filter(needed, ~Exists(has), pk=user.pk).exists())


def accounts() -> QuerySet[User]:
    """Every account of the installation with its second factor and its memberships. Two queries."""
    has = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    held = Prefetch("memberships", Membership.objects.select_related("process").order_by("process__slug"))
    return User.objects.annotate(second_factor=Exists(has)).prefetch_related(held).order_by("email")


def processes() -> QuerySet[Process]:
    """Every process of the installation with the number of its members."""
    return Process.objects.annotate(members=Count("memberships")).order_by("slug")


def members_of(process: Process) -> QuerySet[Membership]:
    """Members with their person and whether they have a second factor, by name."""
    has = Authenticator.objects.filter(user=OuterRef("user"), type__in=SECOND_FACTORS)
    found = Membership.objects.filter(process=process).select_related("user").annotate(second_factor=Exists(has))
    return found.order_by("user__full_name", "user__email")


def elevations_of(process: Process) -> QuerySet[Elevation]:
    """Every elevation of the process, asked for, running or past, newest first."""
    return Elevation.objects.filter(process=process).select_related("user", "granted_by")


def process_entries(process: Process) -> QuerySet[AuditEntry]:
    """Entries of the process."""
    return AuditEntry.objects.filter(process_id=process.pk)


def account_entries(process: Process) -> QuerySet[AuditEntry]:
    """What happened to the accounts of those who are or were let into the process: log-ins, passwords, second factors."""
    people = User.objects.filter(Q(memberships__process=process) | Q(elevations__process=process)).values_list("pk", flat=True)
    ids = sorted(set(people))
    about = Q(subject_type="accounts.user", subject_id__in=[str(pk) for pk in ids])
    return AuditEntry.objects.filter(Q(actor_id__in=ids) | about, process_id=None, action__startswith="account.")


def installation_entries() -> QuerySet[AuditEntry]:
    """Entries that belong to no process: accounts and the installation itself."""
    return AuditEntry.objects.filter(process_id=None)


def actors_in(entries: QuerySet[AuditEntry]) -> list[tuple[int, str]]:
    """Everybody who acted in these entries, by the newest name on file."""
    ids = [pk for pk in entries.order_by().values_list("actor_id", flat=True).distinct() if pk is not None]
    named = {pk: (name or email) for pk, name, email in User.objects.filter(pk__in=ids).values_list("pk", "full_name", "email")}
    return sorted(((pk, named.get(pk, f"#{pk}")) for pk in ids), key=lambda pair: pair[1].casefold())


def actions_in(entries: QuerySet[AuditEntry]) -> list[str]:
    """The actions that occur."""
    return sorted(set(entries.order_by().values_list("action", flat=True).distinct()))


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """Names of users by their number as text, for subjects of the log."""
    return {
        str(pk): name or email
        for pk, name, email in User.objects.filter(pk__in=list(ids)).values_list("pk", "full_name", "email")
    }
