"""Tables of answers that were brought in: which file, how its columns were read, what was wrong with which row."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered
from wayhome.registry.models.waves import Wave


class WaveTable(Numbered):
    """A table of answers. `cells` holds its rows while they are checked and is emptied when they are in.

    `mapping` names the column of each field; `issues` lists row, field, column, value, problem and remedy.
    """

    prefix = "T"

    class State(models.TextChoices):
        CHECKED = "checked", _("Checked, nothing brought in yet")
        DONE = "done", _("Brought in")
        DROPPED = "dropped", _("Given up")

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="tables")
    file_name = models.CharField(_("file"), max_length=250)
    digest = models.CharField(max_length=64)
    titles = models.JSONField(default=list)
    cells = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    issues = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    state = models.CharField(max_length=7, choices=State.choices, default=State.CHECKED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="wave_table_number")]
