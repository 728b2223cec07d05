#!/bin/sh
# Make or refresh .venv: `tools/set_up.sh run` for the demo, `tools/set_up.sh dev` for tests and lint.
# Does nothing, in some milliseconds, when .venv already holds what the constraints files name.
set -eu

wanted=${1:?"run or dev"}
venv=.venv
inside=$venv/bin/python

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
runs() { "$@" >/dev/null 2>&1; }

new_enough() { runs "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; }

# The first Python 3.11 or newer; PYTHON=/path/to/python is asked first.
# Each one is run, not just looked up: a version manager puts shims in PATH that may start nothing.
find_python() {
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3 python; do
        if new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    found=$(python3 --version 2>/dev/null || python --version 2>/dev/null) || found="no Python"
    fail "Python 3.11 or newer is needed; found ${found:-no Python}." \
        "On Debian or Ubuntu: apt install python3.11 python3.11-venv"
}

has_uv() { runs uv --version; }

make_venv() {
    python=$(find_python)
    say "Making $venv …"
    rm -rf "$venv"
    if has_uv; then
        uv venv --quiet --no-python-downloads --python "$python" "$venv"
        return
    fi
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    runs "$python" -c 'import ensurepip, venv' || fail "Python $version is here, its venv module is not." \
        "On Debian or Ubuntu: apt install python$version-venv"
    "$python" -m venv "$venv"
}

# What is installed follows from these bytes alone, so their sum says whether it is still right.
sum_of() { { "$inside" --version; cat "$@"; } | cksum; }

is_fresh() {
    stamp=$venv/set-up-$1
    shift
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(sum_of "$@")" ]
}

run_is_fresh() { is_fresh run constraints.txt || dev_is_fresh; }
dev_is_fresh() { is_fresh dev constraints.txt constraints-dev.txt; }

install() {
    if has_uv; then
        uv pip install --quiet --python "$inside" --require-hashes -r "$1"
    else
        "$inside" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"
    fi
}

case $wanted in
run) files="constraints.txt" newest=constraints.txt ;;
dev) files="constraints.txt constraints-dev.txt" newest=constraints-dev.txt ;;
*) fail "run or dev, not $wanted" ;;
esac

# A .venv made by uv holds no pip: without uv nothing could be added to it.
if ! new_enough "$inside" || ! { has_uv || runs "$inside" -m pip --version; }; then
    make_venv
fi
if ! "${wanted}_is_fresh"; then
    say "Installing from $newest …"
    rm -f "$venv/set-up-$wanted"
    install "$newest"
    # shellcheck disable=SC2086  # a list of file names without blanks
    sum_of $files >"$venv/set-up-$wanted"
fi
