"""Read a page as a browser does."""

from html.parser import HTMLParser


class Reader(HTMLParser):
    """Collect the start tags and the text of a page, its navigation apart."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.navigation: list[str | None] = []
        self.text = ""
        self._is_in_navigation = False
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_in_navigation |= tag == "nav"
        if not self._is_in_navigation:
            self.tags.append((tag, dict(attrs)))
        elif tag == "a":
            self.navigation.append(dict(attrs)["href"])

    def handle_endtag(self, tag: str) -> None:
        self._is_in_navigation &= tag != "nav"

    def handle_data(self, data: str) -> None:
        self.text += data

    def attributes(self, tag: str, name: str) -> list[str | None]:
        return [attributes.get(name) for known, attributes in self.tags if known == tag]

    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return each element with the names of its attributes."""
        return [(tag, tuple(attributes)) for tag, attributes in self.tags]
