"""Scoped reads of the dialogue room."""
