"""The review of a document: its text with passages on one side, what the machine proposes on the other; and the queue."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.errors import InvalidInput, WayhomeError
from wayhome.core.paging import paginate
from wayhome.dialogue.actions import proposals as actions
from wayhome.dialogue.actions.documents import record_reading_by
from wayhome.dialogue.forms import proposals as forms
from wayhome.dialogue.models import Document, Proposal
from wayhome.dialogue.queries import review as queries
from wayhome.dialogue.queries.documents import document as get_document
from wayhome.dialogue.queries.documents import documents

MOST_PARTIES = 500  # names offered as suggestions


def _whole(value: str | None) -> int | None:
    return int(value) if value and value.isdigit() and len(value) < 12 else None


def _context(request: HttpRequest, document: Document, *, at: int | None = None, **more: Any) -> dict[str, Any]:
    """Everything the page and its panel show; the same for the whole page and for the part that HTMX asks for."""
    page = queries.review_page(document, at=at if at is not None else _whole(request.GET.get("at")))
    context: dict[str, Any] = {"page": page, "document": document, "undo": actions.undoable(document, request.user)}
    wanted = {name: _whole(request.GET.get(name)) for name in ("edit", "split", "merge")} | more
    card = page.current
    if card is not None and card.open:
        pk = card.proposal.pk
        if wanted.get("edit") == pk:
            rows = forms.fields(card.proposal, page.desk)
            context["fields"] = forms.refill(rows, request.POST, wanted.get("error")) if request.method == "POST" else rows
            context["names"] = sorted(party.name for party in page.desk.index.parties.values())[:MOST_PARTIES]
        elif wanted.get("merge") == pk:
            context["others"] = [c for c in page.cards if c.open and c is not card and c.proposal.kind == card.proposal.kind]
            context["merging"] = True
        elif wanted.get("split") == pk:
            context["splitting"] = True
            context["cuts"] = cuts(card.proposal.passage.exact)
    if request.GET.get("add") or wanted.get("add"):
        context["adding"] = True
        context["kinds"] = Proposal.Kind.choices
    context["error"] = wanted.get("error")
    return context


def cuts(words: str) -> list[str]:
    """Words with which a second part of a passage may begin: after a comma or semicolon, at a word that joins."""
    found = []
    parts = words.split()
    for index in range(1, len(parts) - 1):
        joins = parts[index].casefold() in {"and", "or", "to", "et", "ou", "de", "и", "или", "və", "և", "و"}
        if joins or parts[index - 1].endswith((",", ";", ":")):
            found.append(" ".join(parts[index : index + 5]))
    return found[:8]


@require_GET
@in_process(Permission.REVIEW)
def queue(request: HttpRequest, process: Process) -> HttpResponse:
    """Documents that wait for a person, the oldest first; and those that could not be read."""
    context = {
        "page": paginate(queries.queue(process, request.access), request.GET),  # type: ignore[attr-defined]
        "unread": documents(process, request.access).exclude(state=Document.State.READ).defer("text", "zones")[:20],  # type: ignore[attr-defined]
        "today": timezone.localdate(),
    }
    return render(request, "dialogue/review_queue.html", context)


@require_GET
@vary_on_headers("HX-Request")
@in_process(Permission.REVIEW)
def review(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The page; for HTMX only the panel of proposals."""
    document = _readable(request, process, number)
    context = _context(request, document)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "dialogue/parts/review_panel.html", context)
    record_reading_by(user=request.user, document=document, how="review")
    return render(request, "dialogue/review.html", context | _around(request, document))


def _around(request: HttpRequest, document: Document) -> dict[str, Any]:
    """What the whole page shows beside the text and the panel."""
    earlier, later = queries.neighbours(document, request.access)  # type: ignore[attr-defined]
    return {
        "earlier": earlier,
        "later": later,
        "run": document.runs.only("engine_version", "at", "document").first(),
        "own": document.communications.only("number", "process_id", "document").first(),
        "lost": queries.not_carried(document),
    }


def _readable(request: HttpRequest, process: Process, number: int) -> Document:
    document = get_document(process, request.access, number)  # type: ignore[attr-defined]
    if not document.text and document.state != Document.State.READ:
        raise Http404
    return document


def _answer(
    request: HttpRequest, document: Document, said: str, *, at: int | None = None, text_changed: bool = False, **more: Any
) -> HttpResponse:
    """After a step: the panel for HTMX (with the text, when its passages changed), else back to the page."""
    error: WayhomeError | None = more.get("error")
    if request.htmx:  # type: ignore[attr-defined]
        context = _context(request, document, at=at, **more) | {"said": said, "with_text": text_changed}
        return render(request, "dialogue/parts/review_panel.html", context, status=error.status if error else 200)
    if error is not None:
        if not any(more.get(name) for name in ("edit", "merge", "split", "add")):
            raise error
        context = _context(request, document, at=at, **more) | _around(request, document)
        return render(request, "dialogue/review.html", context, status=error.status)
    if said:
        messages.info(request, said)
    address = reverse("review", args=[document.process.slug, document.number])
    wanted = [f"{name}={more[name]}" for name in ("edit",) if more.get(name)]
    query = "&".join([f"at={at}", *wanted]) if at else ""
    return HttpResponseRedirect(f"{address}?{query}#r{at}" if at else address)


def _proposal(document: Document, request: HttpRequest) -> Proposal:
    pk = _whole(request.POST.get("proposal"))
    found = document.proposals.select_related("passage", "document", "process").filter(pk=pk or 0).first()
    if found is None:
        raise Http404
    return found


def _next_open(document: Document, after: Proposal) -> int:
    """The next open proposal in the order of the text, else the first open one, else this one."""
    rows = list(
        document.proposals.filter(state="open")
        .order_by("passage__start", "-passage__end", "id")
        .values_list("pk", "passage__start")
    )
    later = [pk for pk, start in rows if (start, pk) > (after.passage.start, after.pk)]
    return later[0] if later else rows[0][0] if rows else after.pk


@require_POST
@in_process(Permission.REVIEW)
def decide(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One decision about one proposal: confirm, reject, correct, merge, split."""
    document = _readable(request, process, number)
    proposal = _proposal(document, request)
    act = request.POST.get("act", "")
    seen = _whole(request.POST.get("seen")) if "seen" in request.POST else None
    try:
        return _step(request, document, proposal, act, seen)
    except WayhomeError as error:
        form = {"correct": "edit", "save": "edit", "merge": "merge", "split": "split"}.get(act)
        if act == "confirm" and error.field and error.status == 422:
            form = "edit"  # what is missing is filled in there
        more = {form: proposal.pk} if form and proposal.state == "open" else {}
        return _answer(request, document, "", at=proposal.pk, error=error, **more)


def _step(request: HttpRequest, document: Document, proposal: Proposal, act: str, seen: int | None) -> HttpResponse:
    user = request.user
    if act == "confirm":
        actions.confirm(user=user, proposal=proposal, seen=seen)
        return _answer(request, document, _("Confirmed."), at=_next_open(document, proposal))
    if act == "reject":
        actions.reject(user=user, proposal=proposal, seen=seen)
        return _answer(request, document, _("Rejected."), at=_next_open(document, proposal), text_changed=True)
    if act in ("correct", "save"):
        desk = queries.Desk.of(document)
        payload = forms.parse(request.POST, proposal, desk)
        span = _span(request, document, proposal)
        saved = actions.correct(user=user, proposal=proposal, payload=payload, span=span, seen=seen)
        if act == "save":
            said = _("Corrected.") if saved else _("Nothing was changed.")
            return _answer(request, document, said, at=proposal.pk, text_changed=span is not None)
        actions.confirm(user=user, proposal=proposal)
        return _answer(request, document, _("Corrected and confirmed."), at=_next_open(document, proposal), text_changed=True)
    if act == "merge":
        other = document.proposals.select_related("passage", "document").filter(pk=_whole(request.POST.get("other")) or 0).first()
        if other is None:
            raise InvalidInput(_("Choose the proposal to merge with."), field="other")
        actions.merge(user=user, proposal=proposal, other=other, seen=seen)
        return _answer(request, document, _("Merged."), at=proposal.pk, text_changed=True)
    if act == "split":
        actions.split(user=user, proposal=proposal, at=_cut(request, proposal), seen=seen)
        part = proposal.parts.order_by("passage__start").first()
        return _answer(request, document, _("Split in two."), at=part.pk if part else None, text_changed=True)
    raise Http404


def _span(request: HttpRequest, document: Document, proposal: Proposal) -> tuple[int, int, str] | None:
    """The passage as selected with the mouse, or as typed; None when it stays."""
    start, end = _whole(request.POST.get("start")), _whole(request.POST.get("end"))
    quote = request.POST.get("quote", "").strip()
    if not quote:
        return None
    if start is not None and end is not None:
        same = (start, end) == (proposal.passage.start, proposal.passage.end)
        return None if same else (start, end, quote)
    if " ".join(quote.split()) == " ".join(proposal.passage.exact.split()):
        return None
    return actions.span_of(document, quote, proposal.passage)


def _cut(request: HttpRequest, proposal: Proposal) -> int:
    """Where the second part begins: an offset from the mouse, or the words typed."""
    at = _whole(request.POST.get("cut"))
    if at is not None:
        return at
    words = " ".join(request.POST.get("second", "").split())
    passage = proposal.passage
    from wayhome.dialogue.anchoring import anchor

    there = anchor(words, passage.exact, least=1.1) if words else None
    if there is None:
        raise InvalidInput(
            _("The second part must begin with words of the passage."), _("Copy its first two or three words."), field="second"
        )
    return passage.start + there.start


@require_POST
@in_process(Permission.REVIEW)
def add(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """A proposal of a person: words of the document and what they are."""
    document = _readable(request, process, number)
    quote = request.POST.get("quote", "").strip()
    start, end = _whole(request.POST.get("start")), _whole(request.POST.get("end"))
    try:
        if not quote:
            raise InvalidInput(_("Which words? Select them in the document, or type them as they stand there."), field="quote")
        if start is None or end is None:
            start, end, quote = actions.span_of(document, quote)
        made = actions.add(
            user=request.user, document=document, kind=request.POST.get("kind", ""), start=start, end=end, quote=quote
        )
    except WayhomeError as error:
        return _answer(request, document, "", error=error, add=1)
    return _answer(
        request, document, _("Added. Fill in what is missing and confirm."), at=made.pk, text_changed=True, edit=made.pk
    )


@require_POST
@in_process(Permission.REVIEW)
def undo(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Take back one's own last decision in this document."""
    document = _readable(request, process, number)
    try:
        decision = actions.undo(user=request.user, document=document)
    except WayhomeError as error:
        return _answer(request, document, "", at=_whole(request.POST.get("at")), error=error)
    return _answer(request, document, _("Undone."), at=decision.proposal_id, text_changed=True)


@require_POST
@in_process(Permission.REVIEW)
def likely(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Confirm all that are at least likely."""
    document = _readable(request, process, number)
    result = actions.confirm_likely(user=request.user, document=document)
    said = ngettext("%(n)d proposal confirmed.", "%(n)d proposals confirmed.", result.confirmed) % {"n": result.confirmed}
    if result.kept:
        kept = ngettext("%(n)d waits for you: %(why)s", "%(n)d wait for you, the first because: %(why)s", len(result.kept)) % {
            "n": len(result.kept),
            "why": result.kept[0][1].problem,
        }
        said = f"{said} {kept}"
    return _answer(request, document, said, at=result.kept[0][0].pk if result.kept else None)
