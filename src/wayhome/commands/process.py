"""`wayhome process add|list`: the processes of the installation."""

from __future__ import annotations

import re

import click

from wayhome.commands.django_ready import start


@click.group(name="process", help="Processes: one community's way home each.")
def command() -> None:
    start()


@command.command(help="Make a process. SLUG is its short name in addresses: small letters, digits, hyphens.")
@click.argument("slug")
@click.option("--name", required=True, help="Name, as the pages show it.")
@click.option("--lead", "lead_email", help="E-mail of an existing account that becomes its lead.")
@click.option("--language", default="en", show_default=True, help="Working language.")
@click.option("--calendar", default="", help="Public holidays: ISO country code, with subdivision if wanted (CH or CH-GE).")
def add(slug: str, name: str, lead_email: str | None, language: str, calendar: str) -> None:
    from django.conf import settings

    from wayhome.accounts import actions
    from wayhome.accounts.forms import calendar_problem
    from wayhome.commands.user import _actor, _user
    from wayhome.core.errors import WayhomeError

    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,49}", slug):
        raise click.ClickException(f"{slug} is no short name: small letters, digits and hyphens, 50 at most.")
    if language not in dict(settings.LANGUAGES):
        raise click.ClickException(f"{language} is none of {', '.join(dict(settings.LANGUAGES))}.")
    if problem := calendar_problem(calendar.upper()):
        raise click.ClickException(str(problem))
    lead = _user(lead_email) if lead_email else None
    try:
        process = actions.create_process(
            actor=_actor(), slug=slug, name=name, language=language, calendar=calendar.upper(), lead=lead
        )
    except WayhomeError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Process {process.slug} made.")
    if lead is None:
        click.echo(f"It has no lead yet: wayhome user add EMAIL --name NAME --process {slug} --role process_lead")


@command.command(name="list", help="Every process: short name, name, members, whether it has a public timeline.")
def list_processes() -> None:
    from wayhome.accounts.queries import processes

    for process in processes():
        public = "public timeline" if process.public else "not public"
        click.echo(f"{process.slug}\t{process.name}\t{process.members} members\t{public}")
