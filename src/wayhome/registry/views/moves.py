"""Split, merge, move, another head, one family of several households; and taking a step back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.registry.actions import households
from wayhome.registry.actions import moves as actions
from wayhome.registry.forms.households import HeadForm, MoveForm, OtherForm, SplitForm
from wayhome.registry.models import Household, HouseholdEvent
from wayhome.registry.queries import households as queries
from wayhome.registry.views.households import refused


def _forms(process: Process, household: Household, acted: str = "", data: Any = None) -> dict[str, forms.Form]:
    members = queries.members_of(household)
    made: dict[str, forms.Form] = {
        name: form(data if acted == name else None, members=members, prefix=name)
        for name, form in (("split", SplitForm), ("move", MoveForm), ("head", HeadForm))
    }
    made |= {name: OtherForm(data if acted == name else None, prefix=name) for name in ("merge", "family")}
    for form in made.values():
        for name in ("to", "other"):
            if name in form.fields:
                form.fields[name].process = process  # type: ignore[attr-defined]
    return made


def _take(act: str, household: Household, values: dict[str, Any], actor: Actor) -> tuple[str, Household]:
    """Take the step; return what to say and where to go on."""
    match act:
        case "split":
            made = actions.split(household=household, actor=actor, **values)
            return _("%(ref)s is a household of its own now. It can be taken back below.") % {"ref": made.ref}, household
        case "move":
            actions.move(actor=actor, **values)
            return _("Moved. It can be taken back below."), household
        case "head":
            actions.change_head(household=household, actor=actor, **values)
            return _("The head is another one now. Check the others' relations."), household
        case "merge":
            other = values["other"]
            actions.merge(kept=household, gone=other, actor=actor, reason=values["reason"])
            return _("%(ref)s is part of this household now. It can be taken back below.") % {"ref": other.ref}, household
        case "family":
            households.keep_together(households=[household, values["other"]], actor=actor)
            return _("The two households are kept together as one family."), household
        case "leave":
            households.leave_family(household=household, actor=actor)
            return _("The household is no longer kept with its family."), household
    raise Http404


@require_http_methods(["GET", "POST"])
@in_process(Permission.REGISTER)
def moves(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The page with every step, and the steps taken."""
    row = queries.household(process, number)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    shown = _forms(process, row, act, request.POST)
    if act:
        form = shown.get(act)
        if act != "leave" and form is None:
            raise Http404
        if form is None or form.is_valid():
            try:
                said, on = _take(act, row, form.cleaned_data if form else {}, Actor.of(request.user))
                messages.info(request, said)
                return redirect("household_moves", slug=process.slug, number=on.number)
            except WayhomeError as error:
                if form is None:
                    raise
                refused(form, error)
    context = {"household": row, "forms": shown, "people": queries.members_of(row), "events": queries.events(row)}
    failed = any(form.errors for form in shown.values())
    return render(request, "registry/moves.html", context, status=422 if failed else 200)


@require_POST
@in_process(Permission.REGISTER)
def undo(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Take a step back."""
    event = HouseholdEvent.objects.of(process).select_related("household", "process").filter(pk=pk).first()
    if event is None:
        raise Http404
    actions.undo(event=event, actor=Actor.of(request.user))
    messages.info(request, _("Taken back. Everybody is where they were."))
    return redirect("household_moves", slug=process.slug, number=event.household.number)
