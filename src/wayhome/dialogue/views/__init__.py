"""Pages of the dialogue room: parse, call, render."""
