"""The small valley, with work that waits until a test does it."""

import pytest

from tests.apps.plans.land import Land
from wayhome.core.actors import Actor


@pytest.fixture(autouse=True)
def by_hand(settings, tmp_path):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    settings.MASTER_KEY_FILE, settings.OLD_MASTER_KEY_FILES = tmp_path / "k", []
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def land(process, editor, lead):
    return Land(process, editor, lead)


@pytest.fixture
def ilse(editor):
    return Actor.of(editor)


@pytest.fixture
def maren(lead):
    return Actor.of(lead)
