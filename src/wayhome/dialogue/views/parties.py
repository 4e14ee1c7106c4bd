"""Parties: the list, a record with all that concerns it, its names, merging and parting."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.errors import WayhomeError
from wayhome.core.paging import paginate
from wayhome.dialogue.actions import parties as actions
from wayhome.dialogue.forms.parties import NameForm, PartyForm
from wayhome.dialogue.models import Party, PartyMerge, PartyName
from wayhome.dialogue.queries import parties as queries


@require_GET
@in_process(Permission.VIEW)
def listing(request: HttpRequest, process: Process) -> HttpResponse:
    """All records, by name, with what each was asked and has said."""
    words, kind = request.GET.get("q", "").strip()[:100], request.GET.get("kind", "")
    kind = kind if kind in Party.Kind.values else ""
    rows = queries.parties(process, request.access, words=words, kind=kind)
    context = {
        "page": paginate(rows, request.GET, total=queries.count(process, words=words, kind=kind)),
        "words": words,
        "kind": kind,
        "kinds": Party.Kind.choices,
    }
    return render(request, "dialogue/parties.html", context)


@require_GET
@in_process(Permission.VIEW)
def party(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """One record; one that was merged leads to the record it is part of."""
    row = queries.party(process, pk)
    if row.merged_into_id is not None:
        return redirect("party", slug=process.slug, pk=row.merged_into_id)
    return render(request, "dialogue/party.html", {"shown": queries.shown(row, request.access), "name_form": NameForm()})  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@in_process(Permission.REVIEW)
def add(request: HttpRequest, process: Process) -> HttpResponse:
    """A new record."""
    form = PartyForm(request.POST or None, process=process)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.create(user=request.user, process=process, **form.cleaned_data)
            return redirect("party", slug=process.slug, pk=row.pk)
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    return render(request, "dialogue/party_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_process(Permission.REVIEW)
def edit(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Change a record."""
    row = _standing(process, pk)
    form = PartyForm(request.POST or None, instance=row, process=process)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(user=request.user, party=row, **form.cleaned_data)
            messages.info(request, _("Saved."))
            return redirect("party", slug=process.slug, pk=pk)
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    return render(request, "dialogue/party_form.html", {"form": form, "party": row}, status=422 if form.errors else 200)


def _standing(process: Process, pk: int) -> Party:
    row = queries.party(process, pk)
    if row.merged_into_id is not None:
        raise Http404
    return row


@require_POST
@in_process(Permission.REVIEW)
def add_name(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Another name."""
    row = _standing(process, pk)
    form = NameForm(request.POST)
    if not form.is_valid():
        shown = queries.shown(row, request.access)  # type: ignore[attr-defined]
        return render(request, "dialogue/party.html", {"shown": shown, "name_form": form}, status=422)
    actions.add_name(user=request.user, party=row, **form.cleaned_data)
    return redirect("party", slug=process.slug, pk=pk)


@require_POST
@in_process(Permission.REVIEW)
def remove_name(request: HttpRequest, process: Process, pk: int, name: int) -> HttpResponse:
    """Take a name away."""
    row = _standing(process, pk)
    found = PartyName.objects.filter(party=row, pk=name).select_related("party").first()
    if found is None:
        raise Http404
    actions.remove_name(user=request.user, name=found)
    return redirect("party", slug=process.slug, pk=pk)


@require_POST
@in_process(Permission.REVIEW)
def merge(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Another record is this party too."""
    kept = _standing(process, pk)
    given = request.POST.get("gone", "")
    gone = queries.party(process, int(given)) if given.isdigit() and len(given) < 12 else None
    if gone is None:
        raise Http404
    actions.merge(user=request.user, kept=kept, gone=gone)
    messages.info(
        request,
        _("%(gone)s is part of %(kept)s now. It can be parted again on this page.") % {"gone": gone.name, "kept": kept.name},
    )
    return redirect("party", slug=process.slug, pk=pk)


@require_POST
@in_process(Permission.REVIEW)
def unmerge(request: HttpRequest, process: Process, pk: int, merge: int) -> HttpResponse:
    """They were two after all."""
    found = PartyMerge.objects.of(process).filter(pk=merge, kept=_standing(process, pk)).first()
    if found is None:
        raise Http404
    gone = actions.unmerge(user=request.user, merge=found)
    messages.info(request, _("%(name)s is a record of its own again.") % {"name": gone.name})
    return redirect("party", slug=process.slug, pk=gone.pk)
