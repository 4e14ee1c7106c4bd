"""Told inside the transaction when somebody decided what words for a place mean, so that higher rooms can keep their copies.

`place_decided.send(sender=PlaceMatch, process_id=..., text=..., within=..., key=..., area_id=... or None)`; `area_id` None
means "no area on file" or, with `undone=True`, that the decision was taken back.
"""

from django.dispatch import Signal

place_decided = Signal()
