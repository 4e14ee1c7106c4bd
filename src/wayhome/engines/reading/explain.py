"""Say in words why a passage was taken for an ask, a commitment or a silence."""

from __future__ import annotations

_CLASSES = {
    "request": "a verb of request",
    "demand": "a verb of demand",
    "propose": "a verb of proposal",
    "order": "a verb of instruction",
    "seek": "a verb of wanting",
    "hope": "an expectation put to a party",
    "wonder": "a wish to know whether",
    "thank": "thanks in advance",
    "necessity": "a necessity",
    "request_noun": "a noun of request",
    "help": "a plea for help",
    "promise": "a verb of promise",
    "promise_noun": "a noun of promise",
    "agree": "a verb of agreement",
    "sign": "an instrument signed or adopted",
    "agree_noun": "a noun of agreement",
    "ready": "readiness",
    "oblige": "an obligation",
    "duty": "a noun of duty",
    "breach": "a duty kept or broken",
    "refuse": "a verb of refusal",
    "deny": "a verb of denial",
    "object": "an objection",
    "fail": "a failure to act",
    "ignore": "a matter left aside",
    "reply": "a verb of reply",
    "reply_noun": "a noun of reply",
    "refuse_noun": "a noun of refusal or silence",
    "silent": "a word of silence",
    "await": "waiting",
    "give": "a verb of giving",
    "instrument": "an instrument named",
    "action_noun": "an action named",
    "speech": "a verb of speech",
    "act": "a verb of action",
    "message": "a communication named",
}
_TAGS = {
    "tag=Inf": "an infinitive",
    "tag=Bare": "an imperative or bare form",
    "tag=Imp": "an imperative",
    "tag=Mod": "a modal",
    "tag=Cnd": "a conditional",
}
_WORDS = (
    ("neg=True", "negated"),
    ("gneg", "under a negation"),
    ("operative", "an operative paragraph"),
    ("question", "a question"),
    ("polite", "a polite form"),
)


def explain(kind: str, features: list[str], language: str) -> str:
    """One line from the features that weighed most; the raw names follow in brackets for whoever wants to check."""
    said: list[str] = []
    for feature in features:
        parts = feature.split("|")
        for part in parts:
            key, _, value = part.partition("=")
            name = _CLASSES.get(value.split(":")[-1]) if key in ("c", "g", "gg", "has", "in") else _TAGS.get(part)
            if name and name not in said:
                said.append(name)
        for mark, word in _WORDS:
            if any(p.startswith(mark) for p in parts) and word not in said:
                said.append(word)
    what = {"asks": "ask", "commitments": "commitment", "silences": "silence"}[kind]
    return f"{what} ({language}): {'; '.join(said) or 'the form of the clause'} [{', '.join(features)}]"
