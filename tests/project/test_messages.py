"""Translations: what is committed is what the translators wrote."""

import gettext

from tools import messages

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Send"
msgstr "Enviar"

#, fuzzy
msgid "Report"
msgstr "Informe"
"""


def test_every_committed_translation_is_compiled_from_its_source():
    assert [str(path) for path in messages.stale()] == []


def test_it_notices_a_source_that_changed(tmp_path):
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO)
    assert list(messages.stale(tmp_path)) == [folder / "django.mo"]

    (folder / "django.mo").write_bytes(messages.compiled(folder / "django.po"))
    assert list(messages.stale(tmp_path)) == []

    (folder / "django.po").write_text(PO.replace("Enviar", "Mandar"))
    assert list(messages.stale(tmp_path)) == [folder / "django.mo"]


def test_it_leaves_out_what_a_translator_has_yet_to_confirm(tmp_path):
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO)
    (folder / "django.mo").write_bytes(messages.compiled(folder / "django.po"))

    spanish = gettext.translation("django", tmp_path, ["es"])

    assert spanish.gettext("Send") == "Enviar"
    assert spanish.gettext("Report") == "Report"
