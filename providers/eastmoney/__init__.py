"""Eastmoney: quotes of Chinese, Hong Kong and US lines in one polite batch, keyless."""

from providers.eastmoney.provider import Eastmoney

__all__ = ["Eastmoney"]
