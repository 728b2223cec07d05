"""The keys under which a name is found although it is misspelt or written by ear."""

from alerts.places.sounds import hangul_sound, korean_ear, sound


def deletions(key: str) -> set[str]:
    """Return `key` and every spelling of it that lacks one letter."""
    return {key} | {key[:i] + key[i + 1 :] for i in range(len(key))}


def as_heard(key: str) -> tuple[str, ...]:
    """Return a Latin name with th as t and, as Korean also writes it, as s: Plymouth."""
    return (key, key.replace("th", "s")) if "th" in key else (key,)


def sound_keys(key: str) -> tuple[str, ...]:
    """Return the sound keys a name is filed under: Latin and Korean ear, or Hangul."""
    if key.isascii():
        if not key.isalpha():
            return ()
        return (f"L{sound(key)}", *(f"K{korean_ear(heard)}" for heard in as_heard(key)))
    return (f"K{hangul_sound(key)}",)
