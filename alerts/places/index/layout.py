"""The index file: named arrays one after another, mapped into memory and never parsed.

Every worker maps the same file, so its pages are held once however many workers run.
"""

import json
import mmap
import os
import struct
import sys
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MAGIC = b"RRPLACE2"
_HEAD = struct.Struct("<8sQ")


class UnusableIndex(Exception):
    """The file is not an index of this version, or it is cut short."""


def write(
    path: Path, arrays: Mapping[str, "array[int]"], blobs: Mapping[str, bytes], meta: Any
) -> None:
    """Write the arrays, blobs and `meta` (JSON values) to `path`, replacing it in one step."""
    parts: list[tuple[str, str, bytes]] = [
        (name, values.typecode, _little(values)) for name, values in arrays.items()
    ]
    parts += [(name, "B", blob) for name, blob in blobs.items()]
    sections, offset = {}, 0
    for name, typecode, data in parts:
        sections[name] = [typecode, offset, len(data)]
        offset += -(-len(data) // 8) * 8
    header = json.dumps({"meta": meta, "sections": sections}, ensure_ascii=False).encode()
    header += b" " * (-(len(header) + _HEAD.size) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with scratch.open("wb") as file:
        file.write(_HEAD.pack(MAGIC, len(header)) + header)
        for _, _, data in parts:
            file.write(data + b"\0" * (-len(data) % 8))
    scratch.replace(path)


def _little(values: "array[int]") -> bytes:
    if sys.byteorder == "big":
        values = array(values.typecode, values)
        values.byteswap()
    return values.tobytes()


class MappedFile:
    """An open index file. Arrays are views into the mapping, not copies."""

    def __init__(self, path: Path) -> None:
        """Map `path`. Raise UnusableIndex if it is not an index that this code wrote."""
        self.path = path
        with path.open("rb") as file:
            if not path.stat().st_size:
                raise UnusableIndex(f"{path}: empty")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._view = memoryview(self._map)
        try:
            self._read_header()
        except (struct.error, ValueError, KeyError) as err:
            raise UnusableIndex(str(path)) from err

    def _read_header(self) -> None:
        magic, length = _HEAD.unpack_from(self._view)
        if magic != MAGIC:
            raise UnusableIndex(f"{self.path}: another format")
        header = json.loads(bytes(self._view[_HEAD.size : _HEAD.size + length]))
        self.meta: dict[str, Any] = header["meta"]
        self._sections: dict[str, list[Any]] = header["sections"]
        self._start = _HEAD.size + length
        end = max((offset + size for _, offset, size in self._sections.values()), default=0)
        if self._start + end > len(self._view):
            raise UnusableIndex(f"{self.path}: cut short")

    def array(self, name: str) -> "memoryview[int]":
        """Return section `name` as a sequence of whole numbers."""
        typecode, offset, size = self._sections[name]
        start = self._start + offset
        return self._view[start : start + size].cast(typecode)

    def blob(self, name: str) -> "memoryview[int]":
        """Return section `name` as raw bytes."""
        _, offset, size = self._sections[name]
        start = self._start + offset
        return self._view[start : start + size]
