"""Forms of the dialogue room: what a step needs, asked once, checked by the same rules as the actions."""
