"""Every route against every role. A route that is not listed in routes_table.py fails here."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.apps.routes_table import ROLES, ROUTES, Place
from tests.conftest import confirm

pytestmark = pytest.mark.django_db


def patterns(resolver, prefix=""):
    """Every pattern of the project, with its full path."""
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry


PATTERNS = list(patterns(get_resolver()))


@pytest.fixture(autouse=True)
def fresh_counters():
    """Rate limits count in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def at(process, person):
    return Place(process, person)


@pytest.fixture
def elsewhere(other_process, person):
    return Place(other_process, person)


@pytest.fixture
def as_role(person, other_process):
    def client_of(role):
        client = Client()
        if role == "anonymous":
            return client
        user = {
            "no_role": lambda: person(None),
            "other_lead": lambda: person("process_lead", other_process),
        }.get(role, lambda: person(role))()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        confirm(client)
        return client

    return client_of


def test_every_route_has_a_name_and_no_name_is_used_twice():
    unnamed = [path for path, pattern in PATTERNS if not pattern.name]
    assert unnamed == []
    names = [pattern.name for _path, pattern in PATTERNS]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_every_route_is_listed():
    names = {pattern.name for _path, pattern in PATTERNS}
    assert sorted(names - set(ROUTES)) == [], "list these routes in tests/apps/routes_table.py"
    assert sorted(set(ROUTES) - names) == [], "these routes are gone: take them out of tests/apps/routes_table.py"


def test_every_route_of_a_process_goes_through_its_scope():
    """The decorator leaves the permission on the view; a route under /p/<slug>/ without it is open by mistake."""
    open_ones = [
        path for path, pattern in PATTERNS if path.startswith("p/<slug:slug>/") and not hasattr(pattern.callback, "permission")
    ]
    assert open_ones == []


def test_no_route_is_exempt_from_the_form_token():
    """But the pages behind an outside link: their address is the secret, there is no session to ride on (views/outside.py)."""
    exempt = [path for path, pattern in PATTERNS if getattr(pattern.callback, "csrf_exempt", False)]
    assert exempt == ["answer/<str:token>/", "answer/<str:token>/copy/"]


def address(name, place, parts_of=None):
    """The route's address in `place`, with the other parts of the path taken from `parts_of`."""
    route = ROUTES[name]
    path = next(path for path, pattern in PATTERNS if pattern.name == name)
    arguments = {"slug": place.process.slug} if "<slug:slug>" in path else {}
    if route.parts is not None:
        arguments |= route.parts(parts_of or place)
    return reverse(name, kwargs=arguments) + route.query


def data_of(route, place):
    return route.data(place) if callable(route.data) else dict(route.data or {})


def ask(client, method, url, data=None):
    """One request whose changes are undone, so that each role meets the same records."""
    with transaction.atomic():
        response = client.get(url) if method == "get" else client.post(url, data or {})
        if hasattr(response, "streaming_content"):
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return response


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_each_role_gets_what_the_table_says(name, at, elsewhere, as_role):
    route = ROUTES[name]
    url = address(name, at)
    data = data_of(route, at)
    got = {}
    for role in ROLES:
        client = as_role(role)
        if not route.post_only:
            response = ask(client, "get", url)
            got[role] = response.status_code
        else:
            response = ask(client, "post", url, data)
            expected = route.statuses[role]
            got[role] = expected if expected == 200 and response.status_code == route.post_status else response.status_code
            assert "/reauthenticate/" not in response.get("Location", "")
            if expected == 200:
                assert ask(client, "get", url).status_code == 405, f"{name} takes POST only"
        if role == "anonymous" and url.startswith("/p/"):
            assert response.url.startswith(settings.LOGIN_URL if settings.LOGIN_URL[0] == "/" else reverse(settings.LOGIN_URL))
    assert got == dict(route.statuses)


@pytest.mark.parametrize("name", sorted(name for name, route in ROUTES.items() if route.parts and route.other_parts))
def test_records_of_another_process_are_not_found_under_this_ones_address(name, at, elsewhere, as_role):
    """Nobody reaches a record of another process by putting its number into an address of their own."""
    route = ROUTES[name]
    theirs = route.parts(elsewhere)
    if theirs == route.parts(at):  # numbers count anew in each process: take one that only the other has
        pytest.fail(f"{name}: made_with gives the same parts in both processes; name a record that only one of them has")
    url = address(name, at, parts_of=elsewhere)
    for role in ("process_lead", "administrator", "dpo", "reader"):
        response = ask(as_role(role), "post" if route.post_only else "get", url, data_of(route, elsewhere))
        assert response.status_code in {403, 404}, role
        if route.statuses[role] == 200:
            assert response.status_code == 404, role


@pytest.mark.parametrize("name", sorted(name for name, route in ROUTES.items() if route.data is not None))
def test_a_form_without_its_token_is_refused(name, at, person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("process_lead"), backend="django.contrib.auth.backends.ModelBackend")
    confirm(client)
    response = ask(client, "post", address(name, at), data_of(ROUTES[name], at))
    assert response.status_code == 403


@pytest.mark.parametrize("name", sorted(name for name, route in ROUTES.items() if route.data is not None and not route.post_only))
def test_what_is_posted_is_done_for_those_who_may(name, at, as_role):
    route = ROUTES[name]
    for role in ROLES:
        response = ask(as_role(role), "post", address(name, at), data_of(route, at))
        expected = route.statuses[role]
        assert response.status_code == (route.post_status if expected == 200 else expected), role
