"""The index of names: which sounds occur in a process, which lie near each other, and who is called so.

Written by `registry.naming` alone. Nothing here can be read back into a record that was erased: words that nobody is called any
more go with the last person.
"""

from __future__ import annotations

from django.db import models

from wayhome.accounts.models import Process


class NameWord(models.Model):
    """One romanised word that occurs in names of the process. `persons` is about how many are called so; it orders the search."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="+", db_index=False)
    sounds = models.CharField(max_length=40)
    skeleton = models.CharField(max_length=24)
    persons = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "sounds"], name="name_word_once")]
        indexes = [models.Index(fields=["process", "skeleton"], name="name_word_skeleton")]

    def __str__(self) -> str:
        return self.sounds


class NameNear(models.Model):
    """A skeleton with one consonant left out (or without those that come and go) leads to the whole skeleton."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="+", db_index=False)
    variant = models.CharField(max_length=24)
    skeleton = models.CharField(max_length=24)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "variant", "skeleton"], name="name_near_once")]


class PersonWord(models.Model):
    """A person is called so: by any of the names on file, in any script."""

    pk = models.CompositePrimaryKey("person_id", "word_id")
    person = models.ForeignKey("registry.Person", on_delete=models.CASCADE, related_name="words", db_index=False)
    word = models.ForeignKey(NameWord, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["word", "person"], name="person_word")]
