"""How a view gets at a process: one decorator for every route under `/p/<slug>/`.

    @in_process(Permission.VIEW)
    def docket(request, process): ...

Outside one's scope there is no such page: 404, never 403. Inside it, a step that the role does not include is 403.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import access
from wayhome.core.errors import Forbidden

View = Callable[..., HttpResponse]


def sees_restricted(request: HttpRequest) -> bool:
    """Whether the person may see restricted documents in the process that the address names."""
    return bool(request.access.may(Permission.VIEW_RESTRICTED))  # type: ignore[attr-defined]


def in_process(permission: Permission) -> Callable[[View], View]:
    """Fetch the process through the scoped query, check `permission`, set `request.process` and `request.access`."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def scoped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            process = Process.objects.visible_to(request.user).filter(slug=slug).first()
            if process is None:
                raise Http404
            request.process = process  # type: ignore[attr-defined]
            request.access = access(request.user, process)  # type: ignore[attr-defined]
            if not request.access.may(permission):  # type: ignore[attr-defined]
                raise Forbidden(
                    _("Your role in this process does not include this step."),
                    _("Ask the process lead for the role or for elevated access."),
                )
            return view(request, process, *args, **kwargs)

        scoped.permission = permission  # type: ignore[attr-defined]
        return scoped

    return decorate
