"""What is worked out once is then a plain attribute of the one object."""

from __future__ import annotations

from backtalk.decode.once import Once


class Counted:
    asked = 0

    @Once
    def answer(self) -> int:
        """The answer."""
        self.asked += 1
        return self.asked


def test_it_is_worked_out_when_first_asked_for_and_never_again():
    one, other = Counted(), Counted()
    assert one.asked == 0
    assert (one.answer, one.answer, one.asked) == (1, 1, 1)
    assert other.asked == 0
    assert Counted.answer.__doc__ == "The answer."
