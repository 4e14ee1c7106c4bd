"""Forms of the room: they parse, the actions check."""
