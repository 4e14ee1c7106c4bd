"""Filters that every template has (`TEMPLATES` in the settings)."""
