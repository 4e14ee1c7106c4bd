"""`wayhome user add|password|list|close|open`: the accounts of the installation, from its own machine."""

from __future__ import annotations

import getpass
import sys
from typing import Any

import click

from wayhome.commands.django_ready import start

ROLES = ["reader", "case_worker", "editor", "process_lead", "dpo", "administrator"]


@click.group(name="user", help="People who log in.")
def command() -> None:
    start()


def _actor() -> Any:
    """Who is at the keyboard, as far as the system knows; the log keeps the name."""
    from wayhome.core.actors import Actor

    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # no name for this user id
        name = "?"
    return Actor(None, f"command line ({name})", "cli")


def _user(email: str) -> Any:
    from wayhome.accounts.models import User

    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise click.ClickException(f"No account has the e-mail {email}. `wayhome user list` shows them.")
    return user


def _checked(password: str, user: Any) -> str:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password, user)
    except ValidationError as error:
        raise click.ClickException("The password is not accepted. " + " ".join(error.messages)) from error
    return password


def _stdin_password() -> str:
    password = sys.stdin.readline().rstrip("\n")
    if not password:
        raise click.ClickException("No password on standard input.")
    return password


@command.command(help="Make an account. Prints a link with which the person sets a password, unless one comes on standard input.")
@click.argument("email")
@click.option("--name", required=True, help="Full name, as the pages show it.")
@click.option("--process", "slug", help="Short name of a process to make the person a member of.")
@click.option("--role", type=click.Choice(ROLES), default="reader", show_default=True, help="Role in that process.")
@click.option("--administrator", is_flag=True, help="Runs the installation: sees the log of accounts.")
@click.option("--password-stdin", is_flag=True, help="Take the password from the first line of standard input.")
def add(*, email: str, name: str, slug: str | None, role: str, administrator: bool, password_stdin: bool) -> None:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.db import transaction

    from wayhome.accounts import actions
    from wayhome.accounts.models import Process, User
    from wayhome.accounts.roles import Role
    from wayhome.core.errors import WayhomeError

    try:
        validate_email(email)
    except ValidationError as error:
        raise click.ClickException(f"{email} is not an e-mail address.") from error
    process = Process.objects.filter(slug=slug).first() if slug else None
    if slug and process is None:
        raise click.ClickException(f"There is no process {slug}. `wayhome process list` shows them.")
    password = _checked(_stdin_password(), User(email=email, full_name=name)) if password_stdin else None
    try:
        with transaction.atomic():
            user = actions.create_user(actor=_actor(), email=email, name=name, administrator=administrator, password=password)
            if process is not None:
                actions.add_member(actor=_actor(), process=process, user=user, role=Role(role))
    except WayhomeError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Account {user.email} made." + (f" {Role(role).label} of {process.name}." if process else ""))
    if password is None:
        click.echo(f"Link to set the password, for this person alone:\n{actions.password_url(user)}")


@command.command(help="Set a password from standard input, or print a link with which the person sets one.")
@click.argument("email")
@click.option("--stdin", "from_stdin", is_flag=True, help="Take the password from the first line of standard input.")
def password(email: str, from_stdin: bool) -> None:
    from wayhome.accounts import actions

    user = _user(email)
    if from_stdin:
        actions.set_password(actor=_actor(), user=user, password=_checked(_stdin_password(), user))
        click.echo(f"Password of {user.email} set; every session of this account has ended.")
    else:
        click.echo(f"Link to set the password, for this person alone:\n{actions.password_url(user)}")


@command.command(name="list", help="Every account: e-mail, name, open or closed, second factor, processes with roles.")
def list_users() -> None:
    from wayhome.accounts.queries import accounts

    for user in accounts():
        factor = "second factor" if user.second_factor else "password only"
        marks = ["open" if user.is_active else "closed", factor if user.has_usable_password() else "no password yet"]
        if user.is_administrator:
            marks.append("administrator of the installation")
        held = ", ".join(f"{m.process.slug}: {m.role}" for m in user.memberships.all()) or "no process"
        click.echo(f"{user.email}\t{user.full_name}\t{', '.join(marks)}\t{held}")


@command.command(help="Close an account: the person can no longer log in; everything they did stays.")
@click.argument("email")
def close(email: str) -> None:
    from wayhome.accounts import actions

    user = _user(email)
    actions.set_active(actor=_actor(), user=user, active=False)
    click.echo(f"Account {user.email} closed.")


@command.command(name="open", help="Open a closed account again.")
@click.argument("email")
def open_account(email: str) -> None:
    from wayhome.accounts import actions

    user = _user(email)
    actions.set_active(actor=_actor(), user=user, active=True)
    click.echo(f"Account {user.email} open.")


@command.command(
    name="unlock", help="Lift the lock that follows wrong passwords, and with --second-factor remove a lost second factor."
)
@click.argument("email")
@click.option("--second-factor", is_flag=True, help="Remove every second factor of the account; the person sets up a new one.")
def unlock(email: str, second_factor: bool) -> None:
    from axes.utils import reset

    from wayhome.accounts import actions

    user = _user(email)
    lifted = reset(username=user.email)
    click.echo(f"{lifted} records of wrong passwords removed for {user.email}.")
    if second_factor:
        removed = actions.remove_second_factors(actor=_actor(), user=user)
        click.echo(f"{removed} second factors removed.")
