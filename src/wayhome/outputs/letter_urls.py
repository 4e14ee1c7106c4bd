"""Routes of the next letters, under `/p/<slug>/outputs/letters/`."""

from django.urls import URLPattern, path

from wayhome.outputs.views import drafting, letters

urlpatterns: list[URLPattern] = [
    path("", letters.next_letters, name="next_letters"),
    path("new/", letters.letter_new, name="letter_new"),
    path("<int:number>/", letters.letter, name="next_letter"),
    path("<int:number>/edit/", drafting.letter_edit, name="next_letter_edit"),
    path("<int:number>/preview/", drafting.letter_preview, name="next_letter_preview"),
    path("<int:number>/compose/", drafting.letter_compose, name="next_letter_compose"),
    path("<int:number>/asks/", drafting.letter_asks, name="next_letter_asks"),
    path("<int:number>/step/", letters.letter_step, name="next_letter_step"),
    path("<int:number>/send/", letters.letter_send, name="next_letter_send"),
    path("<int:number>/send-again/", letters.letter_again, name="next_letter_again"),
    path("<int:number>/compare/", letters.letter_compare, name="next_letter_compare"),
    path("<int:number>/letter.pdf", letters.letter_pdf, name="next_letter_pdf"),
    path("<int:number>/letter.docx", letters.letter_docx, name="next_letter_docx"),
]
