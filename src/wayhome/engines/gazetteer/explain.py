"""Reasons in words: the English sentence of each code. A program that shows other languages translates by code and params."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: dict[str, str] = {
    "exact_name": "the same name: {name}",
    "former_name": "former name {name}, until {until}",
    "former_name_undated": "former name: {name}",
    "other_name": "another spelling on file: {name}",
    "other_script": "the same name in another script: {name}",
    "same_sound": "sounds the same: {name}",
    "one_letter": "one letter differs from {name}",
    "letters": "{n} letters differ from {name}",
    "spelling": "the spelling is close to {name}",
    "lookalike": "letters of another script that look alike",
    "inflected": "an ending was taken off: {stem}",
    "abbreviated": "a word was shortened: {word}",
    "word_order": "the words stand in another order",
    "qualifier_missing": "{name} has a word that is not written: {word}",
    "qualifier_extra": "{word} is written and not part of {name}",
    "qualifier_differs": "{word} is written where the name has {other}",
    "parent_named": "{text} is named too and lies above it",
    "parent_differs": "{text} is named and does not lie above it",
    "words_left": "not used: {text}",
    "kind_said": "the words say what kind of place it is",
    "kind_differs": "the words say another kind of place",
    "larger": "the largest of those with this name: {population} people",
    "shared": "{n} places on file have this name",
}


def sentence(code: str, params: Mapping[str, str | int]) -> str:
    """The reason as an English sentence without a full stop.

    Raises: KeyError for a code that is not in the table, or a parameter that is missing.
    """
    return SENTENCES[code].format(**params)
