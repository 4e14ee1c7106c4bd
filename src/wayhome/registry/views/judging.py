"""Who is who: the queue of pairs, one pair side by side, runs, and rules."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.core.paging import paginate
from wayhome.registry.actions import judging, linking, rules
from wayhome.registry.models import CandidatePair, Judgement, MergeRule, Person
from wayhome.registry.queries import judging as queries
from wayhome.registry.states import PairState, Verdict

TITLES = {
    "open": gettext_lazy("To judge"),
    "second": gettext_lazy("Second judge"),
    "ask": gettext_lazy("Ask the family"),
    "same": gettext_lazy("Same person"),
    "different": gettext_lazy("Different people"),
}
ANSWERS = (
    (Verdict.SAME, gettext_lazy("Same person"), "1"),
    (Verdict.DIFFERENT, gettext_lazy("Different people"), "2"),
    (Verdict.UNSURE, gettext_lazy("Cannot tell"), "3"),
    (Verdict.ASK, gettext_lazy("Ask the family"), "4"),
)


class RuleForm(forms.Form):
    """A rule that judges without a person."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    minimum = forms.FloatField(
        label=gettext_lazy("At least this sure"),
        min_value=0.9,
        max_value=1,
        initial=0.99,
        help_text=gettext_lazy("Between 0.90 and 1"),
    )
    same_birth_date = forms.BooleanField(label=gettext_lazy("Only with equal full birth dates"), required=False, initial=True)
    same_document = forms.BooleanField(label=gettext_lazy("Only with equal document numbers"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why it is safe here"), max_length=250, help_text=gettext_lazy("What was checked, on how many pairs")
    )


@require_GET
@in_process(Permission.VIEW_REGISTRY)
def queue(request: HttpRequest, process: Process) -> HttpResponse:
    """Pairs in the order of what a judgement would settle."""
    view = request.GET.get("view", "open")
    if view not in queries.VIEWS:
        view = "open"
    counts = queries.counts(process)
    page = paginate(queries.listing(process, view), request.GET, total=counts[view], size=30)
    judged = counts["same"] + counts["different"] + counts["ask"]
    context = {
        "page": page,
        "view": view,
        "views": [(name, TITLES[name], counts[name]) for name in queries.VIEWS],
        "counts": counts,
        "judged": judged,
        "all": judged + counts["open"] + counts["second"],
        "run": queries.last_run(process),
        "now": timezone.localtime(),
    }
    return render(request, "registry/pairs.html", context)


def _pair(process: Process, pk: int) -> CandidatePair:
    found = (
        CandidatePair.objects.filter(process=process, pk=pk)
        .select_related("process", "run", "left__household", "right__household", "left__source", "right__source")
        .first()
    )
    if found is None:
        raise Http404
    return found


@require_GET
@in_process(Permission.VIEW_REGISTRY)
def pair(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Two records side by side, with the letters that differ and what the machine made of each field. The reading is logged."""
    one = _pair(process, pk)
    with transaction.atomic():
        audit.record(
            "pair.read",
            actor=Actor.of(request.user),
            subject=one,
            process_id=process.pk,
            detail={"left": one.left.ref, "right": one.right.ref},
        )
    said = queries.judgements(one)
    mine = {j.verdict for j in said if j.by_id == request.user.pk and j.retired_at is None}
    counts = queries.counts(process)
    context = {
        "pair": one,
        "rows": queries.field_rows(one),
        "judgements": said,
        "answers": [(value, title, key, value in mine) for value, title, key in ANSWERS],
        "needed": judging.judges_needed(one),
        "number": queries.place_in_queue(one) if one.state == PairState.OPEN else None,
        "open": counts["open"],
        "next": queries.following(one),
    }
    return render(request, "registry/pair.html", context)


@require_POST
@in_process(Permission.JUDGE)
def judge(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Say one of the four; the next pair comes."""
    one = _pair(process, pk)
    after = queries.following(one)
    try:
        judged = judging.judge(
            one=one.left,
            other=one.right,
            verdict=request.POST.get("verdict", ""),
            reason=request.POST.get("reason", ""),
            actor=Actor.of(request.user),
        )
    except WayhomeError as error:
        messages.error(request, str(error))
        return redirect("pair", slug=process.slug, pk=one.pk)
    if judged.state == PairState.SECOND:
        messages.info(request, _("Kept. A second judge is asked before these two count as one person."))
    elif judged.state == PairState.DISPUTED:
        messages.warning(request, _("Kept. Another judge said otherwise: nothing is merged until you agree."))
    else:
        messages.success(
            request,
            _("%(left)s and %(right)s: %(verdict)s. You can take it back on their page.")
            % {"left": one.left.ref, "right": one.right.ref, "verdict": Verdict(request.POST["verdict"]).label.lower()},
        )
    return redirect("pair", slug=process.slug, pk=after.pk) if after else redirect("pairs", slug=process.slug)


@require_POST
@in_process(Permission.JUDGE)
def take_back(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Take a judgement back."""
    judgement = Judgement.objects.filter(process=process, pk=pk).select_related("process", "left", "right").first()
    if judgement is None:
        raise Http404
    try:
        one = judging.take_back(judgement=judgement, actor=Actor.of(request.user), reason=request.POST.get("reason", ""))
    except WayhomeError as error:
        messages.error(request, str(error))
        one = CandidatePair.objects.get(left=judgement.left_id, right=judgement.right_id)
    else:
        messages.success(request, _("Taken back. The records stand as they did before it."))
    return redirect("pair", slug=process.slug, pk=one.pk)


@require_POST
@in_process(Permission.JUDGE)
def compare(request: HttpRequest, process: Process) -> HttpResponse:
    """Two records somebody names by hand: their pair, made if the machine had not thought of it."""
    found = {}
    for name in ("one", "other"):
        typed = request.POST.get(name, "").strip().upper().removeprefix("P-")
        record = (
            Person.objects.filter(process=process, number=int(typed)).first() if typed.isdigit() and len(typed) < 10 else None
        )
        if record is None:
            messages.error(request, _("There is no person “%(typed)s” here. Write the number as P-001.") % {"typed": typed[:20]})
            return redirect("pairs", slug=process.slug)
        found[name] = record
    try:
        one = judging.pair_of(one=found["one"], other=found["other"], actor=Actor.of(request.user))
    except WayhomeError as error:
        messages.error(request, str(error))
        return redirect("pairs", slug=process.slug)
    return redirect("pair", slug=process.slug, pk=one.pk)


@require_POST
@in_process(Permission.JUDGE)
def run(request: HttpRequest, process: Process) -> HttpResponse:
    """Compare all records now."""
    try:
        linking.ask_for_run(process=process, actor=Actor.of(request.user))
    except WayhomeError as error:
        messages.error(request, str(error))
    return redirect("pairs", slug=process.slug)


@require_GET
@in_process(Permission.VIEW_REGISTRY)
def run_status(request: HttpRequest, process: Process) -> HttpResponse:
    """How far the last run is; asked again by the page while it lasts."""
    return render(request, "registry/parts/link_run.html", {"run": queries.last_run(process)})


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.VIEW_REGISTRY)
def merge_rules(request: HttpRequest, process: Process) -> HttpResponse:
    """Rules by which pairs are judged without a person; only a data protection officer switches them."""
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = Actor.of(request.user)
        try:
            rule = rules.switch_on(process=process, actor=actor, **form.cleaned_data)
            count = rules.apply(rule=rule, actor=actor)
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(
                request,
                ngettext("Switched on; it judged %(n)d pair.", "Switched on; it judged %(n)d pairs.", count) % {"n": count},
            )
            return redirect("merge_rules", slug=process.slug)
    return render(request, "registry/merge_rules.html", {"form": form, "rules": queries.rules(process)})


@require_POST
@in_process(Permission.LINK_RULES)
def rule_off(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Switch a rule off, and take back what it judged if so asked."""
    rule = MergeRule.objects.filter(process=process, pk=pk).select_related("process").first()
    if rule is None:
        raise Http404
    try:
        count = rules.switch_off(rule=rule, actor=Actor.of(request.user), take_back=bool(request.POST.get("take_back")))
    except WayhomeError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            ngettext("Switched off; %(n)d judgement was taken back.", "Switched off; %(n)d judgements were taken back.", count)
            % {"n": count},
        )
    return redirect("merge_rules", slug=process.slug)
