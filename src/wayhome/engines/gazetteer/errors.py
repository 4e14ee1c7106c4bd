"""Errors of the engine."""

from __future__ import annotations


class GazetteerError(ValueError):
    """The places given do not hang together: a parent that is not there, a circle of parents, a name of no place."""
