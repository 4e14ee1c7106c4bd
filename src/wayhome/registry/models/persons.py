"""Persons: one record for what one list or one registration says of one person.

Several records can be the same person: that is judged, never assumed. `identity` points to the record that stands for all of
them and is derived from the judgements (`registry.queries.identities`); no judgement ever changes the fields of a record.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered
from wayhome.registry.states import DisplacementStatus, NameKind, Precision, Relation, Sex


class Person(Numbered):
    """A person as recorded. Names in whatever script they were given; `name_key` is romanised and folded, for finding.

    A birth date is the first and the last day it can be (`birth_from`, `birth_to`), how exactly it is known, and the words
    it was given in. `origin_text` and `present_text` are what people wrote; the areas are what a person or a remembered
    choice made of them. `household` and `relation` are today's; earlier ones are in `PastMembership`.
    """

    prefix = "P"

    given_name = models.CharField(_("given name"), max_length=150, blank=True)
    patronymic = models.CharField(_("father's name"), max_length=150, blank=True)
    family_name = models.CharField(_("family name"), max_length=150, blank=True)
    name_key = models.CharField(max_length=300, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    birth_from = models.DateField(null=True, blank=True)
    birth_to = models.DateField(null=True, blank=True)
    birth_precision = models.CharField(max_length=5, choices=Precision.choices, blank=True)
    birth_text = models.CharField(_("born, as written"), max_length=60, blank=True)
    died_on = models.DateField(_("died on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=16, choices=DisplacementStatus.choices, blank=True)
    status_on = models.DateField(_("status on"), null=True, blank=True)
    household = models.ForeignKey("registry.Household", null=True, blank=True, on_delete=models.SET_NULL, related_name="persons")
    relation = models.CharField(_("relation to the head"), max_length=13, choices=Relation.choices, blank=True)
    origin_text = models.CharField(_("place of origin, as written"), max_length=250, blank=True)
    origin = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    present_text = models.CharField(_("present place, as written"), max_length=250, blank=True)
    present = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    phone_key = models.CharField(max_length=12, blank=True, help_text="last digits of the telephone, for finding")
    photo = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the file; only where the process allows photographs"
    )
    sensitive = models.BooleanField(
        _("sensitive"), default=False, help_text="holds a sealed need or protection note: a merge needs two judges"
    )
    identity = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="same_person")
    source = models.ForeignKey("registry.Import", null=True, blank=True, on_delete=models.PROTECT, related_name="persons")
    source_row = models.PositiveIntegerField(null=True)
    list_name = models.CharField(_("list"), max_length=120, blank=True)
    list_key = models.CharField(_("number in the list"), max_length=80, blank=True)
    row_digest = models.CharField(max_length=32, blank=True, help_text="identity of the row: the same row twice is one record")
    retain_until = models.DateField(_("kept until"), null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("person")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="person_number"),
            models.UniqueConstraint(fields=["process", "row_digest"], condition=~models.Q(row_digest=""), name="person_row_once"),
            models.CheckConstraint(
                condition=models.Q(birth_from=None, birth_to=None)
                | models.Q(birth_from__isnull=False, birth_to__isnull=False, birth_from__lte=models.F("birth_to")),
                name="person_birth_range",
            ),
        ]
        indexes = [
            models.Index(fields=["source", "source_row"], name="person_source"),
            models.Index(fields=["process", "list_key"], name="person_list_key"),
            models.Index(fields=["process", "phone_key"], name="person_phone"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.ref

    @property
    def full_name(self) -> str:
        """Given name, father's name, family name, as recorded."""
        return " ".join(part for part in (self.given_name, self.patronymic, self.family_name) if part)


class PersonName(models.Model):
    """Another name of a person: in another script, former, at birth, or what people call them."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="names")
    kind = models.CharField(_("kind"), max_length=8, choices=NameKind.choices, default=NameKind.OTHER_SCRIPT)
    given_name = models.CharField(_("given name"), max_length=150, blank=True)
    patronymic = models.CharField(_("father's name"), max_length=150, blank=True)
    family_name = models.CharField(_("family name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    name_key = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return " ".join(part for part in (self.given_name, self.patronymic, self.family_name) if part)


class StatusRecord(models.Model):
    """A person's displacement status on a date, and on whose word."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="statuses")
    status = models.CharField(_("status"), max_length=16, choices=DisplacementStatus.choices)
    on = models.DateField(_("on"))
    basis = models.CharField(_("according to"), max_length=250, blank=True)

    class Meta:
        ordering = ["-on", "-id"]


class IdentityDocument(models.Model):
    """A document a person holds or held. Its number is sealed; `digest` finds it again without opening it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("kind of document"), max_length=60, blank=True)
    issuer = models.CharField(_("issued by"), max_length=120, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    lost = models.BooleanField(_("lost or left behind"), default=False)
    number = models.OneToOneField("registry.SealedValue", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["id"]


class SpecificNeed(models.Model):
    """A specific need by its code (registry/data/specific_needs.csv). Which code it is, is sealed."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="needs")
    code = models.OneToOneField("registry.SealedValue", on_delete=models.CASCADE, related_name="+")
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["id"]
