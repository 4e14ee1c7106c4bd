"""The audit log as a page and as CSV, of one process or of the installation."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from wayhome.accounts import queries
from wayhome.accounts.audit_details import pairs
from wayhome.accounts.forms import AuditFilter
from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.audit_words import kept_back, words_for
from wayhome.core.models import AuditEntry
from wayhome.core.paging import paginate
from wayhome.core.tables import safe_cell

COLUMNS = ("number", "time (UTC)", "person", "via", "action", "object", "object name", "detail", "digest")


@dataclass(slots=True)
class Line:
    """An entry with words for its action and the name of what it is about."""

    entry: AuditEntry
    words: str
    subject: str
    kept: dict[str, Any]

    @property
    def detail(self) -> list[tuple[str, str]]:
        """What the entry tells, as pairs of words."""
        return pairs(self.kept)

    @property
    def key(self) -> str:
        """What the filter for the object takes."""
        return f"{self.entry.subject_type}:{self.entry.subject_id}" if self.entry.subject_type else ""


def narrowed(entries: QuerySet[AuditEntry], query: Any) -> tuple[QuerySet[AuditEntry], dict[str, Any]]:
    """The entries that the filters leave. A filter that does not fit is dropped rather than refused."""
    form = AuditFilter(query)
    form.is_valid()
    given = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
    if "person" in given:
        entries = entries.filter(actor_id=given["person"])
    if "action" in given:
        entries = entries.filter(action=given["action"])
    if "subject" in given:
        kind, _colon, number = given["subject"].partition(":")
        entries = entries.filter(subject_type__iexact=kind, subject_id=number) if number else entries.filter(
            Q(subject_type__icontains=kind) | Q(subject_id=kind)
        )  # fmt: skip
    zone = timezone.get_current_timezone()
    if "since" in given:
        entries = entries.filter(at__gte=datetime.combine(given["since"], time.min, zone))
    if "until" in given:
        entries = entries.filter(at__lt=datetime.combine(given["until"], time.min, zone) + timedelta(days=1))
    return entries.order_by("-seq"), given


def lines(entries: list[AuditEntry], *, restricted: bool) -> list[Line]:
    """Entries with the names of the persons they are about. What is told of restricted records only to who may see these.

    One query, and one for each kind of record that can be restricted.
    """
    hidden = set() if restricted else kept_back(entries)
    people = queries.names_of({entry.subject_id for entry in entries if entry.subject_type == "accounts.user"})
    made = []
    for entry in entries:
        kind = entry.subject_type.rpartition(".")[2]
        subject = people.get(entry.subject_id, "") if entry.subject_type == "accounts.user" else ""
        named = subject or (f"{kind} {entry.subject_id}" if kind else "")
        detail = {"restricted": True} if entry.seq in hidden else entry.detail
        made.append(Line(entry, words_for(entry.action), named, detail))
    return made


def csv_rows(entries: QuerySet[AuditEntry], *, restricted: bool) -> Iterator[str]:
    """The log as CSV, in batches, with a byte order mark so that spreadsheets read it as UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(COLUMNS)
    batch: list[AuditEntry] = []

    def flush() -> str:
        for line in lines(batch, restricted=restricted):
            entry = line.entry
            writer.writerow(
                safe_cell(cell)
                for cell in (
                    entry.seq, entry.at.astimezone(UTC).isoformat(timespec="seconds"), entry.actor_label,
                    entry.via, entry.action, f"{entry.subject_type}:{entry.subject_id}" if entry.subject_type else "",
                    line.subject, json.dumps(line.kept, ensure_ascii=False, sort_keys=True), entry.digest,
                )
            )  # fmt: skip
        batch.clear()
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    for entry in entries.iterator(chunk_size=500):
        batch.append(entry)
        if len(batch) == 500:
            yield flush()
    yield flush()


def _log(request: HttpRequest, entries: QuerySet[AuditEntry], name: str, process: Process | None) -> HttpResponse:
    found, given = narrowed(entries, request.GET)
    restricted = process is None or request.access.may(Permission.VIEW_RESTRICTED)  # type: ignore[attr-defined]
    if request.GET.get("format") == "csv":
        with transaction.atomic():
            audit.record(
                "audit.exported", actor=Actor.of(request.user), subject=process, process_id=process.pk if process else None,
                detail={key: str(value) for key, value in given.items()},
            )  # fmt: skip
        response = StreamingHttpResponse(csv_rows(found, restricted=restricted), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="audit-{name}.csv"'
        response["Cache-Control"] = "no-store"
        return response
    page = paginate(found, request.GET)
    export = request.GET.copy()
    export.pop("page", None)
    export["format"] = "csv"
    context = {
        "page": page,
        "lines": lines(page.rows, restricted=restricted),
        "given": given,
        "people": queries.actors_in(entries),
        "actions": [(action, words_for(action)) for action in queries.actions_in(entries)],
        "export": "?" + export.urlencode(),
        "as_of": timezone.now(),
        "of_accounts": request.GET.get("of") == "accounts",
    }
    return render(request, "accounts/audit_log.html", context)


@in_process(Permission.VIEW_AUDIT)
def process_log(request: HttpRequest, process: Process) -> HttpResponse:
    """Who did what in this process; with `?of=accounts`, what happened to its members' accounts."""
    if request.GET.get("of") == "accounts":
        return _log(request, queries.account_entries(process), f"{process.slug}-accounts", process)
    return _log(request, queries.process_entries(process), process.slug, process)


@login_required
def installation_log(request: HttpRequest) -> HttpResponse:
    """What happened to accounts and to the installation. For administrators of the installation; others find no such page."""
    if not request.user.is_administrator:  # type: ignore[union-attr]
        raise Http404
    return _log(request, queries.installation_entries(), "installation", None)
