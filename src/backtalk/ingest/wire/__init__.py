"""Reads what connections carry: HTTP/1, HTTP/2, HTTP/3 and WebSocket, from the plain bytes of both directions."""
