"""Template tags of the registry."""

from __future__ import annotations

from django import template
from django.urls import NoReverseMatch, reverse

from wayhome.accounts.models import Process
from wayhome.registry import births
from wayhome.registry.models import Person

register = template.Library()


@register.filter
def born(person: Person) -> str:
    """A birth date in words, no more exact than it is known."""
    return births.words(person) or person.birth_text


@register.simple_tag
def person_url(process: Process, person: Person) -> str:
    """Where a person's page is."""
    try:
        return reverse("person", args=[process.slug, person.number])
    except NoReverseMatch:
        return ""
