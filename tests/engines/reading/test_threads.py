from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.reading.threads import Incoming, OnFile, earlier
from wayhome.engines.reading.types import Communication

FORUM, MINISTRY = "Highland Families' Forum", "Ministry of Return of Kestria"
LETTER = OnFile(1, "<a1@forum.example>", "letter", "2020-03-11", ("HF/12/2020",), "List of houses", (FORUM,), (MINISTRY,))
OTHER = OnFile(2, "<b2@forum.example>", "letter", "2020-05-02", ("HF/19/2020",), "Wells", (FORUM,), ("Mayor of Brennsund",))
FILE = [LETTER, OTHER]


def mention(text: str, quote: str, date: str, senders: tuple[str, ...] = (), recipients: tuple[str, ...] = ()) -> Communication:
    start = text.index(quote)
    return Communication(senders, recipients, date, "letter", False, None, "unknown", start, start + len(quote))


def test_a_mail_names_what_it_answers() -> None:
    (link,) = earlier(Incoming("Thank you.", in_reply_to="<A1@forum.example>", date="2020-04-01"), FILE)
    assert (link.key, link.certain, [r.code for r in link.reasons]) == (1, True, ["in_reply_to"])


def test_a_thread_names_every_part_the_answered_first() -> None:
    incoming = Incoming("Yes.", in_reply_to="<b2@forum.example>", references=("<a1@forum.example>", "<b2@forum.example>"))
    assert [(link.key, link.reasons[0].code) for link in earlier(incoming, FILE)] == [(2, "in_reply_to"), (1, "references")]


def test_a_reference_number_is_found_however_it_is_written() -> None:
    (link,) = earlier(
        Incoming("With regard to your letter No. HF 12-2020 or HF/12/2020, the Ministry regrets.", date="2020-06-01"), FILE
    )
    assert link.key == 1
    assert "number" in {reason.code for reason in link.reasons}


def test_date_and_parties_in_the_text_tell() -> None:
    text = "Your letter of 11 March 2020 was read with care."
    incoming = Incoming(
        text,
        date="2020-04-02",
        senders=(MINISTRY,),
        recipients=(FORUM,),
        communications=(mention(text, "Your letter of 11 March 2020", "2020-03-11", (FORUM,), (MINISTRY,)),),
    )
    links = earlier(incoming, FILE)
    assert links[0].key == 1
    assert {"mention", "parties", "reply_of_parties"} <= {reason.code for reason in links[0].reasons}
    assert str(links[0].reasons[0]) == "speaks of “Your letter of 11 March 2020”"


def test_another_sender_on_the_same_day_is_not_meant() -> None:
    text = "The Mayor's letter of 11 March 2020 was read."
    incoming = Incoming(text, communications=(mention(text, "letter of 11 March 2020", "2020-03-11", ("Mayor of Brennsund",)),))
    assert earlier(incoming, FILE) == ()


def test_nothing_later_and_not_itself() -> None:
    assert earlier(Incoming("HF/19/2020", date="2020-04-01"), [OTHER]) == ()
    assert earlier(Incoming("again", message_id="<a1@forum.example>", references=("<a1@forum.example>",)), [LETTER]) == ()


def test_a_subject_alone_is_a_hint() -> None:
    (link,) = earlier(Incoming("We have no list.", subject="Re: RE: list of  houses"), FILE)
    assert (link.key, link.certain) == (1, False)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.text(max_size=30), st.text(max_size=30))
def test_any_mail_is_looked_at(text: str, subject: str, header: str) -> None:
    for link in earlier(Incoming(text, subject=subject, in_reply_to=header, references=(header,), date="2021-01-01"), FILE):
        assert 0 < link.score <= 1
        assert all(str(reason) for reason in link.reasons)
