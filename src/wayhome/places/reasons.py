"""The matcher's reasons in the reader's language. Every code of the engine stands here; a test compares the two."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wayhome.engines.gazetteer import Reason

SENTENCES = {
    "exact_name": _("the same name: %(name)s"),
    "former_name": _("former name %(name)s, until %(until)s"),
    "former_name_undated": _("former name: %(name)s"),
    "other_name": _("another spelling on file: %(name)s"),
    "other_script": _("the same name in another script: %(name)s"),
    "same_sound": _("sounds the same: %(name)s"),
    "one_letter": _("one letter differs from %(name)s"),
    "letters": _("%(n)s letters differ from %(name)s"),
    "spelling": _("the spelling is close to %(name)s"),
    "lookalike": _("letters of another script that look alike"),
    "inflected": _("an ending was taken off: %(stem)s"),
    "abbreviated": _("a word was shortened: %(word)s"),
    "word_order": _("the words stand in another order"),
    "qualifier_missing": _("%(name)s has a word that is not written: %(word)s"),
    "qualifier_extra": _("“%(word)s” is written and not part of %(name)s"),
    "qualifier_differs": _("“%(word)s” is written where the name has “%(other)s”"),
    "parent_named": _("“%(text)s” is named too and lies above it"),
    "parent_differs": _("“%(text)s” is named and does not lie above it"),
    "words_left": _("not used: %(text)s"),
    "kind_said": _("the words say what kind of place it is"),
    "kind_differs": _("the words say another kind of place"),
    "larger": _("the largest of those with this name: %(population)s people"),
    "shared": _("%(n)s areas on file have this name"),
}
BANDS = {
    "certain": (_("Certain"), "ok"),
    "likely": (_("Likely"), "wait"),
    "ambiguous": (_("Ambiguous"), "soon"),
    "none": (_("Nothing near"), "still"),
}


def in_words(reason: Reason) -> str:
    """A reason as a sentence without a full stop."""
    return str(SENTENCES[reason.code]) % reason.params
