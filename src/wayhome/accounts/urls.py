"""Routes of the account pages that allauth does not bring."""

from django.urls import path

from wayhome.accounts import views

urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
]
