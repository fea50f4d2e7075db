"""The demo market: a simulated market that continues the newest reference closes. Nothing in it is real.

The same seed, line and time give the same price, whoever asks, in any order, in any process. Sessions, lunch
breaks and holidays are those of the real exchanges; Hong Kong comes 15 minutes late; now and then a line
halts. Facts that the demo does not simulate (valuations, capex, scores, shares, marks, events) are those of
the reference, under their own source.
"""

from providers.demo.provider import SPEED, Demo, start

__all__ = ["SPEED", "Demo", "start"]
