"""Fixtures of the dialogue tests."""

import pytest

from tests.factories import House
from wayhome.core.actors import Actor


@pytest.fixture
def house(process):
    return House(process)


@pytest.fixture
def hand(editor):
    """The editor as an actor."""
    return Actor.of(editor)
