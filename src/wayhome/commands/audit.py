"""`wayhome audit verify`: walk the hash chain and name every entry that was altered, removed or moved."""

from __future__ import annotations

import sys

import click

from wayhome.commands.django_ready import start


@click.group(name="audit", help="The audit log.")
def command() -> None:
    start()


@command.command(help="Check the whole chain. Exit status 0 when it is whole, 1 when not.")
@click.option("--from", "first", type=click.IntRange(min=1), default=1, help="First entry to check.")
@click.option("--expect", default="", help="A digest noted earlier as N:DIGEST; the entry N must still have it.")
def verify(first: int, expect: str) -> None:
    from wayhome.core import audit
    from wayhome.core.models import AuditEntry, AuditHead

    faults = list(audit.verify(first))
    if expect:
        number, _, digest = expect.partition(":")
        if not AuditEntry.objects.filter(seq=number if number.isdigit() else -1, digest=digest).exists():
            faults.append(audit.Fault(int(number) if number.isdigit() else 0, "replaced: does not have the digest noted earlier"))
    for fault in faults:
        click.echo(f"entry {fault.seq}: {fault.problem}")
    head = AuditHead.objects.filter(id=1).first()
    if faults:
        click.echo(f"{len(faults)} faults found. Keep a copy of the database and compare it with the last backup.")
        sys.exit(1)
    count = head.seq - first + 1 if head else 0
    click.echo(f"{max(count, 0)} entries checked, none altered, removed or moved.")
    if head:
        click.echo(
            f"Note this elsewhere; later, `wayhome audit verify --expect` proves that nothing before it was rewritten:\n{head.seq}:{head.digest}"
        )
