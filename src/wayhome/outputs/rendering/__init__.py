"""A letter's version as PDF (Typst, the one PDF writer), as Word document and as plain text."""
