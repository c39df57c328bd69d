"""The file that checks documents without a network: what is in it."""

from __future__ import annotations

import json
import re

from flask import Flask

from core.verification.signing import key_file


def test_anyone_can_download_it_and_it_holds_public_keys_only(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/verify/offline")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="hamyar-verifier.html"'
    page = answer.text
    found = re.search(r'id="data">(.+?)</script>', page, re.DOTALL)
    assert found
    with app.app_context():
        file = key_file()
        ring = file.ring()
        private = json.loads(file.path.read_text())["keys"][ring.current.hex()]["private"]
    assert set(json.loads(found[1])["keys"]) == {key_id.hex() for key_id in ring.public}
    assert private not in page
    assert not re.search(r"""(?:src|href)=|@import|url\(|fetch\(|XMLHttp""", page)
    assert "/verify/offline" in client.get("/verify/").text
