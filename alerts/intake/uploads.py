"""Files people send: read into memory within limits, never onto the disk in clear."""

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.utils.translation import gettext_lazy as _

from alerts.intake.photos import MOST_BYTES as MOST_BYTES_EACH
from alerts.intake.photos import TOO_LARGE, NotReadable, Picture, read_picture
from alerts.models import Photo

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

MOST_BYTES = 42 * 1024 * 1024
# Whoever goes on beyond this sends no photos.
PATIENCE_BYTES = 2 * MOST_BYTES
TOO_MANY = _("Four photos can be sent at once. You can add more on the next page.")


class TooLarge(InMemoryUploadedFile):
    """A file over the limit: its name is known, its content was thrown away."""


class BoundedMemoryUploadHandler(FileUploadHandler):
    """Keeps files of one request in memory: 10 MB each, 42 MB together.

    A file beyond that arrives as TooLarge with the rest of the form intact, so that the page can
    say so and the report itself is not lost.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.seen = self.kept = 0
        self.file = BytesIO()
        self.is_too_large = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = BytesIO()
        self.is_too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.seen += len(raw_data)
        if self.seen > PATIENCE_BYTES:
            raise StopUpload(connection_reset=True)
        if start + len(raw_data) > MOST_BYTES_EACH or self.kept + len(raw_data) > MOST_BYTES:
            self.throw_away()
        if not self.is_too_large:
            self.kept += self.file.write(raw_data)

    def throw_away(self) -> None:
        """Give back what the current file took, and take no more of it."""
        self.kept -= self.file.getbuffer().nbytes
        self.file = BytesIO()
        self.is_too_large = True

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        kind = TooLarge if self.is_too_large else InMemoryUploadedFile
        self.file.seek(0)
        return kind(
            file=self.file,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


def read_pictures(
    files: "Iterable[UploadedFile[bytes]]",
) -> "tuple[list[Picture], list[StrPromise]]":
    """Return the pictures in uploaded files, and a sentence for each thing that went wrong."""
    pictures: list[Picture] = []
    sentences: list[StrPromise] = []
    for file in files:
        if len(pictures) == Photo.MOST:
            sentences.append(TOO_MANY)
            break
        try:
            pictures.append(read_upload(file))
        except NotReadable as err:
            sentences.append(err.sentence)
    return pictures, sentences


def read_upload(file: "UploadedFile[bytes]") -> Picture:
    """Return the picture in one uploaded file; raise NotReadable."""
    if isinstance(file, TooLarge):
        raise NotReadable(TOO_LARGE)
    return read_picture(file.read())
