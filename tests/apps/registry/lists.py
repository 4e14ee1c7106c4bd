"""Lists for the tests of imports: written as files, brought in by the product's own steps."""

from __future__ import annotations

import io
from typing import Any

from wayhome.core.actors import SYSTEM
from wayhome.registry.actions import import_work, importing
from wayhome.registry.models import Import

HEAD = "No,Household No,Family name,Given name,Sex,Date of birth,Relation,Document number,Village of origin,Phone,Specific needs,Remarks"


def text(count: int, *more: str, first: int = 1) -> str:
    """`count` good rows, four people a household, then the rows of `more`."""
    rows = []
    for number in range(first, first + count):
        house, place = divmod(number - 1, 4)
        relation = ("head", "wife", "son", "daughter")[place]
        born = f"{12 + place}.05.{1960 + place if place < 2 else 1990 + place}"
        letters = "".join(chr(97 + int(digit)) for digit in str(number))
        rows.append(
            f"{number},H{house + 1},Dorvan{letters},Mira{letters},{'mffm'[place]},{born},{relation},LV{number:06d},Upper Lirva,"
            f"+99911{number:06d},{'DS' if number % 10 == 0 else ''},{'baker' if number % 5 == 0 else ''}"
        )
    return "\n".join([HEAD, *rows, *more]) + "\n"


def uploaded(
    process: Any, content: str | bytes, *, list_name: str = "Lirva list", name: str = "list.csv", actor=SYSTEM
) -> Import:
    data = content.encode() if isinstance(content, str) else content
    return importing.upload(process=process, actor=actor, name=name, stream=io.BytesIO(data), list_name=list_name)


def checked(process: Any, content: str | bytes, **more: Any) -> Import:
    source = uploaded(process, content, **more)
    importing.begin(source, Import.State.CHECKING)
    assert import_work.check_now(source.pk) == Import.State.READY, Import.objects.get(pk=source.pk).problem
    source.refresh_from_db()
    return source


def brought_in(process: Any, content: str | bytes, *, chunk_rows: int = 20_000, **more: Any) -> Import:
    source = checked(process, content, **more)
    importing.begin(source, Import.State.COMMITTING)
    assert import_work.commit_now(source.pk, chunk_rows=chunk_rows) == Import.State.DONE
    source.refresh_from_db()
    return source
