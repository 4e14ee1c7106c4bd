"""Households: the list, one household, registering and changing it, its print card."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.core.paging import paginate
from wayhome.registry.actions import contacts, households, persons, reading
from wayhome.registry.forms.households import ChangeHouseholdForm, HouseholdForm, MemberFormSet
from wayhome.registry.forms.persons import DisplacementForm, PersonForm
from wayhome.registry.placing import area_of
from wayhome.registry.queries import households as queries

_FILTERS = ("origin", "present", "list", "size", "view")


def refused(form: Any, error: WayhomeError) -> None:
    """Put an action's refusal beside the field it names, or above the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


def _wanted(request: HttpRequest) -> queries.Filter:
    given = {name: request.GET.get(name, "").replace("\x00", "").strip()[:120] for name in ("q", *_FILTERS)}
    view = given["view"] if given["view"] in queries.VIEWS else "open"
    size = given["size"] if given["size"] in queries.SIZES else ""
    return queries.Filter(given["q"], given["origin"], given["present"], given["list"], size, view)


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def listing(request: HttpRequest, process: Process) -> HttpResponse:
    """All households, with what narrows them."""
    wanted = _wanted(request)
    page = paginate(queries.listed(process, wanted), request.GET, total=queries.matching(process, wanted).count())
    queries.put_places(process, page.rows)
    queries.put_waiting(page.rows)
    context = {
        "page": page,
        "wanted": wanted,
        "lists": queries.lists(process),
        "sizes": list(queries.SIZES),
        "now": timezone.localtime(),
    }
    return render(request, "registry/households.html", context)


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def household(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One household; reading it is logged."""
    row = queries.household(process, number)
    shown = queries.shown(row, request.access)  # type: ignore[attr-defined]
    reading.log_household(row, actor=Actor.of(request.user))
    context = {"shown": shown, "household": row, "now": timezone.localtime(), **allowed(request)}
    return render(request, "registry/household.html", context)


def allowed(request: HttpRequest) -> dict[str, bool]:
    """What the templates ask often."""
    may = request.access.may  # type: ignore[attr-defined]
    return {"may_register": may(Permission.REGISTER), "may_open": may(Permission.OPEN_SEALED)}


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def card(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """A card to print: number, names and relations, nothing sealed."""
    row = queries.household(process, number)
    queries.put_places(process, [row])
    reading.log_household(row, actor=Actor.of(request.user), page="card")
    context = {"household": row, "people": queries.members_of(row), "today": timezone.localdate()}
    return render(request, "registry/card.html", context)


def _places(process: Process, values: dict[str, Any]) -> dict[str, Any]:
    """The values with the areas that the words for places mean."""
    return {
        **values,
        "origin": area_of(process, values.get("origin_text") or ""),
        "present": area_of(process, values.get("present_text") or ""),
    }


def member_values(process: Process, cleaned: dict[str, Any]) -> dict[str, Any]:
    """A person's values for the use case; empty places are left to the household's."""
    values = {name: value for name, value in cleaned.items() if value not in ("", None)}
    for name in ("origin", "present"):
        if values.get(f"{name}_text"):
            values[name] = area_of(process, values[f"{name}_text"])
    return values


@require_http_methods(["GET", "POST"])
@in_process(Permission.REGISTER)
def new(request: HttpRequest, process: Process) -> HttpResponse:
    """Register a household with its people. The button “Another person” adds a row and keeps what was typed."""
    if request.method != "POST":
        form, people = HouseholdForm(initial={"registered_on": timezone.localdate()}), MemberFormSet(prefix="people")
        return render(request, "registry/household_new.html", {"form": form, "people": people})
    if "more" in request.POST:
        data = request.POST.copy()
        count = data.get("people-TOTAL_FORMS", "1")
        data["people-TOTAL_FORMS"] = str(min(int(count) + 1 if count.isdigit() else 1, 40))
        form, people = HouseholdForm(initial=data.dict()), MemberFormSet(initial=_typed(data), prefix="people")
        people.min_num, people.extra = int(data["people-TOTAL_FORMS"]), 0
        return render(request, "registry/household_new.html", {"form": form, "people": people, "added": True})
    form, people = HouseholdForm(request.POST), MemberFormSet(request.POST, prefix="people")
    if form.is_valid() and people.is_valid():
        members = [member_values(process, row) for row in people.cleaned_data if row and any(row.values())]
        if not members:
            form.add_error(None, _("Nobody is in the household yet. Write at least one person."))
        else:
            try:
                made = households.register(
                    process=process, actor=Actor.of(request.user), members=members, **_places(process, form.cleaned_data)
                )
                return redirect("household", slug=process.slug, number=made.number)
            except WayhomeError as error:
                refused(form, error)
    return render(request, "registry/household_new.html", {"form": form, "people": people}, status=422)


def _typed(data: Any) -> list[dict[str, str]]:
    """What was typed into the rows of people so far."""
    count = int(data["people-TOTAL_FORMS"]) - 1
    names = ("given_name", "patronymic", "family_name", "relation", "sex", "birth", "phone")
    return [{name: data.get(f"people-{n}-{name}", "") for name in names} for n in range(count)]


@require_http_methods(["GET", "POST"])
@in_process(Permission.REGISTER)
def edit(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Change what concerns the whole household."""
    row = queries.household(process, number)
    form = ChangeHouseholdForm(request.POST or None, household=row)
    if request.method == "POST" and form.is_valid():
        try:
            values = _places(process, form.cleaned_data)
            households.change(household=row, actor=Actor.of(request.user), **values)
            messages.info(request, _("Saved. What it was before is in the history."))
            return redirect("household", slug=process.slug, number=number)
        except WayhomeError as error:
            refused(form, error)
    return render(request, "registry/household_edit.html", {"form": form, "household": row}, status=422 if form.errors else 200)


@require_POST
@in_process(Permission.REGISTER)
def confirm(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """What is on file still holds, says the household today."""
    row = queries.household(process, number)
    households.confirm(household=row, actor=Actor.of(request.user))
    messages.info(request, _("Confirmed as of today."))
    return redirect("household", slug=process.slug, number=number)


@require_http_methods(["GET", "POST"])
@in_process(Permission.REGISTER)
def add_person(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One more person in a household."""
    row = queries.household(process, number)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            values = member_values(process, form.cleaned_data)
            made = households.add_member(household=row, actor=Actor.of(request.user), **values)
            messages.info(request, _("%(name)s is registered as %(ref)s.") % {"name": made, "ref": made.ref})
            return redirect("household", slug=process.slug, number=number)
        except WayhomeError as error:
            refused(form, error)
    context = {"form": form, "household": row, "title": _("Add a person")}
    return render(request, "registry/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_process(Permission.REGISTER)
def add_displacement(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """An episode of displacement of the whole household."""
    row = queries.household(process, number)
    form = DisplacementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            values = displaced(process, form.cleaned_data)
            contacts.add_displacement(household=row, actor=Actor.of(request.user), **values)
            return redirect("household", slug=process.slug, number=number)
        except WayhomeError as error:
            refused(form, error)
    context = {"form": form, "household": row, "title": _("Add a displacement")}
    return render(request, "registry/form.html", context, status=422 if form.errors else 200)


def displaced(process: Process, cleaned: dict[str, Any]) -> dict[str, Any]:
    """An episode's values for the use case, with the areas that its words mean."""
    return {
        **cleaned,
        "left": cleaned["left"] if cleaned["left"].first else None,
        "from_area": area_of(process, cleaned["from_text"]),
        "to_area": area_of(process, cleaned["to_text"]),
    }


@require_http_methods(["GET", "POST"])
@in_process(Permission.REGISTER)
def new_person(request: HttpRequest, process: Process) -> HttpResponse:
    """A person without a household."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = persons.register(process=process, actor=Actor.of(request.user), **member_values(process, form.cleaned_data))
            return redirect("person", slug=process.slug, number=made.number)
        except WayhomeError as error:
            refused(form, error)
    context = {"form": form, "title": _("Register a person")}
    return render(request, "registry/form.html", context, status=422 if form.errors else 200)
