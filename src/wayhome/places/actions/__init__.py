"""What changes in the room: use cases that check, write and log in one transaction."""
