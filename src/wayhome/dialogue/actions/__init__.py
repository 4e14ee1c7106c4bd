"""Writes of the dialogue room: keyword-only use cases. Each checks permission and state, writes and logs in one transaction."""
