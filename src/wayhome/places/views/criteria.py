"""Pages of criteria: the rules by standard, one rule with its versions, a correction with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.core.tables import csv_text
from wayhome.places.actions import criteria as actions
from wayhome.places.gate_forms import RuleForm
from wayhome.places.models import GateKind, Standard
from wayhome.places.queries import criteria as queries


@require_GET
@in_process(Permission.VIEW)
def listing(request: HttpRequest, process: Process) -> HttpResponse:
    """Every rule by standard, with whether somebody read it."""
    unread, words = request.GET.get("show") == "unread", request.GET.get("q", "").strip()[:200]
    standard = request.GET.get("of", "")[:60]
    found = queries.listing(process, words=words, unread=unread, standard=standard)
    context = {"listing": found, "unread": unread, "words": words, "of": standard, "standards": Standard.objects.all()}
    return render(request, "places/criteria.html", context)


@require_GET
@in_process(Permission.VIEW)
def listing_csv(request: HttpRequest, process: Process) -> HttpResponse:
    """The rules that count in the process, as a table."""
    names = (
        "key",
        "version",
        "number",
        "statement",
        "comparison",
        "value",
        "unit",
        "edition",
        "source",
        "mark",
        "confirmed",
        "note",
    )
    rows = [
        [group.standard.key, *(getattr(rule, name) for name in names)]
        for group in queries.listing(process).groups
        for rule in group.rules
    ]
    response = HttpResponse(csv_text(["standard", *names], rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{process.slug}-criteria.csv"'
    return response


@require_http_methods(["GET", "POST"])
@in_process(Permission.VIEW)
def criterion(request: HttpRequest, process: Process, key: str) -> HttpResponse:
    """One rule: what it says, where it was read, its versions; corrected with a reason."""
    versions = queries.versions(process, key)
    standing = versions[0]
    for one in versions:
        one.figure = queries.figure(one)  # type: ignore[attr-defined]
    form = RuleForm(instance=standing)
    if request.method == "POST":
        require(request.user, process, Permission.EDIT_PLACES)
        form = RuleForm(request.POST, instance=queries.versions(process, key)[0])
        if form.is_valid():
            said = dict(form.cleaned_data)
            reason = said.pop("reason")
            try:
                actions.change_rule(process=process, actor=Actor.of(request.user), key=key, reason=reason, **said)
                messages.info(request, _("Saved as a new version. What was judged before keeps the version it was judged by."))
                return redirect("criterion", slug=process.slug, key=key)
            except WayhomeError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
    used = [one for one in GateKind.objects.filter(rule_key=key) if one.process_id in (None, process.pk)]
    context = {"rule": standing, "versions": versions, "form": form, "used": used}
    return render(request, "places/criterion.html", context, status=422 if form.errors else 200)
