"""What the log calls the actions of accounts, members, elevated access and processes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "account.created": _("Account made"),
    "account.closed": _("Account closed"),
    "account.opened": _("Account opened again"),
    "account.logged_in": _("Logged in"),
    "account.logged_out": _("Logged out"),
    "account.login_failed": _("Log-in failed"),
    "account.locked_out": _("Log-in locked after wrong passwords"),
    "account.confirmed_again": _("Confirmed that it is the same person"),
    "account.password_changed": _("Password changed"),
    "account.password_reset": _("Password set through a link"),
    "account.second_factor_added": _("Second factor set up"),
    "account.second_factor_removed": _("Second factor removed"),
    "account.second_factor_failed": _("Wrong second factor"),
    "account.recovery_codes_made": _("New recovery codes made"),
    "audit.exported": _("Audit log downloaded"),
    "elevation.asked": _("Elevated access asked for"),
    "elevation.started": _("Elevated access granted"),
    "elevation.declined": _("Elevated access declined"),
    "elevation.ended": _("Elevated access ended early"),
    "member.added": _("Member added"),
    "member.link_made": _("New link to set a password"),
    "member.removed": _("Member removed"),
    "member.role_changed": _("Role changed"),
    "process.created": _("Process made"),
    "process.changed": _("Settings of the process changed"),
}
