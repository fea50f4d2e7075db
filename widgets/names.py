"""Names for people, in English or Chinese, of what the Board calls by identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metrics.board import Constituent
    from widgets.options import Names

SUBSECTORS: dict[str, tuple[str, str]] = {
    "cloud": ("Cloud platforms", "云平台"),
    "ai_software": ("AI software", "AI软件"),
    "data_centres": ("Data centres", "数据中心"),
    "ic_design": ("IC design", "芯片设计"),
    "foundry": ("Foundry", "晶圆代工"),
    "semicap": ("Semicap", "半导体设备"),
    "memory": ("Memory", "存储"),
    "hardware": ("Hardware & optics", "硬件与光模块"),
    "model_developers": ("Model developers", "大模型公司"),
}
REGIONS: dict[str, tuple[str, str]] = {
    "CN": ("China", "中国"),
    "US": ("US", "美国"),
    "TW": ("Taiwan", "台湾"),
    "KR": ("Korea", "韩国"),
    "JP": ("Japan", "日本"),
    "NL": ("Netherlands", "荷兰"),
    "DE": ("Germany", "德国"),
    "FR": ("France", "法国"),
    "GB": ("United Kingdom", "英国"),
    "IL": ("Israel", "以色列"),
    "CA": ("Canada", "加拿大"),
    "SG": ("Singapore", "新加坡"),
    "EU": ("Europe", "欧洲"),
    "HK": ("Hong Kong", "香港"),
}
EXCHANGE_GROUPS: dict[str, str] = {
    "XSHG": "SSE",
    "XSHE": "SZSE",
    "XHKG": "HKEX",
    "XTAI": "TWSE",
    "XKRX": "KRX",
    "XTKS": "TSE",
    "XNYS": "NYSE",
    "XNAS": "NYSE",
    "XAMS": "Euronext",
    "XPAR": "Euronext",
    "XMIL": "Euronext",
    "XBRU": "Euronext",
    "XETR": "XETRA",
    "XLON": "LSE",
    "OTCM": "OTC",
}
LINE_TAGS: dict[str, str] = {"XSHG": "A", "XSHE": "A", "XHKG": "H", "XNYS": "US", "XNAS": "US"}
METRICS: dict[str, str] = {"forward_pe": "P/E NTM", "price_sales": "P/S"}
KINDS: dict[str, str] = {"ipo": "IPO", "export_control": "export control", "lockup": "lock-up"}


def subsector(identifier: str, names: Names) -> str:
    """Name of a subsector; one that is not known is shown as it is."""
    return _pick(SUBSECTORS.get(identifier), identifier.replace("_", " "), names)


def region(code: str, names: Names) -> str:
    """Name of a region by its country code."""
    return _pick(REGIONS.get(code), code, names)


def constituent(row: Constituent, names: Names) -> str:
    """Name of an issuer; the English one where there is no Chinese one."""
    return row.name_zh if names == "zh" and row.name_zh else row.name


def kind(identifier: str) -> str:
    """Kind of an event or of a private mark, in words."""
    return KINDS.get(identifier, identifier.replace("_", " "))


def _pick(pair: tuple[str, str] | None, otherwise: str, names: Names) -> str:
    return otherwise if pair is None else pair[names == "zh"]
