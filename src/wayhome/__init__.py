"""Wayhome: from the letter that asks to the family that is home."""
