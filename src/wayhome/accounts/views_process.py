"""Settings of a process."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from wayhome.accounts import actions
from wayhome.accounts.forms import ProcessForm
from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor


@in_process(Permission.MANAGE_PROCESS)
def process_settings(request: HttpRequest, process: Process) -> HttpResponse:
    """Name, language, calendar, days of the clocks, and whether there is a public timeline."""
    before = {name: getattr(process, name) for name in ProcessForm.Meta.fields}
    form = ProcessForm(request.POST or None, instance=process)
    if not request.access.may(Permission.PUBLISH):  # type: ignore[attr-defined]
        form.fields["public"].disabled = form.fields["public_lede"].disabled = True
    if request.method == "POST":
        if form.is_valid():
            actions.change_process(actor=Actor.of(request.user), process=process, before=before)
            messages.success(request, _("Saved."))
            return redirect("process_settings", slug=process.slug)
        process.name = before["name"]
    return render(request, "accounts/process_settings.html", {"form": form}, status=422 if form.errors else 200)
