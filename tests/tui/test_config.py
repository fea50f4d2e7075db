"""Configuration: what is accepted, and for each mistake where it is, what was expected, what came."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui import config_file, config_secrets
from tui.config import Config, load
from tui.errors import ConfigError

FULL = """
universe = "note-2026-01"
peers = "us"
[refresh]
quotes = 30
[store]
url = "sqlite:////var/lib/narrows.db"
[providers]
order = ["yahoo", "reference"]
[providers.yahoo]
base_url = "http://127.0.0.1:8080"
contact = "me@example.org"
[display]
up = "red"
names = "zh"
colours = "16"
symbols = "ascii"
marks = false
zone = "Asia/Hong_Kong"
mouse = true
[keys]
"app.quit" = "Q"
[[alerts]]
when = "share.listed_pct >= 7"
"""

# One mistake each: the file, and the words that its message must have.
MISTAKES = {
    "not TOML": ("universe = = 1", ("line 1", "not valid TOML")),
    "misspelt key": ('univers = "x"', ("line 1, key univers", "`universe`")),
    "misspelt table": ("[refersh]\nquotes = 20", ("line 1, key refersh", "`refresh`")),
    "misspelt key in a table": ("[refresh]\nqoutes = 20", ("line 2, key refresh.qoutes", "`quotes`")),
    "too quick": ("[refresh]\nquotes = 2", ("line 2, key refresh.quotes", "5", "got 2")),
    "text for a number": (
        '[refresh]\nquotes = "15"',
        ("key refresh.quotes", "expected a number", "got '15'"),
    ),
    "infinite": ("[refresh]\nquotes = inf", ("key refresh.quotes", "got inf")),
    "number for a text": ("universe = 7", ("line 1, key universe", "expected a text", "got 7")),
    "wrong choice": ('peers = "eu"', ("key peers", "'global' or 'us'", "got 'eu'")),
    "wrong colour": ('[display]\nup = "blue"', ("key display.up", "'auto'", "'red'", "got 'blue'")),
    "an old word": (
        '[display]\nsymbols = "unicode"',
        ("line 2, key display.symbols", "'ascii' or 'auto' or 'blocks' or 'braille'", "got 'unicode'"),
    ),
    "colours as a number": (
        "[display]\ncolours = 256",
        ("key display.colours", "'16' or '256' or 'auto' or 'none' or 'truecolor'", "got 256"),
    ),
    "colours in American": ("[display]\ncolors = 'none'", ("key display.colors", "`colours`")),
    "wrong mouse": (
        '[display]\nmouse = "maybe"',
        ("key display.mouse", "'auto' or 'motion' or true or false", "got 'maybe'"),
    ),
    "zone": (
        '[display]\nzone = "Mars/Olympus"',
        ("key display.zone", "Asia/Hong_Kong", "got 'Mars/Olympus'"),
    ),
    "zone outside": ('[display]\nzone = "/etc/passwd"', ("key display.zone",)),
    "empty order": ("[providers]\norder = []", ("key providers.order", "at least one provider")),
    "order of numbers": ("[providers]\norder = [1]", ("key providers.order", "expected a text")),
    "order at the top": ('order = ["yahoo"]', ("key order", "no such setting")),
    "providers no table": ("providers = 3", ("key providers", "a table")),
    "provider no table": ('[providers]\nyahoo = "x"', ("key providers.yahoo", "[providers.yahoo]")),
    "base_url": ('[providers.ecb]\nbase_url = "ftp://x"', ("line 2, key providers.ecb.base_url", "http://")),
    "store": ('[store]\nurl = "mysql://x"', ("key store.url", "sqlite:///")),
    "key id": ('[keys]\n"app.quitt" = "x"', ("line 2, key keys.app.quitt", "`app.quit`")),
    "key twice": ('[keys]\n"app.quit" = "s"', ("key keys.app.quit", "table.sort")),
    "key empty": ('[keys]\n"app.quit" = ""', ("key keys.app.quit", "expected a key")),
    "alert words": ('[[alerts]]\nwhen = "soon"', ("line 2, key alerts[1].when", "share.listed_pct >= 7")),
    "alert without when": ("[[alerts]]", ("key alerts[1]", "when")),
    "second alert": (
        '[[alerts]]\nwhen = "a.b >= 1"\n[[alerts]]\nwhen = 2',
        ("line 4, key alerts[2].when", "got 2"),
    ),
}


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_documented_key_is_accepted(tmp_path: Path) -> None:
    config = load(write(tmp_path, FULL), {})
    assert (config.universe, config.peers, config.refresh.quotes) == ("note-2026-01", "us", 30)
    assert config.order == ("yahoo", "reference")
    assert config.providers["yahoo"] == {"base_url": "http://127.0.0.1:8080", "contact": "me@example.org"}
    assert config.keys == {"app.quit": "Q"}
    assert config.alerts[0].when == "share.listed_pct >= 7"


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_names_file_place_expectation_and_value(tmp_path: Path, name: str) -> None:
    text, words = MISTAKES[name]
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert str(caught.value).startswith(str(path))
    for word in words:
        assert word in str(caught.value)
    assert path.read_text(encoding="utf-8") == text


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml", {}) == Config()


def test_a_file_that_was_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="config init"):
        load(tmp_path / "none.toml", {}, required=True)


def test_a_folder_or_other_bytes_are_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, {})
    path = tmp_path / "bytes.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        load(path, {})


def test_environment_lies_over_the_file(tmp_path: Path) -> None:
    environ = {
        "NARROWS_PEERS": "global",
        "NARROWS_PROVIDERS": "ecb,reference",
        "NARROWS_STORE": "sqlite:///x.db",
    }
    config = load(write(tmp_path, FULL), environ)
    assert (config.peers, config.order, config.store.url) == (
        "global",
        ("ecb", "reference"),
        "sqlite:///x.db",
    )
    assert config.universe == "note-2026-01"


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"environment variable NARROWS_PEERS.*'global' or 'us'.*'eu'"):
        load(tmp_path / "none.toml", {"NARROWS_PEERS": "eu"})


def test_first_file_says_every_default_and_changes_none(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "config.toml"
    config_file.init(path)
    assert load(path, {}) == Config()
    lines = path.read_text(encoding="utf-8").splitlines()
    settings = [
        line.removeprefix("# ") for line in lines if line.startswith("# ") and ("=" in line or "[" in line)
    ]
    uncommented = "\n".join(line for line in settings if not line.startswith("url"))
    assert load(write(tmp_path, uncommented), {}) == Config(
        keys={"app.quit": "q,ctrl+q"},
        alerts=load(write(tmp_path, FULL), {}).alerts,
        providers={"yahoo": {"base_url": "https://query1.finance.yahoo.com"}},
    )


def test_a_home_that_is_no_folder_has_no_configuration(tmp_path: Path) -> None:
    home = write(tmp_path, "a file")
    assert load(home / "narrows" / "config.toml", {}) == Config()


def test_first_file_never_overwrites(tmp_path: Path) -> None:
    path = write(tmp_path, "mine = true")
    with pytest.raises(ConfigError, match="exists already"):
        config_file.init(path)
    assert path.read_text(encoding="utf-8") == "mine = true"


def test_secrets_are_hidden() -> None:
    content = {
        "providers": {"x": {"api_key": "abc", "token": "def", "base_url": "https://u:pw@host/"}},
        "keys": {"app.quit": "x"},
        "store": {"url": "postgresql://user:hunter2@db/n"},
    }
    shown = str(config_secrets.hidden(content))
    for secret in ("abc", "def", "pw@", "hunter2"):
        assert secret not in shown
    assert "'app.quit': 'x'" in shown
    assert "user" in shown
