"""The gateway: the only thing the subject can reach, which records all it is told."""

from backtalk.lab.gateway.gateway import Gateway
from backtalk.lab.gateway.network import GATEWAY as RESOLVER

__all__ = ["RESOLVER", "Gateway"]
