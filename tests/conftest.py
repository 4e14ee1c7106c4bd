"""Shared by all tests: a data folder of its own, and people with names and meanings.

Amina is a case worker of the process, Boris its lead, Chiara reads; Dara belongs to another process; Edo has no role at all.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
PASSWORD = "a-long-password-for-tests"


def confirm(client):
    """The client's session as after typing the password once more: the steps that ask for it are open."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


@pytest.fixture(autouse=True)
def english():
    """Each test begins in the language of the installation, whatever page the one before it opened."""
    from django.utils import translation

    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture
def process(db):
    from wayhome.accounts.models import Process

    return Process.objects.create(slug="lirva", name="Return to the Lirva Valley")


@pytest.fixture
def other_process(db):
    from wayhome.accounts.models import Process

    return Process.objects.create(slug="ostra", name="Return to the Ostra Plain")


@pytest.fixture
def person(db, process):
    """`person("editor")` makes a user with that role in the process; `person(None)` one with no role at all."""
    from wayhome.accounts.models import Membership, User

    made = {}

    def make(role, of=None):
        key = (role, of)
        if key not in made:
            user = User.objects.create_user(
                f"{role or 'nobody'}{len(made)}@example.org", PASSWORD, full_name=f"A {role or 'nobody'}"
            )
            if role:
                Membership.objects.create(user=user, process=of or process, role=role)
            made[key] = user
        return made[key]

    return make


@pytest.fixture
def editor(person):
    return person("editor")


@pytest.fixture
def lead(person):
    return person("process_lead")


@pytest.fixture
def as_user(client):
    """`as_user(user)` is a test client logged in as that user."""

    def log_in(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


@pytest.fixture(autouse=True, scope="session")
def flush_of_append_only_tables():
    """Tests with transactions of their own end by emptying every table; the append-only ones let that happen here alone."""
    from django.db import connection

    from wayhome.core import append_only

    operations = type(connection.ops)
    original = operations.execute_sql_flush

    def flush(self, sql_list):
        for table in append_only.TABLES:
            append_only.remove(self.connection, table)
        original(self, sql_list)
        for table in append_only.TABLES:
            append_only.install(self.connection, table)

    operations.execute_sql_flush = flush
    yield
    operations.execute_sql_flush = original
