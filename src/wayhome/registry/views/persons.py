"""Persons: the page, changes, and the parts that are added, ended and taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.registry.actions import consents, contacts, documents, needs, persons, reading
from wayhome.registry.actions.retention import settings_of
from wayhome.registry.forms import persons as f
from wayhome.registry.models import Person
from wayhome.registry.placing import area_of
from wayhome.registry.queries import persons as queries
from wayhome.registry.views.households import allowed, displaced, refused


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def person(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One person; reading it is logged."""
    row = queries.person(process, number)
    shown = queries.shown(row, request.access)  # type: ignore[attr-defined]
    reading.log_person(row, actor=Actor.of(request.user))
    photographs = settings_of(process).photographs
    context = {"shown": shown, "person": row, "now": timezone.localtime(), "photographs": photographs, **allowed(request)}
    return render(request, "registry/person.html", context)


@require_http_methods(["GET", "POST"])
@in_process(Permission.REGISTER)
def edit(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Change the record; what it was before stays in the history."""
    row = queries.person(process, number)
    form = f.ChangePersonForm(request.POST or None, person=row)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        birth = values.pop("birth")
        if "birth" in form.changed_data:
            values |= birth.fields()
        for name in ("origin", "present"):
            if f"{name}_text" in form.changed_data:
                values[name] = area_of(process, values[f"{name}_text"])
        try:
            persons.change(person=row, actor=Actor.of(request.user), **values)
            messages.info(request, _("Saved. What it was before is in the history."))
            return redirect("person", slug=process.slug, number=number)
        except WayhomeError as error:
            refused(form, error)
    context = {"form": form, "person": row, "title": _("Change the record")}
    return render(request, "registry/form.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Part:
    """A part that can be added to a person: its form, its title, and the use case."""

    title: Any
    form: Callable[..., forms.Form]
    add: Callable[..., Any]
    asks_person: bool = False


def _displace(*, person: Person, actor: Actor, **values: Any) -> Any:
    return contacts.add_displacement(person=person, actor=actor, **displaced(person.process, values))


PARTS: dict[str, Part] = {
    "name": Part(gettext_lazy("Add another name"), f.NameForm, persons.add_name),
    "status": Part(gettext_lazy("Set the status"), f.StatusForm, persons.set_status),
    "document": Part(gettext_lazy("Add a document"), f.DocumentForm, documents.add),
    "need": Part(gettext_lazy("Record a specific need"), f.NeedForm, needs.record),
    "note": Part(gettext_lazy("Write a sealed note"), f.NoteForm, needs.write_note),
    "contact": Part(gettext_lazy("Add a way to reach the person"), f.ContactForm, contacts.add),
    "displacement": Part(gettext_lazy("Add a displacement of this person"), f.DisplacementForm, _displace),
    "consent": Part(gettext_lazy("Record consent"), f.ConsentForm, consents.give, asks_person=True),
    "refusal": Part(gettext_lazy("Record a refusal"), f.RefusalForm, consents.refuse, asks_person=True),
}


@require_http_methods(["GET", "POST"])
@in_process(Permission.REGISTER)
def add(request: HttpRequest, process: Process, number: int, what: str) -> HttpResponse:
    """Add a part to a person: a name, a document, a need, a way to reach them, an answer on consent."""
    row = queries.person(process, number)
    part = PARTS.get(what)
    if part is None:
        raise Http404
    more = {"person": row} if part.asks_person else {}
    asked = {name: request.GET[name] for name in ("purpose", "partner") if name in request.GET}
    form = part.form(request.POST or None, initial=asked, **more)
    if request.method == "POST" and form.is_valid():
        try:
            part.add(person=row, actor=Actor.of(request.user), **form.cleaned_data)
            messages.info(request, _("Saved."))
            return redirect("person", slug=process.slug, number=number)
        except WayhomeError as error:
            refused(form, error)
    context = {"form": form, "person": row, "title": part.title, "what": what}
    return render(request, "registry/form.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Step:
    """A step on one part that is on file: where the parts are, and the use case with the name of its argument."""

    rows: Callable[[Person], Any]
    take: Callable[..., Any]
    argument: str


STEPS: dict[str, Step] = {
    "remove-name": Step(lambda p: p.names, persons.remove_name, "name"),
    "remove-document": Step(lambda p: p.documents, documents.remove, "document"),
    "lost-document": Step(lambda p: p.documents, documents.mark_lost, "document"),
    "end-need": Step(lambda p: p.needs, needs.end, "need"),
    "remove-need": Step(lambda p: p.needs, needs.remove, "need"),
    "remove-note": Step(lambda p: p.sealed, needs.remove_note, "note"),
    "prefer-contact": Step(lambda p: p.contacts, contacts.prefer, "contact"),
    "remove-contact": Step(lambda p: p.contacts, contacts.remove, "contact"),
    "remove-displacement": Step(lambda p: p.displacements, contacts.remove_displacement, "episode"),
    "withdraw-consent": Step(lambda p: p.consents, consents.withdraw, "consent"),
}


@require_POST
@in_process(Permission.REGISTER)
def step(request: HttpRequest, process: Process, number: int, what: str, pk: int) -> HttpResponse:
    """Take a step on one part: take it away, end it, prefer it, withdraw it."""
    row = queries.person(process, number)
    chosen = STEPS.get(what)
    found = chosen.rows(row).filter(pk=pk).first() if chosen else None
    if chosen is None or found is None:
        raise Http404
    chosen.take(actor=Actor.of(request.user), **{chosen.argument: found})
    messages.info(
        request, _("Withdrawn as of today. No reason was asked and none is needed.") if what == "withdraw-consent" else _("Done.")
    )
    return redirect("person", slug=process.slug, number=number)
