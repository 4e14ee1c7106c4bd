"""Routes of the account pages.

Those that allauth brings are named one by one: whatever it offers beyond them (sign-up, e-mail addresses, telephone, codes by
mail, passkeys without a password) has no address here. Those that change an account are atomic, with the entry in the audit log.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.db.transaction import atomic
from django.urls import path, re_path

from wayhome.accounts import views, views_audit

urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    path("entrance/", views.entrance_preferences, name="entrance_preferences"),
    path("audit/", views_audit.installation_log, name="installation_audit"),
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", atomic(account.password_change), name="account_change_password"),
    path("password/set/", atomic(account.password_set), name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        atomic(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("mfa/", mfa.index, name="mfa_index"),
    path("mfa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("mfa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("mfa/totp/activate/", atomic(totp.activate_totp), name="mfa_activate_totp"),
    path("mfa/totp/deactivate/", atomic(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("mfa/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("mfa/recovery-codes/generate/", atomic(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("mfa/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("mfa/webauthn/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("mfa/webauthn/add/", atomic(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("mfa/webauthn/reauthenticate/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("mfa/webauthn/keys/<int:pk>/remove/", atomic(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("mfa/webauthn/keys/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
]
