"""Enumerations of the registry. Words are the field's: UNHCR population groups, IRIS statuses, relations to the head."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Sex(models.TextChoices):
    """As recorded; `X` for people outside the binary (HXL `+i`)."""

    FEMALE = "f", _("Female")
    MALE = "m", _("Male")
    OTHER = "x", pgettext_lazy("sex", "Other")


class Precision(models.TextChoices):
    """How exactly a date is known. A date is kept as the first and the last day it can be."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    YEAR = "year", _("Year")
    AGE = "age", _("From an age at a date")
    RANGE = "range", _("Between two dates")


class Relation(models.TextChoices):
    """To the head of the household."""

    HEAD = "head", _("Head")
    SPOUSE = "spouse", _("Spouse")
    CHILD = "child", _("Child")
    PARENT = "parent", _("Parent")
    SIBLING = "sibling", _("Sibling")
    GRANDCHILD = "grandchild", _("Grandchild")
    GRANDPARENT = "grandparent", _("Grandparent")
    CHILD_IN_LAW = "child_in_law", _("Child-in-law")
    PARENT_IN_LAW = "parent_in_law", _("Parent-in-law")
    OTHER_RELATIVE = "relative", _("Other relative")
    FOSTER_CHILD = "foster", _("Foster child")
    NOT_RELATED = "unrelated", _("Not related")


class DisplacementStatus(models.TextChoices):
    """Of a person on a date (IRIS, UNHCR population groups)."""

    IDP = "idp", _("Internally displaced")
    REFUGEE = "refugee", _("Refugee")
    ASYLUM_SEEKER = "asylum", _("Asylum seeker")
    STATELESS = "stateless", _("Stateless")
    RETURNED_IDP = "returned_idp", _("Returned after internal displacement")
    RETURNED_REFUGEE = "returned_refugee", _("Returned refugee")
    RESETTLED = "resettled", _("Resettled")
    HOST = "host", _("Host community")
    OTHER = "other", pgettext_lazy("status", "Other")


class NameKind(models.TextChoices):
    OTHER_SCRIPT = "script", _("In another script or spelling")
    FORMER = "former", _("Former name")
    BIRTH = "birth", _("Name at birth")
    NICKNAME = "nickname", _("Known as")


class Purpose(models.TextChoices):
    """What data are processed for; each has its own legal basis and its own consent."""

    SERVICES = "services", _("Services and assistance")
    SHARING = "sharing", _("Sharing with a named partner")
    STATISTICS = "statistics", _("Statistics")
    PUBLICATION = "publication", _("Publication")
    TRACING = "tracing", _("Family tracing")


class LegalBasis(models.TextChoices):
    """Recorded apart from consent, which is often not free where people depend on help (ICRC handbook)."""

    CONSENT = "consent", _("Consent")
    VITAL_INTEREST = "vital", _("Vital interest")
    PUBLIC_INTEREST = "public", _("Public interest")
    LEGITIMATE_INTEREST = "legitimate", _("Legitimate interest")
    LEGAL_OBLIGATION = "legal", _("Legal obligation")
    CONTRACT = "contract", _("Contract")


class Given(models.TextChoices):
    """How consent was given."""

    SIGNED = "signed", _("Signed")
    THUMBPRINT = "thumbprint", _("Thumbprint")
    ORAL = "oral", _("Oral, before a witness")
    ELECTRONIC = "electronic", _("Electronic")


class Channel(models.TextChoices):
    PHONE = "phone", _("Telephone")
    TEXT = "text", _("Text message")
    EMAIL = "email", _("E-mail")
    ADDRESS = "address", _("At the address")
    THROUGH = "through", _("Through a trusted person")
    IN_PERSON = "in_person", _("In person only")


class SealedKind(models.TextChoices):
    """What a sealed value holds."""

    DOCUMENT_NUMBER = "document", _("Document number")
    NEED = "need", _("Specific need")
    HEALTH = "health", _("Health")
    PROTECTION = "protection", _("Protection note")


class Cause(models.TextChoices):
    """Why people left (Guiding Principles on Internal Displacement, introduction, para 2)."""

    CONFLICT = "conflict", _("Armed conflict")
    VIOLENCE = "violence", _("Generalised violence")
    RIGHTS = "rights", _("Violations of human rights")
    DISASTER = "disaster", _("Disaster")
    EXPULSION = "expulsion", _("Expulsion or deportation")
    OTHER = "other", pgettext_lazy("cause", "Other")


class Band(models.TextChoices):
    """Where a pair's probability lies. `auto` only says how sure the machine is: nothing is merged without a person or a rule."""

    AUTO = "auto", _("Almost certain")
    REVIEW = "review", _("Needs a judge")
    UNLIKELY = "unlikely", _("Unlikely")


class Verdict(models.TextChoices):
    SAME = "same", _("Same person")
    DIFFERENT = "different", _("Different people")
    UNSURE = "unsure", _("Cannot tell")
    ASK = "ask", _("Ask the family")


class PairState(models.TextChoices):
    """What the judgements on a pair come to; written with each judgement by `registry.actions.judging` alone."""

    OPEN = "open", _("Open")
    SECOND = "second", _("Waits for a second judge")
    ASK = "ask", _("The family is to be asked")
    UNSURE = "unsure", _("Judged: cannot tell")
    SAME = "same", _("Judged: same person")
    DIFFERENT = "different", _("Judged: different people")
    DISPUTED = "disputed", _("Judges differ")
