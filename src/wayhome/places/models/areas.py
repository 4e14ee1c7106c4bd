"""Areas: nodes of an administrative hierarchy and settlements, each with its names; none of the names is "the" name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wayhome.accounts.models import Process
from wayhome.accounts.scoped import Scoped
from wayhome.places.periods import Period, check_moment


class Gazetteer(Scoped):
    """A source of areas as it was brought in last: who made it, on which terms, which edition, which file."""

    class Format(models.TextChoices):
        PLAIN = "plain", _("One row a name (CSV or XLSX)")
        COD_AB = "cod_ab", _("COD-AB: one row an area with its parents' columns")
        GEONAMES = "geonames", _("GeoNames dump")
        HXL = "hxl", _("HXL-tagged table")
        GEOJSON = "geojson", _("GeoJSON boundaries")
        SHAPEFILE = "shapefile", _("Shapefile boundaries")
        GEOPACKAGE = "geopackage", _("GeoPackage boundaries")

    name = models.CharField(_("name"), max_length=150)
    source = models.CharField(_("source"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=150, blank=True)
    edition = models.CharField(_("edition"), max_length=60, blank=True)
    format = models.CharField(_("format"), max_length=10, choices=Format.choices, default=Format.PLAIN)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    imported_at = models.DateTimeField(_("brought in"), auto_now=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["name"]
        verbose_name = _("gazetteer")
        constraints = [models.UniqueConstraint(fields=["process", "name"], name="gazetteer_name_once")]

    def __str__(self) -> str:
        return self.name


class Area(Scoped):
    """One area. `level` 0 is a country, 1 to 4 the levels below it; a settlement stands under the lowest area that holds it.

    `valid_from` and `valid_to` are the years, months or days between which the area existed; empty means not known or open.
    `gazetteer` is empty for an area that somebody added by hand.
    """

    class Kind(models.TextChoices):
        COUNTRY = "adm0", _("Country (level 0)")
        ADMIN1 = "adm1", _("First level")
        ADMIN2 = "adm2", _("Second level")
        ADMIN3 = "adm3", _("Third level")
        ADMIN4 = "adm4", _("Fourth level")
        SETTLEMENT = "settlement", _("Settlement")
        QUARTER = "quarter", _("Part of a settlement")
        CAMP = "camp", _("Camp or collective site")
        OTHER = "other", pgettext_lazy("kind of area", "Other")

    gazetteer = models.ForeignKey(Gazetteer, null=True, blank=True, on_delete=models.SET_NULL, related_name="areas")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    level = models.PositiveSmallIntegerField(_("level"), default=5)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.SETTLEMENT)
    code = models.CharField(_("P-code or number in the source"), max_length=60, blank=True)
    valid_from = models.CharField(_("existed from"), max_length=10, blank=True, validators=[check_moment])
    valid_to = models.CharField(_("existed until"), max_length=10, blank=True, validators=[check_moment])
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    population = models.PositiveBigIntegerField(_("population"), null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["level", "code", "id"]
        verbose_name = _("area")
        indexes = [
            models.Index(fields=["process", "parent"], name="area_parent"),
            models.Index(fields=["process", "changed_at"], name="area_changed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["gazetteer", "code"], condition=~Q(code=""), name="area_code_once"),
            models.CheckConstraint(condition=Q(latitude=None) | Q(latitude__gte=-90, latitude__lte=90), name="area_latitude"),
            models.CheckConstraint(
                condition=Q(longitude=None) | Q(longitude__gte=-180, longitude__lte=180), name="area_longitude"
            ),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=models.F("id")), name="area_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.code or f"#{self.pk}"

    @property
    def period(self) -> Period:
        return Period(self.valid_from, self.valid_to)


class AreaName(models.Model):
    """A name of an area in a language and script, as a source writes it, in the period in which it was used.

    `key` is the folded text; `sound` is a rough romanised skeleton, the same for the name in every script. What a gazetteer
    says is not deleted by hand but `retired_at`; a name that somebody added (`added_by`) is never touched by an import.
    """

    class Kind(models.TextChoices):
        OFFICIAL = "official", _("Official")
        LOCAL = "local", _("As its people call it")
        FORMER = "former", _("Former")
        EXONYM = "exonym", _("Name used elsewhere")
        ROMANISED = "romanised", _("Romanised")
        VARIANT = "variant", _("Other spelling")

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="names")
    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(_("name"), max_length=250)
    language = models.CharField(_("language"), max_length=12, blank=True)
    script = models.CharField(_("script"), max_length=4, blank=True)
    kind = models.CharField(_("kind of name"), max_length=10, choices=Kind.choices, default=Kind.OFFICIAL)
    source = models.CharField(_("source"), max_length=300, blank=True)
    valid_from = models.CharField(_("used from"), max_length=10, blank=True, validators=[check_moment])
    valid_to = models.CharField(_("used until"), max_length=10, blank=True, validators=[check_moment])
    key = models.CharField(max_length=250, editable=False)
    sound = models.CharField(max_length=120, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_hand = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    retired_reason = models.CharField(_("reason"), max_length=300, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["kind", "language", "text"]
        verbose_name = _("name of an area")
        constraints = [
            models.UniqueConstraint(fields=["area", "text", "language", "kind", "valid_from"], name="area_name_once"),
        ]
        indexes = [
            models.Index(fields=["process", "key"], name="area_name_key"),
            models.Index(fields=["process", "sound"], name="area_name_sound"),
            models.Index(fields=["process", "changed_at"], name="area_name_changed"),
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def fill(self) -> None:
        """Set what follows from the text: key, sound, script where none was given."""
        from wayhome.places.bridge import name_keys

        self.key, self.sound, script = name_keys(self.text)
        self.script = self.script or script

    @property
    def period(self) -> Period:
        return Period(self.valid_from, self.valid_to)


class AreaBoundary(models.Model):
    """The outline of an area as GeoJSON (Polygon or MultiPolygon, WGS 84), with its bounding box and its source.

    `geometry` is for maps: where the source has more points than a map shows, the whole is in `FullOutline`. `digest` is the
    SHA-256 of the whole (WKB); `inside` is a point well inside it, where a name can stand.
    """

    area = models.OneToOneField(Area, on_delete=models.CASCADE, related_name="boundary")
    geometry = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    gazetteer = models.ForeignKey(Gazetteer, null=True, on_delete=models.SET_NULL, related_name="outlines")
    digest = models.CharField(max_length=64, blank=True)
    inside_longitude = models.FloatField(null=True)
    inside_latitude = models.FloatField(null=True)
    points = models.PositiveIntegerField(default=0)  # of the whole outline; 0 for outlines of before points were counted

    @property
    def inside(self) -> tuple[float, float] | None:
        if self.inside_longitude is None or self.inside_latitude is None:
            return None
        return (self.inside_longitude, self.inside_latitude)


class FullOutline(models.Model):
    """The whole outline as the source gave it, repaired where it was not sound: WKB in WGS 84. Only where a map shows fewer points."""

    boundary = models.OneToOneField(AreaBoundary, on_delete=models.CASCADE, related_name="full")
    shape = models.BinaryField()


class NamePolicy(models.Model):
    """Which names of an area the pages of a process show, and in which order. No name is ever the only one on file.

    `order` is a list of `reader` (the reader's language), `local`, `official`, `romanised` or a language code; the first
    `count` different names found in this order are shown side by side.
    """

    process = models.OneToOneField(Process, on_delete=models.CASCADE, related_name="name_policy")
    order = models.JSONField(default=list)
    count = models.PositiveSmallIntegerField(_("names shown side by side"), default=2)
