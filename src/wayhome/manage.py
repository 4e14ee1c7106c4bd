"""Django's own commands: `python -m wayhome.manage migrate`. The product's commands are `wayhome ...`."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wayhome.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
