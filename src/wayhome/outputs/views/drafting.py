"""Editing a draft: its words, what stands around them, and the paper as it will look."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process, sees_restricted
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, Forbidden, WayhomeError
from wayhome.dialogue.models import Letter, LetterVersion
from wayhome.dialogue.states import LetterState
from wayhome.outputs.actions import letters as actions
from wayhome.outputs.composing import text
from wayhome.outputs.forms import LetterForm
from wayhome.outputs.queries.letters import may_be_put
from wayhome.outputs.rendering.sheet import sheet
from wayhome.outputs.views.letters import fetch, numbers_of


def _page(
    request: HttpRequest, letter: Letter, form: LetterForm, latest: LetterVersion, status: int = 200, **more: Any
) -> HttpResponse:
    shown = _typed(latest, form.data) if form.is_bound else latest
    return render(
        request,
        "outputs/letters/edit.html",
        {"letter": letter, "form": form, "latest": latest, "paper": sheet(shown, unsent=True), **more},
        status=status,
    )


def _typed(latest: LetterVersion, data: Any) -> LetterVersion:
    """The newest version with the words that are being typed, unsaved, for the paper beside the form."""
    head = dict(latest.head)
    for name in ("signatory", "signatory_title", "reference", "place"):
        head[name] = text.line(data.get(name, ""))[:200]
    try:
        head["dated"] = date.fromisoformat(data.get("dated", "")).isoformat()
    except ValueError:  # empty, or a day that does not exist while it is being typed
        head["dated"] = ""
    return LetterVersion(
        letter_id=latest.letter_id,
        version=latest.version,
        subject=text.line(data.get("subject", ""))[:300],
        salutation=text.line(data.get("salutation", ""))[:200],
        paragraphs=text.paragraphs(data.get("body", "")[: actions.MOST_CHARACTERS])[: actions.MOST_PARAGRAPHS],
        closing=text.line(data.get("closing", ""))[:300],
        head=head,
        enclosure=latest.enclosure,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.DRAFT_LETTER)
def letter_edit(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The draft as a form; saving makes a version. Somebody else's newer version is shown, and the own words are kept."""
    letter = fetch(request, process, number)
    latest = actions.current(letter)
    if letter.state != LetterState.DRAFT:
        messages.warning(request, _("Words are changed in a draft. Take the letter back to draft first."))
        return redirect("next_letter", slug=process.slug, number=number)
    if request.method != "POST":
        return _page(request, letter, LetterForm(initial=LetterForm.initial_of(letter, latest), process=process), latest)
    form = LetterForm(request.POST, process=process)
    if not form.is_valid():
        return _page(request, letter, form, latest, 422)
    try:
        version = actions.save(
            letter=letter,
            actor=Actor.of(request.user),
            seen=form.cleaned_data["seen"],
            words=form.words(),
            given=form.particulars(),
        )
    except Forbidden:
        raise
    except Conflict as error:
        values = request.POST.copy()
        mine = values.get("seen", "")
        values["seen"] = str(latest.version)
        return _page(request, letter, LetterForm(values, process=process), latest, 409, conflict=error, mine=mine)
    except WayhomeError as error:
        form.refuse(error)
        return _page(request, letter, form, latest, 422)
    if version.version == latest.version:
        messages.info(request, _("Nothing was changed."))
    else:
        messages.success(request, _("Saved as version %(n)d.") % {"n": version.version})
    return redirect("next_letter", slug=process.slug, number=number)


@require_POST
@in_process(Permission.DRAFT_LETTER)
def letter_preview(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The paper with the words as they are being typed; saves nothing."""
    letter = fetch(request, process, number)
    paper = sheet(_typed(actions.current(letter), request.POST), unsent=True)
    return render(request, "outputs/letters/paper.html", {"paper": paper, "letter": letter, "with_enclosure": True})


@require_POST
@in_process(Permission.DRAFT_LETTER)
def letter_compose(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Make the enclosed table anew, or compose the words again as well."""
    letter = fetch(request, process, number)
    seen = request.POST.get("seen", "")
    try:
        version = actions.compose_again(
            letter=letter,
            actor=Actor.of(request.user),
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else 0,
            table_only=request.POST.get("what") != "words",
        )
    except Forbidden:
        raise
    except WayhomeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Made anew as version %(n)d.") % {"n": version.version})
    return redirect("next_letter", slug=process.slug, number=number)


@require_POST
@in_process(Permission.DRAFT_LETTER)
def letter_asks(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Choose the asks of a draft anew."""
    letter = fetch(request, process, number)
    seen = request.POST.get("seen", "")
    chosen = numbers_of(request.POST.getlist("ask"))
    kept = letter.asks.filter(number__in=chosen)
    added = may_be_put(process, restricted=sees_restricted(request)).filter(number__in=chosen).exclude(pk__in=kept.values("pk"))
    try:
        version = actions.set_asks(
            letter=letter,
            actor=Actor.of(request.user),
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else 0,
            asks=[*kept.select_related("process", "addressee"), *added.select_related("process")],
        )
    except Forbidden:
        raise
    except WayhomeError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("Version %(n)d has these asks. Read the words again, or compose them anew.") % {"n": version.version}
        )
    return redirect("next_letter", slug=process.slug, number=number)
