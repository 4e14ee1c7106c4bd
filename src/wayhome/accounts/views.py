"""Account pages."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from wayhome.accounts.models import User


class PreferencesForm(forms.ModelForm):
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)

    class Meta:
        model = User
        fields = ["full_name", "language", "theme", "single_keys"]


@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Name, language, theme and single-key shortcuts of one's own account."""
    form = PreferencesForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        target = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
        return redirect(target if safe else "preferences")
    return render(request, "accounts/preferences.html", {"form": form})
