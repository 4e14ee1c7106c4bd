"""`wayhome ...`: the product's actions and engines from a shell. Each subcommand is the `command` of a module of its own."""

from __future__ import annotations

import importlib
from typing import Any

import click

# What `wayhome --help` says of each, without loading it. `wayhome NAME` is `command` in `wayhome.commands.NAME`.
COMMANDS = {
    "audit": "Check the audit log.",
    "demo": "Load the invented demo process and serve it.",
    "gazetteer": "Bring areas and their names in from files.",
    "generate": "Make invented people for the demo, benchmarks and training.",
    "keys": "Keep the keys of sealed values.",
    "link": "Find records of one person in lists of people, across scripts.",
    "mail": "Take mail in from a mail box or from files.",
    "docket": "Take a whole docket out as one file, or bring one in.",
    "messages": "Collect the interface's words for translation.",
    "plan": "Plan returns: which works start when, who can go home when.",
    "process": "Make and list processes.",
    "read": "Find asks, commitments, silences and events in documents.",
    "registry": "Bring lists of people in, and take them back.",
    "remind": "Send the reminders that are due.",
    "serve": "Serve the pages.",
    "user": "Make and list accounts, set passwords.",
}


class LazyGroup(click.Group):
    """A group whose subcommands are imported when they are called: `wayhome read` loads no Django, `--help` loads nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"wayhome.commands.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="wayhome", prog_name="wayhome")
def main(**_: Any) -> None:
    """From the letter that asks to the family that is home."""


if __name__ == "__main__":
    main()
