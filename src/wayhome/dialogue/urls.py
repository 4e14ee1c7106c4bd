"""Routes of the dialogue room, under `/p/<slug>/dialogue/`."""

from django.urls import URLPattern, path

from wayhome.dialogue.views import (
    asks,
    calendar,
    commitments,
    docket,
    documents,
    inbox,
    ladders,
    letters,
    links,
    parties,
    replies,
    review,
    search,
)

urlpatterns: list[URLPattern] = [
    # the docket
    path("docket/", docket.docket, name="docket"),
    path("docket/export.csv", docket.export, name="docket_export"),
    path("docket/step/", docket.bulk, name="docket_bulk"),
    path("docket/asks/new/", asks.ask_new, name="ask_new"),
    path("docket/asks/<int:number>/", asks.ask, name="ask"),
    path("docket/asks/<int:number>/ladder/", ladders.ask_ladder, name="ask_ladder"),
    path("docket/asks/<int:number>/steps/<slug:step>/", asks.ask_step, name="ask_step"),
    path("docket/evidence/<int:pk>/judge/", asks.evidence_judge, name="evidence_judge"),
    path("commitments/", commitments.commitments, name="commitments"),
    path("commitments/new/", commitments.commitment_new, name="commitment_new"),
    path("commitments/<int:number>/", commitments.commitment, name="commitment"),
    path("commitments/<int:number>/steps/<slug:step>/", commitments.commitment_step, name="commitment_step"),
    path("commitments/instruments/", commitments.instruments, name="instruments"),
    path("search/", search.search, name="search"),
    # replies, the inbox, outside links
    path("inbox/replies/new/", replies.reply_new, name="reply_new"),
    path("inbox/replies/<int:number>/", replies.reply_link, name="reply_link"),
    path("inbox/replies/<int:number>/undo/", replies.reply_undo, name="reply_undo"),
    path("inbox/replies/<int:number>/aside/", replies.reply_aside, name="reply_aside"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.incoming, name="incoming"),
    path("inbox/<int:pk>/aside/", inbox.incoming_aside, name="incoming_aside"),
    path("links/", links.links, name="links"),
    path("links/new/", links.link_new, name="link_new"),
    path("links/<uuid:uid>/", links.link, name="link"),
    path("links/<uuid:uid>/revoke/", links.link_revoke, name="link_revoke"),
    path("docket/calendar/", calendar.feeds, name="calendar_feeds"),
    path("ladder/", ladders.process_ladder, name="process_ladder"),
    # documents
    path("letters/documents/", documents.listing, name="documents"),
    path("letters/documents/add/", documents.add, name="add_document"),
    path("letters/documents/<int:number>/status/", documents.status, name="document_status"),
    path("letters/documents/<int:number>/file/", documents.original, name="document_file"),
    path("letters/documents/<int:number>/read/", documents.read_again, name="document_read"),
    path("letters/documents/<int:number>/restrict/", documents.restrict, name="document_restrict"),
    # letters
    path("letters/", letters.listing, name="letters"),
    path("letters/<int:number>/", letters.letter, name="letter"),
    path("letters/<int:number>/edit/", letters.edit, name="letter_edit"),
    path("letters/<int:number>/delivery/", letters.log_delivery, name="letter_delivery"),
    # review
    path("review/", review.queue, name="review_queue"),
    path("review/<int:number>/", review.review, name="review"),
    path("review/<int:number>/decide/", review.decide, name="review_decide"),
    path("review/<int:number>/add/", review.add, name="review_add"),
    path("review/<int:number>/undo/", review.undo, name="review_undo"),
    path("review/<int:number>/likely/", review.likely, name="review_likely"),
    # parties
    path("parties/", parties.listing, name="parties"),
    path("parties/add/", parties.add, name="party_add"),
    path("parties/<int:pk>/", parties.party, name="party"),
    path("parties/<int:pk>/edit/", parties.edit, name="party_edit"),
    path("parties/<int:pk>/names/", parties.add_name, name="party_add_name"),
    path("parties/<int:pk>/names/<int:name>/remove/", parties.remove_name, name="party_remove_name"),
    path("parties/<int:pk>/merge/", parties.merge, name="party_merge"),
    path("parties/<int:pk>/unmerge/<int:merge>/", parties.unmerge, name="party_unmerge"),
]
