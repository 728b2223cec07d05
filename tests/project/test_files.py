"""What may never be in a file of the project."""

import hashlib
import re

# Copies of other people's files, kept byte for byte.
COPIED = re.compile(r"(^|/)(data|vendor|vendored)/")

# Folders of somebody's machine; a clone lies anywhere.
MACHINE = re.compile(r"(?<![\w.~/-])/(work|root|home|Users|tmp/team)/")
FIVES = r"(213|310|323|424|818)[-. )]*555[-. ]*01\d\d"
NUMBER = re.compile(
    r"(?<![\w.])(\+1[-. ]?|\(?)[2-9]\d{2}\)?[-. ][2-9]\d{2}[-. ]\d{4}(?![\w.])|\+1\d{10}"
)
# Area codes for tests, the benchmark's unassigned one, and the numbers Twilio gives to testers.
INVENTED = re.compile(
    rf"\+?1?[-. (]*({FIVES}|555[-. )]*\d{{3}}[-. ]?\d{{4}}|500[-. )]*555[-. ]?00\d\d)"
)
REGISTRY = re.compile(r"\b(pypi|pythonhosted|npmjs|debian|docker|ghcr)\.(org|com|io)\b")
LOCK = re.compile(r"(constraints[\w-]*\.txt|\.lock|package-lock\.json|pylock[\w.-]*\.toml)$")


def lines_matching(pattern, texts, *, allowed=lambda hit: False):
    return [
        f"{name}:{number}: {hit[0]}"
        for name, text in texts.items()
        if not COPIED.search(name) and not LOCK.search(name)
        for number, line in enumerate(text.splitlines(), 1)
        for hit in pattern.finditer(line)
        if not allowed(hit[0])
    ]


def test_it_names_no_folder_of_a_machine(project_texts):
    assert lines_matching(MACHINE, project_texts) == []


def test_it_holds_no_phone_number_that_may_be_somebodys(project_texts):
    assert lines_matching(NUMBER, project_texts, allowed=INVENTED.fullmatch) == []


def test_it_would_notice_a_real_number_and_a_machines_folder():
    planted = {"a.py": f"CALL = '+1 213 {200} 0100'", "b.md": "see /" + "home/ana/notes"}

    assert len(lines_matching(NUMBER, planted, allowed=INVENTED.fullmatch)) == 1
    assert len(lines_matching(MACHINE, planted)) == 1


def test_it_names_no_package_registry(project_texts):
    assert lines_matching(REGISTRY, project_texts) == []


def test_its_pins_hold_no_download_address(project_texts):
    locks = {name: text for name, text in project_texts.items() if LOCK.search(name)}

    assert {"constraints.txt", "constraints-dev.txt"} <= set(locks)
    assert [name for name, text in locks.items() if "://" in text] == []


def test_it_carries_the_affero_licence_word_for_word(root):
    digest = hashlib.sha256((root / "LICENSE").read_bytes()).hexdigest()

    assert digest == "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0"


def test_it_keeps_no_secret_where_git_would_see_it(project_texts):
    assert ".env" not in project_texts
    assert [name for name in project_texts if name.endswith((".pem", ".key", ".sqlite3"))] == []


def test_the_changelog_begins_with_what_is_unreleased(project_texts):
    headings = re.findall(r"^## (.+)$", project_texts["CHANGELOG.md"], re.MULTILINE)

    assert headings[0] == "Unreleased"


def test_the_readme_names_the_command_that_runs_the_tests(project_texts):
    assert "make test" in project_texts["README.md"]
    assert "make demo" in project_texts["README.md"]
