"""Writes of the outputs room: use cases that check, write and log in one transaction."""
