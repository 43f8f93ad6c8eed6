"""The app under test: a list of conversations that is kept up to date."""

import json
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener


class Inbox:
    def __init__(self, url: str) -> None:
        self.url = url
        self.rows: dict[str, dict[str, object]] = {}
        self.newest = ""
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def sign_in(self, username: str, password: str) -> None:
        form = urlencode({"userName": username, "password": password}).encode()
        self._call("/auth/credentials", data=form)

    def poll(self, account: str = "") -> int:
        """Return how many conversations are new or have a new message."""
        query = {"accountIds": account, "afterDate": self.newest}
        found = self._call(f"/conversations?{urlencode({k: v for k, v in query.items() if v})}")
        for row in found["conversations"]:
            self.rows[row["id"]] = row
            self.newest = max(self.newest, row["mostRecentMessage"]["date"])
        return len(found["conversations"])

    def _call(self, path: str, data: bytes | None = None):
        request = Request(self.url + path, data, {"Accept": "application/json"})
        with self._opener.open(request, timeout=10) as answer:
            return json.load(answer)
