"""Routes of the next letters, under `/p/<slug>/outputs/letters/`."""

from django.urls import URLPattern, path

from wayhome.outputs.views import drafting, letters

urlpatterns: list[URLPattern] = [
    path("", letters.next_letters, name="next_letters"),
    path("new/", letters.letter_new, name="letter_new"),
    path("<int:number>/", letters.letter, name="letter"),
    path("<int:number>/edit/", drafting.letter_edit, name="letter_edit"),
    path("<int:number>/preview/", drafting.letter_preview, name="letter_preview"),
    path("<int:number>/compose/", drafting.letter_compose, name="letter_compose"),
    path("<int:number>/step/", letters.letter_step, name="letter_step"),
    path("<int:number>/send/", letters.letter_send, name="letter_send"),
    path("<int:number>/send-again/", letters.letter_again, name="letter_again"),
    path("<int:number>/compare/", letters.letter_compare, name="letter_compare"),
    path("<int:number>/letter.pdf", letters.letter_pdf, name="letter_pdf"),
    path("<int:number>/letter.docx", letters.letter_docx, name="letter_docx"),
]
