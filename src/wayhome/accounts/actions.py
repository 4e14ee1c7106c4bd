"""What can be done with members and elevated access. Each step checks, writes and logs in one transaction; mail goes after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from wayhome.accounts.models import Elevation, Membership, Process, User
from wayhome.accounts.roles import Role
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput


def password_url(user: User) -> str:
    """A link with which the person sets a password; valid for PASSWORD_RESET_TIMEOUT and until the password changes."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return f"{settings.PUBLIC_URL}{path}"


def _mail(user: User, template: str, context: dict[str, Any]) -> None:
    """Send `template` (a subject and a message) after commit, in the person's language."""
    with translation.override(user.language or translation.get_language() or settings.LANGUAGE_CODE):
        subject = " ".join(render_to_string(f"accounts/mail/{template}_subject.txt", context).split())
        message = render_to_string(f"accounts/mail/{template}.txt", context)
    transaction.on_commit(lambda: send_mail(subject, message, None, [user.email], fail_silently=True))


@transaction.atomic
def create_user(*, actor: Actor, email: str, name: str, administrator: bool = False, password: str | None = None) -> User:
    """Make an account, without a usable password unless one is given.

    Raises:
        Conflict: the e-mail belongs to an account already.
    """
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise Conflict(_("An account with the e-mail %(email)s exists already.") % {"email": email})
    user = User.objects.create_user(email, password, full_name=name.strip(), is_administrator=administrator)
    audit.record("account.created", actor=actor, subject=user, detail={"email": email, "administrator": administrator})
    return user


@transaction.atomic
def set_password(*, actor: Actor, user: User, password: str) -> None:
    """Set a password on somebody's behalf, from the command line. Ends every session of the account."""
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("account.password_changed", actor=actor, subject=user)


@transaction.atomic
def set_active(*, actor: Actor, user: User, active: bool) -> None:
    """Close or open an account. A closed one cannot log in, and its sessions end."""
    if user.is_active == active:
        return
    user.is_active = active
    user.save(update_fields=["is_active"])
    audit.record("account.opened" if active else "account.closed", actor=actor, subject=user)


@transaction.atomic
def remove_second_factors(*, actor: Actor, user: User) -> int:
    """Remove every second factor of somebody who has lost theirs; how many there were."""
    removed, _each = Authenticator.objects.filter(user=user).delete()
    audit.record("account.second_factor_removed", actor=actor, subject=user, detail={"kind": "all", "number": removed})
    return removed


@transaction.atomic
def create_process(
    *, actor: Actor, slug: str, name: str, language: str = "en", calendar: str = "", lead: User | None = None
) -> Process:
    """Make a process and, when given, its first lead."""
    if Process.objects.filter(slug=slug).exists():
        raise Conflict(_("A process with the short name %(slug)s exists already.") % {"slug": slug})
    process = Process.objects.create(slug=slug, name=name, language=language, calendar=calendar)
    audit.record("process.created", actor=actor, subject=process, process_id=process.pk, detail={"slug": slug, "name": name})
    if lead is not None:
        add_member(actor=actor, process=process, user=lead, role=Role.PROCESS_LEAD)
    return process


@transaction.atomic
def change_process(*, actor: Actor, process: Process, before: dict[str, Any]) -> None:
    """Save the settings of a process as the form changed them; the log keeps what each field was and is."""
    process.save()
    changed = {name: [old, getattr(process, name)] for name, old in before.items() if old != getattr(process, name)}
    if changed:
        audit.record("process.changed", actor=actor, subject=process, process_id=process.pk, detail=changed)


@transaction.atomic
def add_member(*, actor: Actor, process: Process, user: User, role: Role) -> Membership:
    """Give an existing account a role in a process."""
    if Membership.objects.filter(process=process, user=user).exists():
        raise Conflict(_("%(name)s is a member already. Change the role on the member's page.") % {"name": user.get_full_name()})
    membership = Membership.objects.create(process=process, user=user, role=role)
    audit.record("member.added", actor=actor, subject=user, process_id=process.pk, detail={"role": role})
    return membership


@transaction.atomic
def invite(*, actor: Actor, process: Process, email: str, name: str, role: Role) -> tuple[Membership, bool]:
    """Make a member of the person with this e-mail; whoever has no account gets one and a link to set a password.

    Returns:
        The membership, and whether the account is new.
    """
    user = User.objects.filter(email__iexact=email.strip()).first()
    fresh = user is None
    if user is None:
        user = create_user(actor=actor, email=email, name=name)
    elif not user.is_active:
        raise Conflict(_("The account with this e-mail is closed. An administrator of the installation can open it again."))
    membership = add_member(actor=actor, process=process, user=user, role=role)
    link = (
        password_url(user)
        if not user.has_usable_password()
        else f"{settings.PUBLIC_URL}{reverse('process_home', args=[process.slug])}"
    )
    _mail(
        user,
        "invited",
        {"user": user, "process": process, "role": membership.get_role_display(), "link": link, "by": actor.label},
    )
    return membership, fresh


@transaction.atomic
def new_link(*, actor: Actor, process: Process, membership: Membership) -> str:
    """Another link for a member who has not set a password yet; it is mailed as well."""
    user = membership.user
    if user.has_usable_password():
        raise Conflict(
            _("%(name)s has set a password; a forgotten one is reset from the log-in page.") % {"name": user.get_full_name()}
        )
    link = password_url(user)
    audit.record("member.link_made", actor=actor, subject=user, process_id=process.pk)
    _mail(
        user,
        "invited",
        {"user": user, "process": process, "role": membership.get_role_display(), "link": link, "by": actor.label},
    )
    return link


def _keep_a_lead(process: Process, membership: Membership) -> None:
    """Raise when the step would leave the process without a lead. The rows of leads are locked until commit."""
    if membership.role != Role.PROCESS_LEAD:
        return
    leads = list(Membership.objects.select_for_update().filter(process=process, role=Role.PROCESS_LEAD).order_by("pk"))
    if all(lead.pk == membership.pk for lead in leads):
        raise Conflict(_("This is the only process lead."), _("Make another member process lead first."))


@transaction.atomic
def change_role(*, actor: Actor, process: Process, membership: Membership, role: Role) -> None:
    """Give a member another role. Nobody gives one to themselves: whoever manages members could open everything to themselves."""
    if membership.role == role:
        return
    if actor.user_id == membership.user_id:
        raise Forbidden(_("One's own role is changed by another person."), _("Ask another member who may manage members."))
    _keep_a_lead(process, membership)
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    audit.record(
        "member.role_changed", actor=actor, subject=membership.user, process_id=process.pk, detail={"role": [before, role]}
    )


@transaction.atomic
def remove_member(*, actor: Actor, process: Process, membership: Membership) -> None:
    """Take a member out of the process. What they wrote stays; running elevated access ends."""
    _keep_a_lead(process, membership)
    user = membership.user
    now = timezone.now()
    for elevation in Elevation.objects.running(now).filter(process=process, user=user):
        end_elevation(actor=actor, elevation=elevation)
    Elevation.objects.filter(process=process, user=user, starts_at=None, declined_at=None).update(declined_at=now)
    audit.record("member.removed", actor=actor, subject=user, process_id=process.pk, detail={"role": membership.role})
    membership.delete()


def _check_hours(hours: int) -> None:
    if not 1 <= hours <= settings.ELEVATION_MAX_HOURS:
        raise InvalidInput(
            _("Elevated access lasts from 1 to %(most)d hours.") % {"most": settings.ELEVATION_MAX_HOURS}, field="hours"
        )


@transaction.atomic
def ask_elevation(*, actor: Actor, process: Process, user: User, role: Role, reason: str, hours: int) -> Elevation:
    """Ask for a higher role for some hours. Nothing opens until another person grants it."""
    _check_hours(hours)
    if Elevation.objects.filter(process=process, user=user, starts_at=None, declined_at=None).exists():
        raise Conflict(_("A request of yours is waiting already."))
    elevation = Elevation.objects.create(process=process, user=user, role=role, reason=reason, hours=hours)
    audit.record(
        "elevation.asked",
        actor=actor,
        subject=user,
        process_id=process.pk,
        detail={"role": role, "hours": hours, "reason": reason},
    )
    return elevation


@transaction.atomic
def grant_elevation(*, actor: Actor, elevation: Elevation, granted_by: User, hours: int | None = None) -> Elevation:
    """Open elevated access that was asked for, from now on. Nobody grants it to themselves."""
    elevation = Elevation.objects.select_for_update().get(pk=elevation.pk)
    if granted_by.pk == elevation.user_id:
        raise Forbidden(_("Elevated access is granted by another person."), _("Ask another member who may manage members."))
    if elevation.state != "asked":
        raise Conflict(_("This request has been decided already."))
    elevation.hours = hours or elevation.hours
    _check_hours(elevation.hours)
    elevation.granted_by = granted_by
    elevation.starts_at = timezone.now()
    elevation.ends_at = elevation.starts_at + timedelta(hours=elevation.hours)
    elevation.save()
    audit.record(
        "elevation.started",
        actor=actor,
        subject=elevation.user,
        process_id=elevation.process_id,
        detail={"role": elevation.role, "until": elevation.ends_at.isoformat(timespec="minutes"), "reason": elevation.reason},
    )
    return elevation


@transaction.atomic
def give_elevation(
    *, actor: Actor, process: Process, user: User, role: Role, reason: str, hours: int, granted_by: User
) -> Elevation:
    """Open elevated access that nobody asked for in writing, e.g. for a person who helps for an afternoon."""
    _check_hours(hours)
    if granted_by.pk == user.pk:
        raise Forbidden(_("Elevated access is granted by another person."), _("Ask another member who may manage members."))
    elevation = Elevation.objects.create(process=process, user=user, role=role, reason=reason, hours=hours)
    return grant_elevation(actor=actor, elevation=elevation, granted_by=granted_by)


@transaction.atomic
def decline_elevation(*, actor: Actor, elevation: Elevation) -> None:
    """Close a request without opening anything; the person who asked may take it back in the same way."""
    elevation = Elevation.objects.select_for_update().get(pk=elevation.pk)
    if elevation.state != "asked":
        raise Conflict(_("This request has been decided already."))
    elevation.declined_at = timezone.now()
    elevation.save(update_fields=["declined_at"])
    audit.record(
        "elevation.declined",
        actor=actor,
        subject=elevation.user,
        process_id=elevation.process_id,
        detail={"role": elevation.role},
    )


@transaction.atomic
def end_elevation(*, actor: Actor, elevation: Elevation) -> None:
    """End elevated access before its time."""
    elevation = Elevation.objects.select_for_update().get(pk=elevation.pk)
    if elevation.state != "running":
        raise Conflict(_("This elevated access does not run."))
    elevation.ended_at = timezone.now()
    elevation.save(update_fields=["ended_at"])
    audit.record(
        "elevation.ended", actor=actor, subject=elevation.user, process_id=elevation.process_id, detail={"role": elevation.role}
    )
