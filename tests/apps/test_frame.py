"""The frame: home, switcher, rooms by role, 404 outside one's scope."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_single_process_opens_at_once(as_user, editor, process):
    assert as_user(editor).get(reverse("home")).url == reverse("process_home", args=[process.slug])


def test_a_process_of_others_is_not_found(as_user, person, other_process, process):
    client = as_user(person("editor"))
    assert client.get(reverse("process_home", args=[process.slug])).status_code == 200
    assert client.get(reverse("process_home", args=[other_process.slug])).status_code == 404


def test_the_frame_turns_for_arabic(as_user, editor, process):
    editor.language = "ar"
    editor.save()
    page = as_user(editor).get(reverse("process_home", args=[process.slug])).content.decode()
    assert '<html lang="ar" dir="rtl"' in page


def test_no_inline_script_or_style(as_user, editor, process):
    response = as_user(editor).get(reverse("process_home", args=[process.slug]))
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]
    assert "<style" not in response.content.decode()


def test_the_number_beside_a_page_counts_so_far_and_says_so(as_user, editor, process, monkeypatch):
    from tests.registry_factories import Register
    from wayhome.site import context
    from wayhome.site.templatetags import navigation

    register = Register(process)
    for _ in range(4):
        register.household()
    client = as_user(editor)
    page = client.get(f"/p/{process.slug}/registry/households/").content.decode()
    assert '<span class="n">4</span>' in page
    monkeypatch.setattr(context, "COUNTED_TO", 2)
    monkeypatch.setattr(navigation, "COUNTED_TO", 2)
    page = client.get(f"/p/{process.slug}/registry/households/").content.decode()
    assert '<span class="n">2+</span>' in page
