from __future__ import annotations

import json
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.verification.keys import KeyFile, KeyRingError, Signature

MESSAGE = b"message"


def test_the_first_call_makes_one_private_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "signing.json"
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: KeyFile(path).ring(), range(16)))
    assert len({ring.current for ring in rings}) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_signatures_hold_only_for_their_message(tmp_path: Path) -> None:
    ring = KeyFile(tmp_path / "signing.json").ring()
    signature = ring.sign(MESSAGE)
    assert ring.verify(MESSAGE, signature)
    assert not ring.verify(MESSAGE + b".", signature)
    assert not ring.verify(MESSAGE, Signature(bytes(64), signature.key_id))
    assert not ring.verify(MESSAGE, Signature(signature.value, b"unknown!"))
    assert not KeyFile(tmp_path / "other.json").ring().verify(MESSAGE, signature)


def test_rotation_keeps_old_documents_valid_and_forgets_the_old_private_key(
    tmp_path: Path,
) -> None:
    keys = KeyFile(tmp_path / "signing.json")
    other_process = KeyFile(keys.path)
    old = other_process.ring().sign(MESSAGE)
    new = keys.rotate().sign(MESSAGE)
    assert new.key_id != old.key_id
    for ring in (keys.ring(), other_process.ring()):
        assert ring.current == new.key_id
        assert ring.verify(MESSAGE, old)
        assert ring.verify(MESSAGE, new)
    entries = json.loads(keys.path.read_text())["keys"]
    assert [key for key, entry in entries.items() if "private" in entry] == [new.key_id.hex()]


@pytest.mark.parametrize("damage", ["", "{}", "[]", "null", '{"current": "aa", "keys": {}}', "{"])
def test_a_damaged_ring_is_never_replaced(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "signing.json"
    path.write_text(damage)
    for act in (KeyFile(path).ring, KeyFile(path).rotate):
        with pytest.raises(KeyRingError, match="damaged"):
            act()
    assert path.read_text() == damage


def test_a_key_that_does_not_fit_its_id_is_refused(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "signing.json")
    keys.ring()
    content = json.loads(keys.path.read_text())
    entry = content["keys"].pop(content["current"])
    keys.path.write_text(json.dumps({"current": "aa" * 8, "keys": {"aa" * 8: entry}}))
    with pytest.raises(KeyRingError, match="fit"):
        keys.ring()


def test_two_processes_make_one_ring(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "signing.json"
    script = (
        "import sys, pathlib; from core.verification.keys import KeyFile;"
        "print(KeyFile(pathlib.Path(sys.argv[1])).ring().current.hex())"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    assert len({run.communicate()[0] for run in runs}) == 1
