"""Logging a reply and saying what it means to each ask."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.dialogue.actions import answers, replies
from wayhome.dialogue.actions.answers import Choice, ChoiceError
from wayhome.dialogue.actions.documents import record_reading_by
from wayhome.dialogue.forms.replies import AnswerForm, ReplyForm
from wayhome.dialogue.models import Answer, Ask, Communication, Document, Party
from wayhome.dialogue.queries import replies as queries
from wayhome.dialogue.queries.threads import thread_of
from wayhome.dialogue.rendering import Mark, blocks


def _may(request: HttpRequest, permission: Permission) -> bool:
    return bool(request.access.may(permission))  # type: ignore[attr-defined]


def _asks_query(asks: list[Ask]) -> str:
    return urlencode([("ask", ask.number) for ask in asks])


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.ADD_DOCUMENT)
def reply_new(request: HttpRequest, process: Process) -> HttpResponse:
    """Log a reply: from one ask or several (`?ask=3&ask=4`), from a letter (`?letter=12`), or from nothing."""
    asks = queries.picked(process, request.access, request.GET.getlist("ask"))  # type: ignore[attr-defined]
    letter = None
    if request.GET.get("letter", "").isdigit():
        letter = queries.communication(process, request.access, int(request.GET["letter"]))  # type: ignore[attr-defined]
        if letter.in_reply_to_id is None and not asks:
            readable = Ask.objects.of(process).readable(restricted=_may(request, Permission.VIEW_RESTRICTED))
            asks = list(readable.filter(communication=letter).select_related("addressee", "asker", "communication"))
    earlier = letter or next((ask.communication for ask in asks if ask.communication is not None), None)
    form = ReplyForm(
        request.POST or None,
        request.FILES or None,
        process=process,
        user=request.user,
        restricted=_may(request, Permission.VIEW_RESTRICTED),
        initial={
            "on": timezone.localdate(),
            "sender": next((ask.addressee_id for ask in asks if ask.addressee_id), None) or _other_side(letter),
            "earlier": earlier.pk if earlier else None,
            "how": request.GET.get("how") if request.GET.get("how") in {"file", "text", "phone", "meeting"} else "file",
            "kind": Communication.Kind.REPLY,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            logged = _log(request, process, form, asks)
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            if not logged.new:
                messages.warning(request, _("This file is on file already as %(ref)s.") % {"ref": logged.communication.ref})
            url = reverse("reply_link", args=[process.slug, logged.communication.number])
            return redirect(f"{url}?{_asks_query(asks)}" if asks else url)
    context = {"form": form, "asks": asks, "letter": letter}
    return render(request, "dialogue/reply_new.html", context, status=422 if form.errors else 200)


def _other_side(letter: Communication | None) -> int | None:
    if letter is None:
        return None
    return next((part.party_id for part in letter.parts.all() if not part.party.ours), None)


def _log(request: HttpRequest, process: Process, form: ReplyForm, asks: list[Ask]) -> replies.Logged:
    given = form.cleaned_data
    file = None
    if given["how"] == "file":
        file = (given["file"].name, given["file"].read())
    earlier = Communication.objects.of(process).filter(pk=given["earlier"]).first() if given["earlier"] else None
    return replies.log_reply(
        process=process,
        user=request.user,
        sender=given["sender"],
        on=given["on"],
        kind=form.kind_logged,
        file=file,
        text="" if file else given["text"],
        title=given["title"],
        reference=given["reference"],
        earlier=earlier,
        asks=asks,
        restricted=bool(given.get("restricted")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.REVIEW)
def reply_link(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The reply on one side, the asks that it may answer on the other. Nothing moves until a person confirms."""
    row = queries.communication(process, request.access, number)  # type: ignore[attr-defined]
    if row.document is not None and request.method != "POST":
        record_reading_by(user=request.user, document=row.document, how="reply")
    access = request.access  # type: ignore[attr-defined]
    chosen = [ask.pk for ask in queries.picked(process, access, request.GET.getlist("ask"))]
    page = queries.page(process, access, row, chosen=chosen, today=timezone.localdate())
    parties = {party.pk: party for party in Party.objects.of(process).filter(merged_into=None).order_by("name")}
    named = [(party.pk, party.name) for party in parties.values()]
    take = set(request.GET.getlist("take"))
    decides = _may(request, Permission.DECIDE)
    pairs = [(one, _form(request, one, named, take)) for one in page.rows]
    error: WayhomeError | None = None
    if request.method == "POST":
        try:
            forms = [(one, form) for one, form in pairs if not one.decided]
            valid = [form.is_valid() for _one, form in forms]  # every form, so that all errors show at once
            if all(valid):
                choices = [choice for _one, form in forms if (choice := form.choice(parties))]
                return _decided(
                    request,
                    row,
                    choices,
                    {one.ask.pk: form.cleaned_data["seen"] for one, form in forms if form.cleaned_data["seen"]},
                )
        except ChoiceError as refused:
            error = refused
            form = next(form for one, form in pairs if one.ask.pk == refused.ask.pk)
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        except Forbidden:
            raise
        except WayhomeError as refused:
            error = refused
    failed = error is not None or any(form.is_bound and form.errors for _one, form in pairs)
    document = row.document
    context = {
        "row": row,
        "page": page,
        "ask_query": "".join(f"ask={number}&" for number in request.GET.getlist("ask") if number.isdigit()),
        "pairs": pairs,
        "decides": decides,
        "error": error,
        "failed": failed,
        "blocks": blocks(document.text, document.zones, _marks(page)) if document is not None and document.text else [],
        "reading": document is not None and document.state in {Document.State.WAITING, Document.State.READING},
        "thread": thread_of(row),
        "undo": answers.last_batch(process, row),
        "open_count": sum(1 for one in page.rows if one.waiting),
        "now": timezone.localtime(),
    }
    return render(request, "dialogue/reply_link.html", context, status=422 if failed else 200)


def _form(request: HttpRequest, one: queries.Row, parties: list[tuple[int, str]], take: set[str]) -> AnswerForm:
    initial: dict[str, Any] = {"seen": one.ask.position}
    if one.waiting and one.answer is not None:
        answer = one.answer
        initial |= {
            "effect": answer.effect,
            "note": "" if answer.origin == Answer.Origin.OUTSIDE else answer.words,
            "due_on": answer.due_on,
            "redirected_to": answer.redirected_to_id,
            "redirected_name": answer.redirected_name,
        }
        if answer.passage is not None:
            initial |= {"quote": answer.passage.exact, "start": answer.passage.start, "end": answer.passage.end}
    elif one.suggestion is not None and str(one.ask.number) in take:
        found = one.suggestion
        initial |= {
            "effect": found.effect,
            "quote": one.suggested_words,
            "start": found.start,
            "end": found.end,
            "due_on": found.due,
        }
    return AnswerForm(
        request.POST if request.method == "POST" and not one.decided else None,
        ask=one.ask,
        effects=one.effects,
        parties=parties,
        initial=initial,
    )


def _marks(page: queries.Page) -> list[Mark]:
    marks = []
    for one in page.rows:
        passage = one.answer.passage if one.answer is not None else None
        if passage is not None:
            marks.append(Mark(one.ask.number, one.ask.number, "ask", passage.start, passage.end, done=one.decided))
        elif one.suggestion is not None:
            marks.append(Mark(one.ask.number, one.ask.number, "event", one.suggestion.start, one.suggestion.end))
    return marks


def _decided(request: HttpRequest, row: Communication, choices: list[Choice], seen: dict[int, str]) -> HttpResponse:
    process = row.process
    if _may(request, Permission.DECIDE):
        answers.decide(communication=row, choices=choices, user=request.user, seen=seen)
        done = ngettext("%(n)d ask linked to %(ref)s.", "%(n)d asks linked to %(ref)s.", len(choices))
        messages.success(request, done % {"n": len(choices), "ref": row.ref})
        redirected = [one for one in choices if one.effect == Answer.Effect.REDIRECTED and one.redirected_to is not None]
        for one in redirected:
            messages.info(
                request,
                _("%(ask)s was redirected to %(party)s. To put it there, escalate it on its page.")
                % {"ask": one.ask.ref, "party": one.redirected_to.name if one.redirected_to else ""},
            )
    else:
        made = answers.propose(communication=row, choices=choices, user=request.user)
        done = ngettext(
            "%(n)d proposal kept for somebody who may decide.", "%(n)d proposals kept for somebody who may decide.", len(made)
        )
        messages.success(request, done % {"n": len(made)})
    return redirect("reply_link", slug=process.slug, number=row.number)


@require_POST
@in_process(Permission.REVIEW)
def reply_undo(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Take back the last answers that were confirmed together."""
    row = queries.communication(process, request.access, number)  # type: ignore[attr-defined]
    count = answers.take_back(communication=row, user=request.user)
    words = ngettext("%(n)d ask stands where it stood before.", "%(n)d asks stand where they stood before.", count)
    messages.success(request, words % {"n": count})
    return redirect("reply_link", slug=process.slug, number=row.number)


@require_POST
@in_process(Permission.REVIEW)
def reply_aside(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The reply concerns no ask: it leaves the inbox and stays on file."""
    row = queries.communication(process, request.access, number)  # type: ignore[attr-defined]
    answers.set_aside(communication=row, user=request.user)
    messages.success(request, _("%(ref)s concerns no ask. It stays on file.") % {"ref": row.ref})
    return redirect("inbox", slug=process.slug)
