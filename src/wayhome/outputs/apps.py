from django.apps import AppConfig


class OutputsConfig(AppConfig):
    name = "wayhome.outputs"
    label = "outputs"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from wayhome.core import audit_words

        audit_words.register(
            {
                "letter.started": _("Letter begun"),
                "letter.saved": _("Letter saved"),
                "letter.state": _("State of a letter"),
                "letter.sent": _("Letter sent"),
                "timeline.published": _("Entry of the timeline published"),
                "timeline.held_back": _("Entry of the timeline held back"),
                "timeline.redacted": _("Words withheld from the public"),
                "timeline.unredacted": _("Withheld words shown again"),
                "timeline.opened": _("Public timeline opened"),
                "timeline.closed": _("Public timeline closed"),
                "exchange.taken_out": _("Docket taken out"),
                "exchange.view_taken_out": _("Part of the docket taken out"),
                "exchange.brought_in": _("Docket brought in"),
            },
            details={
                "of": _("Entry"),
                "published": _("published"),
                "embargo_until": _("embargo until"),
                "show_document": _("whole text is public"),
                "passages": _("Passages"),
                "reason": _("Reason"),
            },
        )
