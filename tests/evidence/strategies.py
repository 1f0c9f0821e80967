"""Records of every type, from few flows so that they meet."""

from __future__ import annotations

from hypothesis import strategies as st

from backtalk.evidence import records as rec

at = st.floats(min_value=0, max_value=1e11)
flow = st.sampled_from(["a", "b"])
text = st.text(max_size=12)
data = st.binary(max_size=24)
server = st.none() | st.tuples(st.sampled_from(["", "198.18.0.1", "fd00::1"]), st.integers(0, 65535))
headers = st.lists(st.tuples(data, data), max_size=3).map(tuple)

record = st.one_of(
    st.builds(rec.Open, at=at, conn=flow, peer=server, server=server),
    st.builds(rec.Close, at=at, conn=flow),
    st.builds(rec.Tls, at=at, conn=flow, sni=text, ok=st.booleans(), error=text, alpn=text),
    st.builds(
        rec.Request, at=at, flow=flow, conn=flow, method=text, scheme=st.sampled_from(["http", "https", "", "wss"]),
        host=text, port=st.integers(0, 65535), path=text, http=text, server=server, sni=text, headers=headers,
    ),
    st.builds(rec.RequestData, at=at, flow=flow, data=data),
    st.builds(rec.RequestEnd, at=at, flow=flow),
    st.builds(rec.Response, at=at, flow=flow, status=st.integers(0, 999), headers=headers),
    st.builds(rec.ResponseData, at=at, flow=flow, data=data),
    st.builds(rec.ResponseEnd, at=at, flow=flow),
    st.builds(rec.WebSocket, at=at, flow=flow, sent=st.booleans(), text=st.booleans(), data=data),
    st.builds(rec.WebSocketEnd, at=at, flow=flow),
    st.builds(rec.TcpOpen, at=at, flow=flow, conn=flow, server=server, sni=text),
    st.builds(rec.Tcp, at=at, flow=flow, sent=st.booleans(), data=data),
    st.builds(rec.TcpEnd, at=at, flow=flow),
    st.builds(rec.Failed, at=at, flow=flow, message=text),
)  # fmt: skip

records = st.lists(record, max_size=30)

value = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | text | data,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
tag = st.sampled_from(["open", "tls", "request", "request-data", "response", "websocket", "tcp-open", "tcp", "error"])
fields = st.sampled_from(["at", "flow", "conn", "data", "headers", "server", "sent", "status", "sni", "path", "port"])
hostile_map = st.builds(lambda kind, rest: {"t": kind, **rest}, tag | value, st.dictionaries(fields, value))
