"""Where the developers of language models are at home, for the comparison of Chinese and US models.

Sources spell them in their own ways; the table maps every spelling, without case, spaces and points, to one
region and one name. Developers from elsewhere (Mistral, Cohere, LG) and unknown ones are on neither side.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class Developer(NamedTuple):
    """A developer on one of the two sides."""

    region: Literal["CN", "US"]
    name: str


_CHINESE = {
    "01.AI": ("01ai", "yi"),
    "Alibaba": ("alibaba", "alibabacloud", "qwen", "alibabaqwen"),
    "Ant Group": ("antgroup", "ant", "inclusionai"),
    "Baichuan": ("baichuan",),
    "Baidu": ("baidu",),
    "ByteDance": ("bytedance", "bytedanceseed", "seed"),
    "DeepSeek": ("deepseek", "deepseekai"),
    "Huawei": ("huawei",),
    "iFlytek": ("iflytek",),
    "InternLM": ("internlm", "shanghaiailab"),
    "Kuaishou": ("kuaishou", "kwaikat", "kwai", "kwaipilot"),
    "Meituan": ("meituan", "longcat"),
    "MiniMax": ("minimax", "minimaxai"),
    "Moonshot": ("moonshot", "moonshotai", "kimi"),
    "SenseTime": ("sensetime",),
    "StepFun": ("stepfun",),
    "Tencent": ("tencent",),
    "Xiaomi": ("xiaomi",),
    "Z.ai": ("zai", "zhipu", "zhipuai", "thudm", "tsinghua"),
}
_AMERICAN = {
    "Ai2": ("ai2", "allenai", "allenaiuw", "alleninstituteforai"),
    "Amazon": ("amazon", "aws"),
    "Anthropic": ("anthropic",),
    "Arcee": ("arcee", "arceeai"),
    "Databricks": ("databricks",),
    "Google": ("google", "googledeepmind", "deepmind"),
    "IBM": ("ibm",),
    "Inception": ("inception", "inceptionai"),
    "Liquid AI": ("liquid", "liquidai"),
    "Meta": ("meta", "metaai"),
    "Microsoft": ("microsoft", "microsoftai", "microsoftazure"),
    "Nous Research": ("nousresearch",),
    "NVIDIA": ("nvidia",),
    "OpenAI": ("openai",),
    "Perplexity": ("perplexity",),
    "Prime Intellect": ("primeintellect",),
    "Reka": ("reka", "rekaai"),
    "Salesforce": ("salesforce",),
    "ServiceNow": ("servicenow",),
    "Snowflake": ("snowflake",),
    "Thinking Machines": ("thinkingmachines", "thinkingmachineslab"),
    "xAI": ("xai", "spacexai"),
}

_BY_SPELLING = {spelling: Developer("CN", name) for name, all_ in _CHINESE.items() for spelling in all_} | {
    spelling: Developer("US", name) for name, all_ in _AMERICAN.items() for spelling in all_
}


def developer(*spellings: object) -> Developer | None:
    """Return the developer behind the first spelling that is known, `None` for one of neither side."""
    for spelling in spellings:
        if isinstance(spelling, str):
            known = _BY_SPELLING.get("".join(char for char in spelling.casefold() if char.isalnum()))
            if known is not None:
                return known
    return None
