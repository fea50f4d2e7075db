"""A loopback market: one truth, answered in the protocols of the real services, with faults on request."""

from tests.server import faults
from tests.server.core import Exchanged, MarketServer
from tests.server.truth import Stock, Truth

__all__ = ["Exchanged", "MarketServer", "Stock", "Truth", "faults"]
