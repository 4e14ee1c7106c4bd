"""Pages of the next letters: the list, a new one, one letter with its versions and steps, and its files."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process, sees_restricted
from wayhome.core import files
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, Forbidden, WayhomeError
from wayhome.core.paging import paginate
from wayhome.dialogue.models import Ask, Letter, LetterVersion, Party
from wayhome.dialogue.states import LETTER_STEPS, Delivery, LetterState
from wayhome.outputs.actions import letters as actions
from wayhome.outputs.actions import sending
from wayhome.outputs.composing.compare import compare
from wayhome.outputs.composing.language import codes
from wayhome.outputs.forms import SendForm, StartForm, StepForm
from wayhome.outputs.queries import letters as queries
from wayhome.outputs.queries.checks import checks, refs
from wayhome.outputs.rendering.pdf import pdf
from wayhome.outputs.rendering.sheet import Sheet, sheet
from wayhome.outputs.rendering.word import word

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_VERSIONS_SHOWN = 30
MOST_ADDED_SHOWN = 50


def fetch(request: HttpRequest, process: Process, number: int) -> Letter:
    """The letter, or 404."""
    letter = queries.letter(process, number, restricted=sees_restricted(request))
    if letter is None:
        raise Http404
    return letter


def paper_of(letter: Letter, version: LetterVersion, latest: int) -> Sheet:
    """The sheet of a version; only the approved one carries no mark of a draft."""
    approved = letter.state in {LetterState.APPROVED, LetterState.SENT} and version.version == latest
    return sheet(version, unsent=not approved)


@require_safe
@in_process(Permission.DRAFT_LETTER)
def next_letters(request: HttpRequest, process: Process) -> HttpResponse:
    """All letters with their states, and the addressees from whom no reply is on file."""
    page = paginate(queries.letters(process, restricted=sees_restricted(request)), request.GET, size=30)
    words = queries.subjects(page.rows)
    return render(
        request,
        "outputs/letters/list.html",
        {
            "page": page,
            "rows": [(letter, words[letter.pk]) for letter in page.rows],
            "silent": list(queries.silent_by_addressee(process, restricted=sees_restricted(request))[:20]),
            "today": timezone.localdate(),
        },
    )


def numbers_of(values: list[str]) -> list[int]:
    """The numbers among what an address or a form names; at most 500."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10][:500]


def _chosen(request: HttpRequest, process: Process) -> tuple[list[Ask], Party | None]:
    """The asks that the address names, or all without a reply of the addressee that it names."""
    given = request.POST if request.method == "POST" else request.GET
    addressee = None
    key = given.get("to", "")
    if key.isascii() and key.isdigit() and len(key) < 12:
        addressee = queries.parties(process).filter(pk=int(key)).first()
    numbers = numbers_of(given.getlist("ask"))
    if not numbers and addressee is not None and request.method != "POST":
        numbers = list(
            queries.silent_asks(process, addressee, restricted=sees_restricted(request)).values_list("number", flat=True)[
                : actions.MOST_ASKS
            ]
        )
    asks = list(queries.may_be_put(process, restricted=sees_restricted(request)).filter(number__in=numbers))
    left = sorted(set(numbers) - {ask.number for ask in asks})
    if left and request.method != "POST":
        _say_left_out(request, process, left)
    return asks, addressee


def _say_left_out(request: HttpRequest, process: Process, numbers: list[int]) -> None:
    """Which asks a letter of ours cannot put and why; where a party can be marked as ours, when that is the reason."""
    askers: dict[Party, list[int]] = {}
    for ask in queries.of_others(process, restricted=sees_restricted(request)).filter(number__in=numbers):
        assert ask.asker is not None
        askers.setdefault(ask.asker, []).append(ask.number)
    for party, theirs in askers.items():
        words = _("Left out, because %(party)s, who asks, is not marked as ours: %(asks)s.") % {
            "party": party.name,
            "asks": refs(theirs),
        }
        how = _("If it speaks for the community of this process, say so in its record: %(party)s") % {"party": party.name}
        address = reverse("party_edit", args=[process.slug, party.pk])
        messages.warning(request, format_html('{} <a href="{}#id_ours">{}</a>', words, address, how))
    rest = sorted(set(numbers) - {number for theirs in askers.values() for number in theirs})
    if rest:
        messages.warning(request, _("Left out, because closed or ended: %(asks)s.") % {"asks": refs(rest)})


def _first_values(process: Process, asks: list[Ask], addressee: Party | None) -> dict[str, Any]:
    """Where the form begins: the addressee asked most, and what the last letter said of ourselves."""
    if addressee is None and asks:
        counted = Counter(ask.addressee for ask in asks if ask.addressee is not None and not ask.addressee.ours)
        addressee = counted.most_common(1)[0][0] if counted else None
    askers = Counter(ask.asker for ask in asks if ask.asker is not None and ask.asker.ours)
    ours = askers.most_common(1)[0][0] if askers else queries.parties(process).filter(ours=True).first()
    last = Letter.objects.of(process).filter(sender=ours).order_by("-number").first() if ours is not None else None
    wanted = (addressee.language if addressee is not None else "") or process.language
    values: dict[str, Any] = {
        "addressee": addressee.pk if addressee is not None else None,
        "language": wanted if wanted in codes() else "en",
        "sender": ours.pk if ours is not None else None,
    }
    if last is not None:
        values |= {"signatory": last.signatory, "signatory_title": last.signatory_title, "place": last.place}
    return values


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.DRAFT_LETTER)
def letter_new(request: HttpRequest, process: Process) -> HttpResponse:
    """Begin a letter: its asks and everything around the words. The words are composed from the log."""
    asks, addressee = _chosen(request, process)
    # Asked whenever there are asks: choosing another addressee makes every one of them somebody else's.
    start = {"process": process, "with_others": bool(asks)}
    if request.method == "POST":
        form = StartForm(request.POST, **start)
        if form.is_valid():
            try:
                letter = actions.start(
                    process=process,
                    actor=Actor.of(request.user),
                    asks=asks,
                    given=form.particulars(),
                    put_others=form.cleaned_data.get("others") == "put",
                )
            except Forbidden as error:
                form.add_error("others", str(error))
            except WayhomeError as error:
                form.refuse(error)
            else:
                return redirect("next_letter", slug=process.slug, number=letter.number)
    else:
        form = StartForm(initial=_first_values(process, asks, addressee), **start)
    return render(
        request,
        "outputs/letters/new.html",
        {
            "form": form,
            "asks": asks,
            "silent": [] if asks else list(queries.silent_by_addressee(process, restricted=sees_restricted(request))[:40]),
            "today": timezone.localdate(),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _steps(request: HttpRequest, letter: Letter, latest: LetterVersion) -> list[LetterState]:
    """The steps that this person may take now, sending apart."""
    state = LetterState(letter.state)
    may = []
    for after in LETTER_STEPS[state]:
        if after == LetterState.SENT or not request.access.may(actions.NEEDED[state, after]):  # type: ignore[attr-defined]
            continue
        if after == LetterState.APPROVED and latest.by_id == request.user.pk:
            continue
        may.append(after)
    return may


@require_safe
@in_process(Permission.DRAFT_LETTER)
def letter(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """One letter: how it looks, what to look at, who decided what, the steps that can be taken."""
    found = fetch(request, process, number)
    return _show(request, process, found, SendForm(initial={"on": timezone.localdate()}))


def _show(request: HttpRequest, process: Process, found: Letter, form: SendForm, status: int = 200) -> HttpResponse:
    versions = list(found.versions.select_related("by").order_by("-version"))
    latest = versions[0]
    may_send = found.state == LetterState.APPROVED and request.access.may(Permission.DECIDE)  # type: ignore[attr-defined]
    if may_send and not form.is_bound:
        form.initial |= {"seen": latest.version, "means": "email" if found.addressee.email else "post"}
    steps = _steps(request, found, latest)
    return render(
        request,
        "outputs/letters/letter.html",
        {
            "letter": found,
            "latest": latest,
            "versions": versions[:MOST_VERSIONS_SHOWN],
            "versions_count": len(versions),
            "paper": paper_of(found, latest, latest.version),
            "checks": checks(found, latest),
            "decisions": list(found.decisions.select_related("by")),
            "asks": list(found.asks.select_related("addressee").order_by("number")),
            "steps": steps,
            "could_add": list(
                queries.may_be_put(process, restricted=sees_restricted(request))
                .filter(addressee_id=found.addressee_id)
                .exclude(pk__in=found.asks.values("pk"))
                .order_by("number")[:MOST_ADDED_SHOWN]
            )
            if found.state == LetterState.DRAFT
            else [],
            "own_words": found.state == LetterState.IN_REVIEW and latest.by_id == request.user.pk,
            "send_form": form if may_send else None,
            "may_send_again": found.communication is not None
            and found.communication.delivery == Delivery.BOUNCED
            and request.access.may(Permission.DECIDE),  # type: ignore[attr-defined]
            "now": timezone.localtime(),
        },
        status=status,
    )


@require_POST
@in_process(Permission.DRAFT_LETTER)
def letter_step(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Into review, back to draft, approve, discard."""
    found = fetch(request, process, number)
    form = StepForm(request.POST)
    if not form.is_valid():
        raise Http404
    data = form.cleaned_data
    try:
        actions.step(letter=found, to=data["to"], actor=Actor.of(request.user), seen=data["seen"], note=data["note"])
    except Forbidden:
        raise
    except WayhomeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(ref)s is now: %(state)s.") % {"ref": found.ref, "state": found.get_state_display()})
    return redirect("next_letter", slug=process.slug, number=number)


@require_POST
@in_process(Permission.DECIDE)
def letter_send(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Send and file an approved letter."""
    found = fetch(request, process, number)
    form = SendForm(request.POST)
    if not form.is_valid():
        return _show(request, process, found, form, status=422)
    data = form.cleaned_data
    try:
        sending.send(
            letter=found,
            actor=Actor.of(request.user),
            seen=data["seen"],
            sending=sending.Sending(data["means"], data["on"], data["proof"]),
        )
    except Conflict as error:
        messages.error(request, str(error))
    except WayhomeError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _show(request, process, found, form, status=422)
    else:
        _tell(request, found)
    return redirect("next_letter", slug=process.slug, number=number)


@require_POST
@in_process(Permission.DECIDE)
def letter_again(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Send a letter by e-mail once more after it came back."""
    found = fetch(request, process, number)
    try:
        sending.send_again(letter=found, actor=Actor.of(request.user))
    except WayhomeError as error:
        messages.error(request, str(error))
    else:
        _tell(request, found)
    return redirect("next_letter", slug=process.slug, number=number)


def _tell(request: HttpRequest, letter: Letter) -> None:
    """What became of the sending; read anew, for the mail server may have refused it."""
    communication = Letter.objects.select_related("communication").get(pk=letter.pk).communication
    assert communication is not None
    if communication.delivery == Delivery.BOUNCED:
        messages.error(
            request,
            _(
                "The mail server did not take the letter: %(reason)s. It is filed as %(ref)s and marked as not delivered; no clock runs."
            )
            % {"reason": communication.delivery_proof, "ref": communication.ref},
        )
    else:
        messages.success(request, _("Sent, and filed as %(ref)s. The clocks of its asks run.") % {"ref": communication.ref})


def _version(letter: Letter, value: str) -> tuple[LetterVersion, int]:
    """The version that the address names, the newest by default, and the number of the newest."""
    latest = actions.current(letter)
    if not value:
        return latest, latest.version
    if not (value.isascii() and value.isdigit() and len(value) < 6):
        raise Http404
    found = letter.versions.filter(version=int(value)).first()
    if found is None:
        raise Http404
    return found, latest.version


def _file(data: bytes, name: str, media_type: str, *, inline: bool) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(not inline, name)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@in_process(Permission.DRAFT_LETTER)
def letter_pdf(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The PDF: of a sent letter the very bytes that were sent, else of the version that the address names."""
    found = fetch(request, process, number)
    version, latest = _version(found, request.GET.get("version", ""))
    name = sending.file_name(found, version, ".pdf")
    document = found.communication.document if found.communication is not None else None
    if found.state == LetterState.SENT and version.version == latest and document is not None:
        return _file(files.load(document.sha256), name, "application/pdf", inline=True)
    return _file(pdf(paper_of(found, version, latest)), name, "application/pdf", inline=True)


@require_safe
@in_process(Permission.DRAFT_LETTER)
def letter_docx(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The Word document of a version."""
    found = fetch(request, process, number)
    version, latest = _version(found, request.GET.get("version", ""))
    data = word(paper_of(found, version, latest))
    return _file(data, sending.file_name(found, version, ".docx"), _DOCX, inline=False)


@require_safe
@in_process(Permission.DRAFT_LETTER)
def letter_compare(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """What changed between two versions: the last two unless the address says which."""
    found = fetch(request, process, number)
    after, latest = _version(found, request.GET.get("after", ""))
    before, _latest = _version(found, request.GET.get("before", "") or str(max(after.version - 1, 1)))
    return render(
        request,
        "outputs/letters/compare.html",
        {
            "letter": found,
            "before": before,
            "after": after,
            "versions": range(1, latest + 1),
            "blocks": compare(before, after),
        },
    )
