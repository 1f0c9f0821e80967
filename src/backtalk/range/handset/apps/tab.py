"""A tab: the pages that were opened in it, one after the other, and where one stands."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from backtalk.range.handset.apps.app import Mode
from backtalk.range.handset.apps.page import Page

_DEPTH = 50


class Visit(Struct, frozen=True, kw_only=True):
    """One page in a tab. While it loads there is no page yet; `error` is why there will be none."""

    url: str
    number: int
    begun: float
    page: Page | None = None
    error: str = ""

    @property
    def loading(self) -> bool:
        """Whether it is still on its way."""
        return self.page is None and not self.error


class Tab(Struct, frozen=True, kw_only=True):
    """The visits, and which of them is shown; none is the browser's own start page."""

    mode: Mode
    visits: tuple[Visit, ...] = ()
    at: int = -1

    @property
    def visit(self) -> Visit | None:
        """What is shown."""
        return self.visits[self.at] if self.at >= 0 else None

    def opened(self, visit: Visit) -> Tab:
        """With one more; what was ahead of it is gone."""
        visits = (*self.visits[: self.at + 1], visit)[-_DEPTH:]
        return replace(self, visits=visits, at=len(visits) - 1)

    def moved(self, by: int) -> Tab:
        """Back or forward, as far as there is something."""
        return replace(self, at=min(max(self.at + by, -1), len(self.visits) - 1))

    def arrived(self, number: int, page: Page | None, error: str) -> Tab:
        """With the page that came."""
        visits = tuple(
            replace(one, page=page, error=error, url=page.url if page else one.url) if one.number == number else one
            for one in self.visits
        )
        return replace(self, visits=visits)
