"""Where canaries come from: words that exist nowhere else, and decoys that are never planted."""

from __future__ import annotations

from backtalk.errors import UsageError
from backtalk.model.canary import Canary, CanaryKind
from backtalk.model.draw import CONSONANTS, VOWELS, Draw

LETTERS: dict[str, tuple[int, int]] = {"host": (9, 11), "path": (9, 10), "query": (9, 10)}
OTHER_LETTERS = (10, 12)
"""Fewest and most letters of a word, by kind."""

PREFIX = 4
"""Letters that no two canaries of a session share at their beginning."""

COMMON = (
    "base bina bodi bona bote boto bove data date dati dato defi dele deli dema demo deno depe desi deve devi dime "
    "dire dive divi domi done dose dota duri fade fali fami fava favo fede feta file fina fine fire folo fore foro "
    "gado game gate gene geni give goto have hero hide hire hole home hope hove kana kilo lase late lati lazi lega "
    "leno leta leve libe life like lima lime limi line lite live lode loge logi lone luna made mala male mana mani "
    "mapi mari mase mate medi medu mega memo menu mere meri meta mete mile mime mina mine mini mire mite mobi mode "
    "modi modu mone moni mono more moto mova move mozi musi muta name nati navi neta neve nite node none nore nota "
    "note noti nove numa nume page pane para pare pari pati pipe pola pole poli popo popu pose posi pote pure puri "
    "radi rage rare rate rati reba rede redi redu refe regi rela relo rema remi remo remu rena repe repo rese resi "
    "reso resu reti reve revi ripe rise rive role roma rome rona rosi rota rubi rule rune safe sale same sami sani "
    "sate save sele sema sena seni sepa sera sere seri sese setu seve side simi sina sine sita site size sola sole "
    "soli some sona sore sori suba sube subo sufi sure tabi tage take tale tame tape tele temi temo teni tera teri "
    "tidi tile time tipe tiro tite titi tiva toda toke tole tone tope tota tube tune tuto vale vali valu vano vari "
    "vega vene veri vese veto vibe vide visi vita vivi vola volu vote zero zone"
)
"""Beginnings that ordinary traffic is full of (`data`, `mozi`lla, `refe`rer): they would be met by chance."""

MORE_THAN_ENOUGH = 100_000
"""Draws after which the words count as run out."""


class Mint:
    """Mints the canaries of one session; equal seeds and names give equal words in the same order of calls."""

    def __init__(self, seed: int, session: str) -> None:
        self._session = session
        self._planted = Draw(seed, f"canaries/{session}")
        self._never = Draw(seed, f"decoys/{session}")
        self._beginnings: set[str] = set()
        self._insides: set[str] = set()

    def word(self, kind: CanaryKind, stimulus: str) -> Canary:
        """A new canary for one place of one stimulus. UsageError when the words run out."""
        return self._mint(self._planted, kind, stimulus)

    def decoys(self, count: int) -> tuple[Canary, ...]:
        """Canaries that will never be planted. UsageError when the words run out."""
        return tuple(self._mint(self._never, "decoy", "") for _ in range(count))

    def _mint(self, draw: Draw, kind: CanaryKind, stimulus: str) -> Canary:
        shortest, longest = LETTERS.get(kind, OTHER_LETTERS)
        for _ in range(MORE_THAN_ENOUGH):
            word = draw.word(shortest + draw.below(longest - shortest + 1))
            inside = set() if kind == "decoy" else _inside(word)
            if self._usable(word[:PREFIX], inside):
                self._beginnings.add(word[:PREFIX])
                self._insides |= inside
                return Canary(value=word, kind=kind, session=self._session, stimulus=stimulus)
        raise UsageError(
            f"session {self._session} needs more canaries than there are beginnings for them.",
            means="Words that begin alike cannot be told apart letter by letter.",
            remedy=f"Plan at most {len(CONSONANTS) ** 2 * len(VOWELS) ** 2 // 2} canaries and decoys a session.",
        )

    def _usable(self, beginning: str, inside: set[str]) -> bool:
        """Begins like no other word nor a common one, and no word begins inside one that is planted.

        So no word is part of another, and typing one never shows the prefixes of another.
        (A decoy's inside is free: it is never typed.)
        """
        return (
            beginning not in COMMON
            and beginning not in self._beginnings
            and beginning not in self._insides
            and not inside & self._beginnings
        )


def _inside(word: str) -> set[str]:
    return {word[start : start + PREFIX] for start in range(1, len(word) - PREFIX + 1)}
