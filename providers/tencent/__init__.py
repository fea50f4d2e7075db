"""Tencent: quotes and share counts of Chinese, Hong Kong and US lines, keyless."""

from providers.tencent.provider import Tencent

__all__ = ["Tencent"]
