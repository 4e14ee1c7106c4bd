"""Plain text of a letter: what the filed document's passages refer to, and the body of the e-mail."""

from __future__ import annotations

from wayhome.outputs.rendering.sheet import Sheet

_ISOLATES = str.maketrans("", "", "\u2068\u2069")


def plain(sheet: Sheet) -> str:
    """Blocks parted by blank lines, in the order in which they stand on paper; the table as one block for each row."""
    head = [
        "\n".join([sheet.sender, *sheet.sender_lines]),
        "\n".join(
            filter(None, [f"{sheet.reference_label}{sheet.colon} {sheet.reference}" if sheet.reference else "", sheet.dateline])
        ),
        "\n".join([f"{sheet.to_label}{sheet.colon} {sheet.addressee}", *sheet.addressee_lines]),
        "\n".join(f"{sheet.copy_label}{sheet.colon} {name}" for name in sheet.copies),
        f"{sheet.subject_label}{sheet.colon} {sheet.subject}",
        sheet.salutation,
    ]
    body = ["\n".join(paragraph) for paragraph in sheet.paragraphs]
    foot = [sheet.closing, "\n".join(filter(None, [sheet.signatory, sheet.signatory_title]))]
    table = []
    if sheet.rows:
        table.append(f"{sheet.enclosure_label}{sheet.colon} {sheet.enclosure_title}")
        for row in sheet.rows:
            table.append(
                "\n".join(f"{name}{sheet.colon} {'; '.join(cell.lines)}" for name, cell in zip(sheet.columns, row, strict=True))
            )
    return "\n\n".join(block for block in [*head, *body, *foot, *table] if block.strip()).translate(_ISOLATES)
