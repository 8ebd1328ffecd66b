"""The parts of a returned .xlsx, unpacked within limits: nothing that the archive says of itself is believed."""

import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from functools import lru_cache
from pathlib import Path

from dotpop_addin.books.opening import DAMAGED, MAX_RATIO, METHODS, SMALL, is_bomb, over_packed, too_large, unreadable
from dotpop_addin.problems import Problem, ProblemsFound

MAX_PARTS = 2_000
"""A return has some thirty parts."""
MAX_UNPACKED = 40_000_000
"""Bytes of all parts together; a return unpacks to less than a million."""
ENCRYPTED = 0x1 | 0x40 | 0x2000
UTF8 = 0x800
HEADER, SIGNATURE = struct.Struct("<4s22x2H"), b"PK\x03\x04"
"""What stands before each part, up to its name. Fields: signature, sizes of the name and of what follows it."""
OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|[\x00-\x1f]")
"""Names that would leave the folder they are unpacked in."""
SHORT, SHORT_UNPACKED, KEPT = 4_000, 20_000, 400
"""Bytes of a part that is kept, packed and not; how many are."""
ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
"""How archives begin, and the containers of old Office files."""
FROM_SENDER = "Demander un fichier sain à qui l'a envoyé."


def unpack(path: Path, content: bytes) -> dict[str, bytes]:
    """Every part by its name. Raises ProblemsFound."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _refuse_entries(path, entries)
            return _read_all(path, content, entries)
    except (OSError, *DAMAGED):
        raise ProblemsFound([unreadable(path)]) from None


def _refuse_entries(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """What can be told before anything is unpacked."""
    if len(entries) > MAX_PARTS:
        raise _refused(path, f"{len(entries)} pièces dans le fichier", f"{MAX_PARTS} pièces au plus")
    names = Counter(entry.filename.casefold() for entry in entries)
    for entry in entries:
        if OUTSIDE.search(entry.orig_filename):
            shown = re.sub(r"[\x00-\x1f]", "?", entry.orig_filename)
            raise _refused(path, f"chemin « {shown} » dans le fichier", "des pièces rangées dans le fichier")
        if names[entry.filename.casefold()] > 1:
            raise _refused(path, f"pièce « {entry.filename} » en double", "une seule pièce de chaque nom")
        if entry.flag_bits & ENCRYPTED:
            action = "Enregistrer le classeur sans mot de passe (Fichier > Informations > Protéger le classeur)."
            raise _refused(path, "pièces chiffrées par un mot de passe", "un classeur sans mot de passe", action)
        if entry.compress_type not in METHODS:
            raise _refused(path, "compression inhabituelle", "un classeur enregistré par un tableur")
        if is_bomb(entry):
            raise ProblemsFound([over_packed(path, entry.filename)])
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise ProblemsFound([too_large(path, MAX_UNPACKED)])


def _read_all(path: Path, content: bytes, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    for entry in entries:
        data = _read(content, entry, left)
        left -= len(data)
        if left < 0:
            raise ProblemsFound([too_large(path, MAX_UNPACKED)])
        if len(data) > SMALL and len(data) > MAX_RATIO * entry.compress_size:
            raise ProblemsFound([over_packed(path, entry.filename)])
        if len(data) != entry.file_size:
            raise _refused(path, f"pièce « {entry.filename} » d'une autre taille qu'annoncé", "la taille annoncée")
        if data.startswith(ARCHIVES):
            raise _refused(path, f"archive ou objet incorporé (« {entry.filename} »)", "un classeur seul")
        parts[entry.filename] = data
    return parts


def _read(content: bytes, entry: zipfile.ZipInfo, left: int) -> bytes:
    """The real bytes of a part, one more than `left` at most; its checksum is verified where it ends before.

    Not by zipfile, which stops at the size that the archive declares, and takes as long again as the inflating.
    """
    signature, name_size, extra_size = HEADER.unpack_from(content, entry.header_offset)
    name_at = entry.header_offset + HEADER.size
    start = name_at + name_size + extra_size
    name = content[name_at : name_at + name_size].decode("utf-8" if entry.flag_bits & UTF8 else "cp437")
    packed = content[start : start + entry.compress_size]
    if signature != SIGNATURE or name != entry.orig_filename or len(packed) < entry.compress_size:
        raise zipfile.BadZipFile
    if entry.compress_type == zipfile.ZIP_STORED:
        data = packed[: left + 1]
    else:
        same = _same_inflated(packed) if len(packed) <= SHORT else None
        data = _inflated(packed, left) if same is None else same
    if len(data) <= left and zlib.crc32(data) != entry.CRC:
        raise zipfile.BadZipFile
    return data


@lru_cache(KEPT)
def _same_inflated(packed: bytes) -> bytes | None:
    """A small part, None when it is not small; kept, since files of one campaign have most of their parts in common."""
    data = _inflated(packed, SHORT_UNPACKED)
    return data if len(data) <= SHORT_UNPACKED else None


def _inflated(packed: bytes, most: int) -> bytes:
    """The bytes of a part, or one more than `most`."""
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    data = inflating.decompress(packed, most + 1)
    if len(data) <= most and not inflating.eof:
        raise zipfile.BadZipFile
    return data


def _refused(path: Path, found: str, expected: str, action: str = FROM_SENDER) -> ProblemsFound:
    return ProblemsFound([Problem(str(path), found, expected, action)])
