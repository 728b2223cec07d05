"""Photos as they may be kept: decoded and drawn anew, so that nothing hidden travels along.

No position, no camera, no second file behind the picture; only what can be seen.
"""

import importlib
import importlib.util
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from alerts.models import Photo, Report

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

LONGEST_SIDE = 1_600
QUALITY = 82
MOST_BYTES = 10 * 1024 * 1024
# Decoded all at once: PNG, WebP and progressive JPEG. 24 megapixels are 100 to 150 MB.
MOST_PIXELS = 24_000_000
# A baseline JPEG is decoded at a fraction of its size, line by line.
MOST_PIXELS_BY_LINE = 120_000_000
FORMATS = ["JPEG", "PNG", "WEBP"]
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heif", b"hevc", b"hevx", b"mif1", b"msf1"})

if importlib.util.find_spec("pillow_heif"):
    importlib.import_module("pillow_heif").register_heif_opener()
    FORMATS.append("HEIF")

# Four photos at once in eight threads would take gigabytes.
two_at_a_time = threading.BoundedSemaphore(2)


class NotReadable(Exception):
    """A file that is no photo we can read; `sentence` tells the person who sent it."""

    def __init__(self, sentence: "StrPromise") -> None:
        super().__init__()
        self.sentence = sentence


TOO_LARGE = _("One photo was too large. A photo may have 10 MB.")
TOO_MANY_PIXELS = _("One photo has too many pixels for us. A screenshot of it works.")
HEIC = _("One photo is in the HEIC format, which we cannot read. A screenshot of it works.")
BROKEN = _("One photo could not be read. JPEG, PNG and WebP work.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo drawn anew: a JPEG without metadata, at most 1,600 pixels wide or high."""

    jpeg: bytes
    width: int
    height: int


def read_picture(content: bytes) -> Picture:
    """Return the picture in an uploaded file; raise NotReadable."""
    if len(content) > MOST_BYTES:
        raise NotReadable(TOO_LARGE)
    if "HEIF" not in FORMATS and content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        raise NotReadable(HEIC)
    try:
        with two_at_a_time, Image.open(BytesIO(content), formats=FORMATS) as image:
            return redraw(image)
    except NotReadable:
        raise
    except Exception as err:
        # A decoder raises whatever a hostile file makes it stumble over, and a bad photo must
        # never cost us the report it came with.
        raise NotReadable(BROKEN) from err


def redraw(image: Image.Image) -> Picture:
    """Return `image` upright, small enough and without anything but its pixels."""
    is_by_line = image.format == "JPEG" and not image.info.get("progressive")
    if image.width * image.height > (MOST_PIXELS_BY_LINE if is_by_line else MOST_PIXELS):
        raise NotReadable(TOO_MANY_PIXELS)
    if is_by_line:
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    seen = upright.convert("RGBA")
    drawn = Image.new("RGB", seen.size, "white")
    drawn.paste(seen, mask=seen)
    jpeg = BytesIO()
    drawn.save(jpeg, "JPEG", quality=QUALITY, optimize=True)
    return Picture(jpeg.getvalue(), drawn.width, drawn.height)


@contextmanager
def keeping(pictures: Sequence[Picture], report: Report) -> Iterator[list[Photo]]:
    """Write the files of at most four pictures of a report, sealed, and yield rows to be saved.

    Part of the caller's transaction: the files are on the disk before the rows are committed,
    and go again when something in the block fails. What a crash leaves is found by the sweep.
    """
    photos = [
        Photo(report=report, width=picture.width, height=picture.height)
        for picture in pictures[: Photo.MOST]
    ]
    try:
        for photo, picture in zip(photos, pictures, strict=False):
            photo.store(picture.jpeg)
        yield photos
    except BaseException:
        for photo in photos:
            photo.discard()
        raise
