"""Translations: every sentence in every language, and none of it half done."""

import re
import shutil
import subprocess
import sys
from collections import Counter

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from tools import messages

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}")
# Words and units that are the same in both languages.
SAME = {
    "es": {
        "No",
        "%(km)g km",
        "%(seconds)d s",
        "%(minutes)d min %(seconds)d s",
        "%(hours)d h %(minutes)d min",
    },
    "ko": set(),
}
# Spain's words and the familiar "you": our Spanish says usted, as in Los Angeles.
NOT_OUR_SPANISH = re.compile(
    r"\b(tú|ti|tu|tus|tienes|puedes|quieres|debes|vosotros|vuestr[oa]s?|móvil|ordenador)\b", re.I
)
HANGUL = re.compile(r"[가-힣]")
COLLECT = ["makemessages", "--no-location", "--no-obsolete", "--locale"]


def forms(words):
    return words if isinstance(words, tuple) else (words,)


def sentences(path):
    """Return the entries of a .po file, without its header."""
    with path.open("rb") as file:
        return [entry for entry in read_po(file, locale=path.parent.parent.name) if entry.id]


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def entries(language):
    return sentences(messages.LOCALE / language / "LC_MESSAGES" / "django.po")


def test_it_has_one_folder_for_each_language_of_the_settings():
    assert sorted(path.parent.parent.name for path in messages.sources()) == sorted(LANGUAGES)


def test_it_leaves_no_sentence_without_a_translation(entries):
    assert [entry.id for entry in entries if not all(forms(entry.string))] == []


def test_it_leaves_no_guess_unconfirmed(entries):
    assert [entry.id for entry in entries if entry.fuzzy] == []


def test_it_keeps_every_placeholder(entries):
    def kept(entry):
        # A singular may say "one" in words; the form for many is the measure.
        wanted = Counter(PLACEHOLDER.findall(forms(entry.id)[-1]))
        return all(Counter(PLACEHOLDER.findall(form)) == wanted for form in forms(entry.string))

    assert [entry.id for entry in entries if not kept(entry)] == []


def test_it_keeps_the_space_around_a_sentence(entries):
    def edges(words):
        return words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]

    assert [
        entry.id
        for entry in entries
        if any(edges(form) != edges(forms(entry.id)[0]) for form in forms(entry.string))
    ] == []


def test_it_says_nothing_in_english(entries, language):
    english = [form for entry in entries for form in forms(entry.string) if form in forms(entry.id)]
    assert sorted(set(english) - SAME[language]) == []


def test_it_speaks_to_people_with_usted():
    entries = sentences(messages.LOCALE / "es" / "LC_MESSAGES" / "django.po")
    found = [form for entry in entries for form in forms(entry.string)]
    assert [form for form in found if NOT_OUR_SPANISH.search(form)] == []


def test_it_writes_korean_in_korean():
    entries = sentences(messages.LOCALE / "ko" / "LC_MESSAGES" / "django.po")
    bare = [
        entry.id for entry in entries for form in forms(entry.string) if not HANGUL.search(form)
    ]
    assert [words for words in bare if words not in {"%(km)g km"}] == []


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed")
def test_it_knows_every_sentence_of_the_sources(root, tmp_path):
    # On a copy: makemessages rewrites what it reads.
    for folder in ("alerts", "rapidresponse", "templates", "locale"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("data"))
    shutil.copy(root / "manage.py", tmp_path)

    subprocess.run([sys.executable, "manage.py", *COLLECT, "es"], cwd=tmp_path, check=True)

    path = tmp_path / "locale" / "es" / "LC_MESSAGES" / "django.po"
    assert [entry.id for entry in sentences(path) if entry.fuzzy or not all(entry.string)] == []
    kept = {entry.id for entry in sentences(messages.LOCALE / "es" / "LC_MESSAGES" / "django.po")}
    assert kept - {entry.id for entry in sentences(path)} == set()


@pytest.mark.parametrize("path", ["/", "/report/", "/account/login/", "/nothing-here/"])
def test_it_shows_a_neighbour_no_english(stranger, network, language, path):
    page = stranger.get(path, headers={"accept-language": language}).content.decode()

    assert f'<html lang="{language}">' in page
    assert english_in(page) == []


@pytest.mark.parametrize(
    "path",
    [
        "/desk/",
        "/desk/inbox/",
        "/desk/alerts/",
        "/desk/shifts/",
        "/desk/surge/",
        "/desk/stop/",
        "/coordinate/people/",
        "/coordinate/people/responders/",
        "/account/factors/",
    ],
)
def test_it_shows_the_staff_no_english(coordinator, network, language, path):
    coordinator.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    answer = coordinator.get(path)

    assert answer.status_code == 200
    assert english_in(answer.content.decode()) == []


def test_it_shows_an_incident_without_english(verifier, network, make_incident, language):
    incident = make_incident()
    verifier.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    page = verifier.get(f"/desk/incidents/{incident.pk}/").content.decode()

    assert english_in(page) == []


def english_in(page):
    """Return the English sentences of three words and more that stand in `page`."""
    es = sentences(messages.LOCALE / "es" / "LC_MESSAGES" / "django.po")
    known = {words for entry in es for words in forms(entry.id)}
    return [words for words in known if words.count(" ") > 1 and words in page]
