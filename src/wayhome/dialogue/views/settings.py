"""The settings of a process: clocks, and the ladder that every new ask gets."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.dialogue import clocks
from wayhome.dialogue.actions.escalation import set_ladder
from wayhome.dialogue.actions.settings import change_settings
from wayhome.dialogue.forms.asks import ladder_formset, rungs_of
from wayhome.dialogue.forms.settings import ProcessForm
from wayhome.dialogue.models import LadderStep


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.MANAGE_PROCESS)
def process_settings(request: HttpRequest, process: Process) -> HttpResponse:
    """Name, language, calendar, days, ladder."""
    posted = request.POST if request.method == "POST" else None
    steps = list(LadderStep.objects.filter(process=process, ask=None).order_by("rank"))
    form = ProcessForm.of(posted, process)
    formset = ladder_formset(posted, process=process, steps=steps)
    if posted is not None and "more" not in posted and form.is_valid() and formset.is_valid():
        actor = Actor.of(request.user)
        try:
            with transaction.atomic():
                change_settings(process=process, actor=actor, **form.cleaned_data)
                set_ladder(process=process, actor=actor, rungs=rungs_of(formset))
        except Forbidden:
            raise
        except WayhomeError as error:
            process.refresh_from_db()
            formset.non_form_errors().append(str(error))
        else:
            messages.success(request, _("The settings are saved. Deadlines that stand stay as they are."))
            return redirect("process_settings", slug=process.slug)
    today = timezone.localdate()
    example = clocks.add_working_days(today, process.answer_days, process.calendar)
    return render(request, "dialogue/settings.html", {"form": form, "formset": formset, "example": example})
