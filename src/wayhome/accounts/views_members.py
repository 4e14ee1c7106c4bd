"""Members of a process and their elevated access. The steps that change access ask for the password again."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wayhome.accounts import actions
from wayhome.accounts.forms import ElevationForm, GrantForm, InviteForm, RoleForm, member_choices
from wayhome.accounts.models import Elevation, Membership, Process
from wayhome.accounts.queries import elevations_of, members_of
from wayhome.accounts.roles import Permission, Role
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.core.paging import paginate

sensitive = reauthentication_required(allow_get=True)


def _handed_over() -> bool:
    """Whether links must be handed over by the person who invites, because mail goes to a file and not to an inbox."""
    return not settings.EMAIL_URL


def _listing(request: HttpRequest, process: Process, form: InviteForm) -> HttpResponse:
    page = paginate(members_of(process), request.GET)
    link = request.session.pop("link_to_hand_over", None)
    return render(
        request, "accounts/members.html", {"page": page, "form": form, "link": link}, status=422 if form.errors else 200
    )


@in_process(Permission.MANAGE_MEMBERS)
def members(request: HttpRequest, process: Process) -> HttpResponse:
    """Who holds which role, since when, with a second factor or without."""
    return _listing(request, process, InviteForm(initial={"role": Role.READER}))


@in_process(Permission.MANAGE_MEMBERS)
@require_POST
@sensitive
def invite(request: HttpRequest, process: Process) -> HttpResponse:
    """Give a person a role; make the account where there is none."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _listing(request, process, form)
    data = form.cleaned_data
    try:
        membership, fresh = actions.invite(
            actor=Actor.of(request.user), process=process, email=data["email"], name=data["name"], role=Role(data["role"])
        )
    except WayhomeError as error:
        form.add_error("email", str(error))
        return _listing(request, process, form)
    if fresh and _handed_over():
        request.session["link_to_hand_over"] = {
            "name": membership.user.get_full_name(),
            "url": actions.password_url(membership.user),
        }
    name = membership.user.get_full_name()
    messages.success(request, _("%(name)s is a member now and has been written to.") % {"name": name})
    return redirect("members", slug=process.slug)


def _member(process: Process, pk: int) -> Membership:
    return get_object_or_404(members_of(process), pk=pk)


@in_process(Permission.MANAGE_MEMBERS)
@sensitive
def member(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """One member: change the role, remove, send the link again."""
    found = _member(process, pk)
    form = RoleForm(request.POST or None, initial={"role": found.role})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_role(
                actor=Actor.of(request.user), process=process, membership=found, role=Role(form.cleaned_data["role"])
            )
        except WayhomeError as error:
            form.add_error("role", str(error))
            found.refresh_from_db()
        else:
            messages.success(request, _("The role is changed."))
            return redirect("members", slug=process.slug)
    context = {"member": found, "form": form, "past": elevations_of(process).filter(user=found.user)[:20]}
    return render(request, "accounts/member.html", context, status=422 if form.errors else 200)


@in_process(Permission.MANAGE_MEMBERS)
@require_POST
@sensitive
def remove(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Take a member out of the process."""
    found = _member(process, pk)
    actions.remove_member(actor=Actor.of(request.user), process=process, membership=found)
    messages.success(request, _("%(name)s is no longer a member.") % {"name": found.user.get_full_name()})
    if found.user_id == request.user.pk:
        return redirect("home")
    return redirect("members", slug=process.slug)


@in_process(Permission.MANAGE_MEMBERS)
@require_POST
@sensitive
def password_link(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Another link for a member who has not set a password yet."""
    found = _member(process, pk)
    url = actions.new_link(actor=Actor.of(request.user), process=process, membership=found)
    if _handed_over():
        request.session["link_to_hand_over"] = {"name": found.user.get_full_name(), "url": url}
    messages.success(request, _("A new link has been sent to %(email)s.") % {"email": found.user.email})
    return redirect("members", slug=process.slug)


def _access(request: HttpRequest, process: Process, ask: ElevationForm, give: GrantForm) -> HttpResponse:
    manages = request.access.may(Permission.MANAGE_MEMBERS)  # type: ignore[attr-defined]
    found = elevations_of(process)
    if not manages:
        found = found.filter(user=request.user)
    context: dict[str, Any] = {
        "manages": manages,
        "ask": ask,
        "give": give,
        "page": paginate(found, request.GET, size=30),
        "known": member_choices(process) if manages else [],
        "most": settings.ELEVATION_MAX_HOURS,
        "roles": sorted(str(role.label) for role in request.access.roles),  # type: ignore[attr-defined]
    }
    return render(request, "accounts/access.html", context, status=422 if ask.errors or give.errors else 200)


@in_process(Permission.VIEW)
def access_page(request: HttpRequest, process: Process) -> HttpResponse:
    """Elevated access: one's own, and for those who manage members everybody's; ask for more here."""
    ask = ElevationForm(request.POST or None, initial={"role": Role.EDITOR})
    if request.method == "POST" and ask.is_valid():
        data = ask.cleaned_data
        try:
            actions.ask_elevation(
                actor=Actor.of(request.user), process=process, user=request.user, role=Role(data["role"]),
                reason=data["reason"], hours=data["hours"],
            )  # fmt: skip
        except WayhomeError as error:
            ask.add_error(None, str(error))
        else:
            messages.success(request, _("Asked. Another person who manages members decides."))
            return redirect("access", slug=process.slug)
    return _access(request, process, ask, GrantForm(prefix="give"))


@in_process(Permission.MANAGE_MEMBERS)
@require_POST
@sensitive
def grant(request: HttpRequest, process: Process) -> HttpResponse:
    """Grant elevated access without a request."""
    give = GrantForm(request.POST, prefix="give")
    if give.is_valid():
        data = give.cleaned_data
        try:
            actions.give_elevation(
                actor=Actor.of(request.user), process=process, user=data["person"], role=Role(data["role"]),
                reason=data["reason"], hours=data["hours"], granted_by=request.user,
            )  # fmt: skip
        except WayhomeError as error:
            give.add_error(None, str(error))
        else:
            messages.success(request, _("Granted."))
            return redirect("access", slug=process.slug)
    return _access(request, process, ElevationForm(initial={"role": Role.EDITOR}), give)


def _elevation(request: HttpRequest, process: Process, pk: int) -> Elevation:
    found = elevations_of(process)
    if not request.access.may(Permission.MANAGE_MEMBERS):  # type: ignore[attr-defined]
        found = found.filter(user=request.user)
    return get_object_or_404(found, pk=pk)


@in_process(Permission.MANAGE_MEMBERS)
@require_POST
@sensitive
def decide(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Grant or decline a request."""
    found = _elevation(request, process, pk)
    if request.POST.get("answer") == "grant":
        actions.grant_elevation(actor=Actor.of(request.user), elevation=found, granted_by=request.user)
        messages.success(request, _("Granted."))
    else:
        actions.decline_elevation(actor=Actor.of(request.user), elevation=found)
        messages.success(request, _("Declined."))
    return redirect("access", slug=process.slug)


@in_process(Permission.VIEW)
@require_POST
def end(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """End elevated access early, or take a request back: one's own, or anybody's for those who manage members."""
    found = _elevation(request, process, pk)
    if found.state == "asked":
        actions.decline_elevation(actor=Actor.of(request.user), elevation=found)
        messages.success(request, _("The request is taken back."))
    else:
        actions.end_elevation(actor=Actor.of(request.user), elevation=found)
        messages.success(request, _("The elevated access has ended."))
    if not Process.objects.visible_to(request.user).filter(pk=process.pk).exists():
        return redirect("home")
    return redirect("access", slug=process.slug)
