"""People who log in, processes (the unit of scope), roles in a process, and elevated access for a limited time."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.roles import Role


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user; the e-mail is the log-in."""
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who logs in. What they may do comes from memberships; `is_administrator` runs the installation."""

    email = models.EmailField(_("e-mail"), unique=True)
    full_name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=8, blank=True)
    theme = models.CharField(
        _("theme"),
        max_length=5,
        default="auto",
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_administrator = models.BooleanField(_("administrator of the installation"), default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.full_name or self.email

    @property
    def initials(self) -> str:
        """Up to two letters for the narrow top bar."""
        words = self.get_full_name().split()
        return "".join(word[0] for word in words[:2]).upper()


class ProcessQuerySet(models.QuerySet["Process"]):
    def visible_to(self, user: Any) -> ProcessQuerySet:
        """Processes in which the user holds a role today; elevated access that runs counts."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        now = timezone.now()
        held = Membership.objects.filter(user=user).values("process_id")
        raised = Elevation.objects.running(now).filter(user=user).values("process_id")
        return self.filter(Q(pk__in=held) | Q(pk__in=raised))


class Process(models.Model):
    """One community's way home: the unit of scope. Nobody sees a process in which they hold no role."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("working language"), max_length=8, default="en")
    calendar = models.CharField(
        _("holiday calendar"), max_length=20, blank=True, help_text=_("ISO country code, with subdivision: CH or CH-GE")
    )
    answer_days = models.PositiveSmallIntegerField(_("working days to answer by own request"), default=30)
    soon_days = models.PositiveSmallIntegerField(_("days before a deadline that count as due soon"), default=7)
    long_overdue_days = models.PositiveSmallIntegerField(_("days after a deadline that count as long overdue"), default=90)
    public = models.BooleanField(_("public timeline"), default=False)
    public_lede = models.TextField(_("words at the head of the public timeline"), blank=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProcessQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role of a user in a process."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "process"], name="one_role_each_process")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class ElevationQuerySet(models.QuerySet["Elevation"]):
    def running(self, now: Any = None) -> ElevationQuerySet:
        """Elevations that hold at `now`."""
        now = now or timezone.now()
        return self.filter(starts_at__lte=now, ends_at__gt=now, ended_at__isnull=True)


class Elevation(models.Model):
    """A higher role for a limited time, with a reason, granted by another person, ended early or by the clock.

    Asked for (nobody has granted it yet: no start, no end), then granted or declined. Granting may also be the first step.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="elevations")
    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="elevations")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    reason = models.CharField(_("reason"), max_length=300)
    hours = models.PositiveSmallIntegerField(_("hours"), default=1)
    requested_at = models.DateTimeField(default=timezone.now)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    objects = ElevationQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="elevation_ends_after_start"),
            models.CheckConstraint(condition=~Q(granted_by=models.F("user")), name="elevation_granted_by_another"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(starts_at__isnull=False, ends_at__isnull=False, granted_by__isnull=False, declined_at__isnull=True),
                name="elevation_runs_only_when_granted",
            ),
        ]

    @property
    def state(self) -> str:
        """asked, declined, running, ended (before its time) or over (by the clock), at this moment."""
        if self.declined_at:
            return "declined"
        if self.starts_at is None or self.ends_at is None:
            return "asked"
        if self.ended_at:
            return "ended"
        return "running" if self.ends_at > timezone.now() else "over"
