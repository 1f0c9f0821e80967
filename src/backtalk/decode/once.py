"""What is worked out at most once for an object, without the lock that `functools.cached_property` takes in 3.11."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Given = TypeVar("Given")


class Once(Generic[Given]):
    """A property that is worked out when it is first asked for, and then is a plain attribute."""

    def __init__(self, func: Callable[[Any], Given]) -> None:
        self.func = func
        self.__doc__ = func.__doc__

    @overload
    def __get__(self, owner: None, kind: type) -> Self: ...
    @overload
    def __get__(self, owner: object, kind: type) -> Given: ...
    def __get__(self, owner: object | None, kind: type) -> Self | Given:
        if owner is None:
            return self
        given = owner.__dict__[self.func.__name__] = self.func(owner)
        return given
