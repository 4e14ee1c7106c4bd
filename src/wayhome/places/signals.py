"""What this room tells higher ones, inside the transaction, so that they keep their copies and marks in step.

`place_decided.send(sender=PlaceMatch, process_id=..., text=..., within=..., key=..., area_id=... or None)`: somebody decided what
words for a place mean; `area_id` None means "no area on file" or, with `undone=True`, that the decision was taken back.

`gate_changed.send(sender=Gate, process_id=..., gate_id=..., area_ids=[...], kind="clearance", was="open", now="closed", on=date)`:
a gate of an area is another than before; `area_ids` are the area and all that lie within it. A gate that runs out by the calendar sends
nothing: ask `queries.gates.standing` on the day. `gate_id` is None where a kind of gate was made required, or no longer, for all areas.
"""

from django.dispatch import Signal

place_decided = Signal()
gate_changed = Signal()
