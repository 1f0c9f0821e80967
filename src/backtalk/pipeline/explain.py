"""Replays a sighting from the raw evidence, step by step."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from backtalk.decode import replay
from backtalk.errors import IntegrityFailure, NoEvidence, UsageError
from backtalk.evidence import Case
from backtalk.evidence.storage import hash_file
from backtalk.model.capture import Exchange
from backtalk.model.finding import Finding, Sighting
from backtalk.model.result import Result
from backtalk.model.trace import Stage, Trace
from backtalk.pipeline.analyze import RESULT
from backtalk.pipeline.keys import keyring_of

AGAIN = "Run `backtalk verify` on the case, then `backtalk analyze`."


class Explainer:
    """Traces of one case's sightings; each session is read once."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._keyring = keyring_of(case)
        self._sessions = lru_cache(maxsize=4)(self._read)

    def trace(self, sighting: Sighting) -> Trace:
        """The way from the part's bytes to the canary. IntegrityFailure if it cannot be walked again."""
        folder = sighting.source.rpartition("/")[0]
        exchange = self._sessions(folder).get((sighting.source, sighting.exchange))
        if exchange is None:
            raise IntegrityFailure(
                f"exchange {sighting.exchange} of {sighting.source} is not in the raw evidence.",
                means="The finding that rests on it cannot be relied on.",
                remedy=AGAIN,
            )
        raw = next((part.data for part in exchange.parts if part.name == sighting.part), b"")
        outputs = replay(raw, sighting.steps, self._keyring)
        return Trace(
            source=sighting.source,
            exchange=sighting.exchange,
            part=sighting.part,
            raw=raw,
            stages=tuple(Stage(step=step, output=output) for step, output in zip(sighting.steps, outputs, strict=True)),
            found=sighting.found,
            canary=sighting.canary,
            digest=hash_file(self._case.path / sighting.source).sha256,
        )

    def _read(self, relative: str) -> dict[tuple[str, int], Exchange]:
        for folder in self._case.sessions():
            if folder.relative == relative:
                return {(exchange.source, exchange.index): exchange for exchange in folder.exchanges()[0]}
        return {}


def kept_result(case: Case) -> Result:
    """The result that the case holds. NoEvidence if it was never derived or is of another format."""
    try:
        return msgspec.json.decode((case.path / RESULT).read_bytes(), type=Result)
    except FileNotFoundError as error:
        raise NoEvidence(f"{case.path} has not been analysed.", remedy="Run `backtalk analyze` on it.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NoEvidence(
            f"{RESULT} cannot be read: {error}.",
            means="Nothing is lost: it is derived.",
            remedy="Run `backtalk analyze` on the case.",
        ) from error


def finding(result: Result, name: str) -> Finding:
    """The finding with this id, or the only one whose id begins so. UsageError if there is none."""
    wanted = [one for one in result.findings if one.id.lower().startswith(name.lower())]
    exact = [one for one in wanted if one.id.lower() == name.lower()]
    if len(found := exact or wanted) == 1:
        return found[0]
    raise UsageError(
        f"{name!r} names {len(wanted) or 'no'} findings of this case.",
        remedy="`backtalk analyze` and the report list their ids.",
    )
