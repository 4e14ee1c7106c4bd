"""Scoped reads of the outputs room."""
