"""Photographs of works: decoded, turned upright and written anew, so that nothing the camera noted (place, person) is kept."""

from __future__ import annotations

import io
from datetime import date

from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit, files
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput, TooLarge
from wayhome.places.models import Work, WorkPhoto

MOST_BYTES = 12_000_000
MOST_PIXELS = 60_000_000
MOST_PHOTOS = 200  # of one work
SIDE = 2048  # pixels of the longer side that is kept
FORMATS = ("JPEG", "PNG", "WEBP")


def clean(data: bytes) -> tuple[bytes, int, int]:
    """The picture alone as JPEG, upright, at most `SIDE` pixels long: (bytes, width, height). The same input, the same bytes.

    Raises: TooLarge over 12 MB or 60 million pixels, InvalidInput for what is no JPEG, PNG or WebP, or is damaged.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(
            _("The photograph is larger than %(limit)s.") % {"limit": filesizeformat(MOST_BYTES)},
            _("Take a smaller one."),
            field="photo",
        )
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise TooLarge(
                    _("The photograph has more than %(n)s million pixels.") % {"n": MOST_PIXELS // 1_000_000},
                    _("Take a smaller one."),
                    field="photo",
                )
            picture.draft("RGB", (SIDE * 2, SIDE * 2))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidInput(
            _("This is no JPEG, PNG or WebP picture, or it is damaged."), _("Choose another file."), field="photo"
        ) from error
    upright.thumbnail((SIDE, SIDE))
    bare = Image.new("RGB", upright.size)  # a picture made new carries no notes of the old one
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue(), bare.width, bare.height


@transaction.atomic
def add(*, work: Work, actor: Actor, data: bytes, caption: str, taken_on: date | None = None) -> WorkPhoto:
    """Keep a photograph of a work with what it shows. The same picture twice is kept once.

    Raises: Forbidden, InvalidInput, TooLarge.
    """
    require_actor(actor, work.process, Permission.EDIT_PLACES)
    if not caption.strip():
        raise InvalidInput(_("Say what the photograph shows."), _("A few words: the new pump, from the road."), field="caption")
    if taken_on is not None and taken_on > timezone.localdate():
        raise InvalidInput(_("The day lies in the future."), _("Write the day it was taken."), field="taken_on")
    if work.photos.count() >= MOST_PHOTOS:
        raise TooLarge(_("A work keeps at most %(n)s photographs.") % {"n": MOST_PHOTOS}, _("Remove one first."))
    picture, width, height = clean(data)
    digest = files.store(picture)
    row, new = WorkPhoto.objects.get_or_create(
        work=work,
        sha256=digest,
        defaults={
            "process_id": work.process_id, "width": width, "height": height, "caption": caption.strip()[:300],
            "taken_on": taken_on, "added_by_id": actor.user_id,
        },
    )  # fmt: skip
    if new:
        detail = {"work": work.ref, "caption": row.caption, "sha256": digest}
        audit.record("work.photo_added", actor=actor, subject=work, process_id=work.process_id, detail=detail)
    return row


@transaction.atomic
def remove(*, photo: WorkPhoto, actor: Actor) -> None:
    """Take a photograph away; the file goes unless another work shows the same."""
    require_actor(actor, photo.process, Permission.EDIT_PLACES)
    work, digest = photo.work, photo.sha256
    photo.delete()
    detail = {"work": work.ref, "sha256": digest}
    audit.record("work.photo_removed", actor=actor, subject=work, process_id=work.process_id, detail=detail)
    if not WorkPhoto.objects.filter(sha256=digest).exists():
        transaction.on_commit(lambda: files.path_of(digest).unlink(missing_ok=True))
