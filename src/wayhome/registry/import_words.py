"""What is wrong with a file, a row or a cell, in words for a person: problem and remedy, by the engine's codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

_SAVE_ANEW = _("Open it in the spreadsheet program that made it, save it anew as XLSX or CSV, and give it again.")
_RIGHT_FILE = _("Check that it is the right file and that it was saved completely.")
_SPLIT = _("Split it into several files and bring them in one after the other under the same list name.")

FILES: dict[str, tuple[Any, Any]] = {
    "damaged": (_("The file is damaged and could not be opened."), _SAVE_ANEW),
    "empty_file": (_("The file is empty."), _RIGHT_FILE),
    "empty_sheet": (_("The sheet is empty."), _("Choose another sheet, or check that it is the right file.")),
    "encrypted": (
        _("The file is protected by a password."),
        _("Open it with its password, save it without one, and give it again."),
    ),
    "line_too_long": (_("A line of the file is longer than 8 million characters: this is no table of people."), _RIGHT_FILE),
    "no_sheet": (_("The workbook has no sheet with cells."), _RIGHT_FILE),
    "no_such_sheet": (_("The file has no sheet called “%(name)s”."), _("Choose one of its sheets.")),
    "not_a_table": (
        _("The file is neither a spreadsheet nor a text table."),
        _("Give an XLSX, XLS, ODS or CSV file. A list on paper or in a PDF has to be typed into a spreadsheet first."),
    ),
    "out_of_memory": (_("The file needs more memory than it may use and was given up."), _SPLIT),
    "took_too_long": (_("Reading the file took too long and was stopped."), _SPLIT),
    "too_large": (_("The file is larger than %(limit)s MB."), _SPLIT),
    "too_many_columns": (
        _("The sheet has %(columns)s columns; at most %(limit)s can be read."),
        _("Copy the columns that hold people's data into a new sheet and give that."),
    ),
    "too_many_rows": (_("The file has more than %(limit)s rows."), _SPLIT),
    "too_many_sheets": (
        _("The workbook has more than %(limit)s sheets."),
        _("Copy the sheets that hold the list into a new workbook."),
    ),
    "too_sparse": (
        _("The sheet reaches to row %(rows)s and over %(columns)s columns; it is too large to be laid out."),
        _("Delete the empty rows and columns at its end, or save the sheet as CSV."),
    ),
    "zip_bomb": (
        _("The file would unpack to far more than a list of people needs and was not unpacked."),
        _("Open it in a spreadsheet program and save the sheet that holds the list as CSV."),
    ),
}

_CORRECT = _("Correct the cell.")
_IN_FULL = _("Write the date in full, as 31.12.1989, or the year alone, or “about 60” for an age.")

ISSUES: dict[str, tuple[Any, Any]] = {
    # cells that cannot be read
    "no_name": (_("The row names nobody."), _("Write at least one name, or delete the row.")),
    "no_such_day": (_("There is no such day."), _IN_FULL),
    "not_a_date": (_("This is no date."), _IN_FULL),
    "ambiguous_number": (
        _("A number alone may be an age or the end of a year."),
        _("Write the whole year, or “about 60” for an age; or read the column as ages."),
    ),
    "out_of_range": (_("The year lies outside what this calendar and people's lives allow."), _IN_FULL),
    "calendar_unclear": (
        _("The year belongs to another calendar, and which one is not said."),
        _("Choose the calendar of this column on the page of the columns."),
    ),
    "future_date": (
        _("The date lies after the day the list speaks of (%(at)s)."),
        _("Correct the date, or the day of the list."),
    ),
    "too_old": (_("The date is more than %(years)s years back."), _CORRECT),
    "age_out_of_range": (_("Nobody is of this age."), _CORRECT),
    "not_an_age": (_("This is no age."), _("Write the age in whole years, or in months with the word for months.")),
    "unknown_word": (
        _("This word is not known for this column."),
        _("Say on the page of the columns what it means in this list, or use one of: %(allowed)s."),
    ),
    "unknown_code": (
        _("There is no such code of a specific need."),
        _("Use UNHCR's codes, as CR-CC or DS; several parted by commas."),
    ),
    "too_long": (
        _("The cell has %(length)s characters; %(most)s can be kept."),
        _("Shorten it, or check whether several cells ran together."),
    ),
    "formula_without_result": (
        _("The cell holds a formula without a stored result."),
        _("Open the file in a spreadsheet, let it calculate, save it; or write the value in place of the formula."),
    ),
    "formula_as_text": (_("The cell holds the text of a formula."), _("Write the value in place of the formula.")),
    "cell_error": (_("The cell holds an error of the spreadsheet."), _("Write the value in place of the error.")),
    "quote_broken": (
        _("A quotation mark in this row is never closed."),
        _("Correct the quotation marks; the rows after it were read."),
    ),
    "number_rounded": (
        _("A spreadsheet turned the number into a power of ten and lost its last digits."),
        _("Write the number again, in a cell formatted as text."),
    ),
    "displaced_before_birth": (
        _("The person was displaced before they were born (%(born)s)."),
        _("Correct the date of the displacement or of the birth."),
    ),
    "age_differs": (_("The age is not that of somebody born “%(born)s”; the birth date was taken."), _("Look at both cells.")),
    "not_a_phone": (_("This is no telephone number; it is kept as written."), _CORRECT),
    "not_a_size": (_("This is no number of people."), _CORRECT),
    "name_mixed_scripts": (_("One word of the name mixes letters of two scripts; it is kept as written."), _CORRECT),
    "name_digits": (_("The name holds digits; it is kept as written."), _CORRECT),
    "name_signs": (_("The name holds signs that names do not have; it is kept as written."), _CORRECT),
    # rows that contradict each other
    "duplicate_id": (
        _("The number is used already in row %(first)s of the file."),
        _("Give one of the two people another number, or delete the row that repeats the other."),
    ),
    "born_after_child": (
        _("By rows %(other)s and this one, a person was born (%(parent)s) after their child (%(child)s)."),
        _("Correct one of the two dates, or who is whose child."),
    ),
    "parent_too_young": (_("The parent in row %(other)s is less than %(years)s years older."), _("Look at both dates.")),
    "circular_household": (
        _("Each of these rows names another as head of the household and none is the head: rows %(others)s and this one."),
        _("Name one person as head; the head's own row names their own number or none."),
    ),
    "circular_kinship": (
        _("By this and rows %(others)s somebody is their own forebear."),
        _("Correct the numbers of father or mother."),
    ),
    "two_heads": (_("The household has a head already, in row %(first)s; the first is kept."), _("Correct the relation.")),
    "changed_on_file": (
        _("This number is on file as %(ref)s with other words in its row."),
        _("Change the record on its page, or take back the earlier import and bring in this file."),
    ),
}

NOTES: dict[str, Any] = {
    "formula": _("Formulas: their last results were taken."),
    "merged": _("Merged cells: each row got the value of the whole."),
    "name_lookalike": _("Letters of another script that look alike were put right."),
    "name_invisible": _("Invisible signs were left out."),
    "date_two_digit_year": _("Years of two digits were read as the last such year that is not to come."),
    "date_other_order": _("Day and month stand in the other order here; they could only be read so."),
    "date_excel_serial": _("Numbers were read as a spreadsheet's days."),
    "date_run_together": _("Eight digits were read as a date."),
    "date_about": _("“About” was kept: the date is a range."),
    "date_age": _("An age was read as a range of birth dates."),
    "date_range": _("Two years were read as a range."),
    "date_before": _("“Before” was kept: the date is a range of twenty years."),
    "date_after": _("“After” was kept: the date is a range of twenty years."),
    "date_part_unknown": _("Day or month were marked as not known."),
    "date_hijri": _("Dates of the Hijri calendar were turned into Gregorian ones; the words are kept."),
    "date_solar_hijri": _("Dates of the solar Hijri calendar were turned into Gregorian ones; the words are kept."),
    "date_ethiopian": _("Dates of the Ethiopian calendar were turned into Gregorian ones; the words are kept."),
    "same_row": _("Rows that stand in the file twice, word for word: the first was taken."),
    "without_people": _("Households of the form to which nobody belongs."),
}

SEALED_FIELDS = frozenset(("document_number", "specific_needs"))
"""Fields whose values are not kept in the report that lies in the database."""


def file_problem(code: str, params: Mapping[str, Any], problem: str, remedy: str) -> tuple[str, str]:
    """Problem and remedy of a file; the engine's own English where there are no words for the code."""
    words = FILES.get(code)
    if words is None:
        return problem, remedy
    return _filled(words[0], params), _filled(words[1], params)


def issue_words(code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """Problem and remedy of a row or a cell."""
    words = ISSUES.get(code)
    if words is None:
        note = NOTES.get(code)
        return (str(note), "") if note is not None else (now("Something is wrong here (%(code)s).") % {"code": code}, "")
    return _filled(words[0], params), _filled(words[1], params)


def kind_words(code: str) -> str:
    """What one kind of issue is called above its rows, without the particulars of a row."""
    words = KINDS.get(code) or NOTES.get(code)
    return str(words) if words is not None else issue_words(code, {})[0]


KINDS: dict[str, Any] = {
    "future_date": _("Dates after the day the list speaks of"),
    "too_old": _("Dates too far back"),
    "too_long": _("Cells that are too long"),
    "duplicate_id": _("Numbers used twice"),
    "born_after_child": _("People born after their child"),
    "parent_too_young": _("Parents hardly older than their child"),
    "circular_household": _("Households that go in a circle"),
    "circular_kinship": _("People who are their own forebears"),
    "two_heads": _("Households with two heads"),
    "changed_on_file": _("Numbers that are on file with other words"),
    "no_name": _("Rows that name nobody"),
    "no_such_day": _("Days that do not exist"),
    "not_a_date": _("Cells that are no dates"),
    "ambiguous_number": _("Numbers that may be ages or years"),
    "out_of_range": _("Years out of range"),
    "calendar_unclear": _("Years of another calendar"),
    "age_out_of_range": _("Ages that nobody has"),
    "not_an_age": _("Cells that are no ages"),
    "unknown_word": _("Words that are not known"),
    "unknown_code": _("Codes of needs that do not exist"),
    "formula_without_result": _("Formulas without a result"),
    "formula_as_text": _("Formulas written as text"),
    "cell_error": _("Errors of the spreadsheet"),
    "quote_broken": _("Quotation marks never closed"),
    "number_rounded": _("Numbers that a spreadsheet rounded"),
    "displaced_before_birth": _("People displaced before they were born"),
    "age_differs": _("Ages that differ from the birth date"),
    "not_a_phone": _("Cells that are no telephone numbers"),
    "not_a_size": _("Cells that are no number of people"),
    "name_mixed_scripts": _("Names that mix two scripts in one word"),
    "name_digits": _("Names with digits"),
    "name_signs": _("Names with signs"),
}


def _filled(words: Any, params: Mapping[str, Any]) -> str:
    text = str(words)
    try:
        return text % {key: _number(key, value) for key, value in params.items()} if "%(" in text else text
    except (KeyError, TypeError, ValueError):
        return text


def _number(name: str, value: Any) -> Any:
    """Counts get separators; numbers of rows are written as the spreadsheet writes them."""
    return f"{value:,}" if name in {"columns", "limit", "length", "most", "rows"} and isinstance(value, int) else value
