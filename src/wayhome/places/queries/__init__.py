"""Scoped reads of the room."""
