"""Photos as they may be kept."""

import random
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from alerts.intake import photos
from alerts.intake.photos import NotReadable, read_picture
from tests.intake.conftest import bomb, photo_file

SECRET = b"SECRETPLACE"


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def with_position() -> bytes:
    """A JPEG that says where it was taken, with a comment and a profile."""
    exif = Image.Exif()
    exif[0x0110] = SECRET.decode()
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: (34.0, 3.0, 48.0), 3: "W", 4: (118.0, 17.0, 30.0)})
    return photo_file(exif=exif, comment=SECRET, icc_profile=SECRET).getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_draws_a_photo_anew(kind: str) -> None:
    picture = read_picture(photo_file(kind=kind, size=(60, 40)).getvalue())
    image = opened(picture.jpeg)
    assert image.format == "JPEG"
    assert image.size == (picture.width, picture.height) == (60, 40)
    red, green, blue = image.getpixel((30, 20))
    assert red > 200 and green < 60 and blue < 60


def test_it_takes_out_everything_that_cannot_be_seen() -> None:
    content = with_position()
    assert SECRET in content
    picture = read_picture(content)
    image = opened(picture.jpeg)
    assert SECRET not in picture.jpeg
    assert not image.getexif()
    assert not {"exif", "comment", "icc_profile", "xmp", "photoshop"} & image.info.keys()


def test_it_keeps_a_photo_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = read_picture(photo_file(size=(80, 40), exif=exif).getvalue())
    assert (picture.width, picture.height) == (40, 80)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_it_makes_a_large_photo_smaller(kind: str) -> None:
    picture = read_picture(photo_file(size=(4_000, 3_000), kind=kind).getvalue())
    assert (picture.width, picture.height) == (1_600, 1_200)


def test_it_never_makes_a_small_photo_larger() -> None:
    picture = read_picture(photo_file(size=(1, 1)).getvalue())
    assert (picture.width, picture.height) == (1, 1)


def test_it_puts_what_is_transparent_on_white() -> None:
    file = BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(file, "PNG")
    assert min(opened(read_picture(file.getvalue()).jpeg).getpixel((5, 5))) > 240


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_it_reads_other_kinds_of_colour(mode: str) -> None:
    file = BytesIO()
    Image.new("L", (20, 20)).convert(mode).save(file, "JPEG" if mode == "CMYK" else "PNG")
    assert opened(read_picture(file.getvalue()).jpeg).mode == "RGB"


def test_it_takes_the_first_of_several_pictures() -> None:
    file = BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert opened(read_picture(file.getvalue()).jpeg).getpixel((5, 5))[0] > 200


def test_it_neutralises_a_second_file_behind_the_picture() -> None:
    content = photo_file().getvalue() + b"<script>alert(1)</script>PK\x03\x04" + SECRET
    picture = read_picture(content)
    assert SECRET not in picture.jpeg and b"<script>" not in picture.jpeg


@pytest.mark.parametrize("side", [6_000, 12_000, 60_000])
def test_it_refuses_a_bomb_before_unfolding_it(side: int) -> None:
    with pytest.raises(NotReadable) as refusal:
        read_picture(bomb(side))
    assert refusal.value.sentence in {photos.TOO_MANY_PIXELS, photos.BROKEN}


def test_it_refuses_a_progressive_photo_that_would_fill_the_memory() -> None:
    with pytest.raises(NotReadable) as refusal:
        read_picture(photo_file(size=(6_000, 5_000), progressive=True).getvalue())
    assert refusal.value.sentence == photos.TOO_MANY_PIXELS


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PDF"])
def test_it_reads_only_three_formats(kind: str) -> None:
    with pytest.raises(NotReadable) as refusal:
        read_picture(photo_file(kind=kind).getvalue())
    assert refusal.value.sentence == photos.BROKEN


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff",
        b"%PDF-1.7",
        b"\0" * 99,
    ],
)
def test_it_refuses_what_is_no_photo(content: bytes) -> None:
    with pytest.raises(NotReadable):
        read_picture(content)


def test_it_refuses_more_than_ten_megabytes() -> None:
    with pytest.raises(NotReadable) as refusal:
        read_picture(b"\xff\xd8" + b"x" * photos.MOST_BYTES)
    assert refusal.value.sentence == photos.TOO_LARGE


@pytest.mark.skipif("HEIF" in photos.FORMATS, reason="pillow-heif is installed")
def test_it_says_what_to_do_with_a_heic_photo() -> None:
    with pytest.raises(NotReadable) as refusal:
        read_picture(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    assert "HEIC" in str(refusal.value.sentence)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 2**32))
def test_it_only_ever_refuses_a_damaged_photo(kind: str, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(with_position() if kind == "JPEG" else photo_file(kind=kind).getvalue())
    for _ in range(chance.randint(1, 12)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    try:
        picture = read_picture(bytes(content))
    except NotReadable:
        return
    assert opened(picture.jpeg).format == "JPEG"
    assert SECRET not in picture.jpeg
