"""Secrets in a configuration: where they may stand, what is refused and how to mend it, what is shown."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from providers.secret import Secret
from tui import cli, config_secrets
from tui.config import load
from tui.config_errors import dotted
from tui.errors import ConfigError
from tui.options import Settings

CANARY = "canary-77aa"
PLAIN = {
    "a key": ("providers.artificial_analysis.key", f'[providers.artificial_analysis]\nkey = "{CANARY}"'),
    "somebody's token": ("providers.mine.api_token", f'[providers.mine]\napi_token = "{CANARY}"'),
    "a password in an address": ("providers.ecb.base_url", f'[providers.ecb]\nbase_url = "https://u:{CANARY}@h"'),
    "the store": ("store.url", f'[store]\nurl = "postgresql+psycopg://u:{CANARY}@h/d"'),
    "the store's parameter": ("store.url", f'[store]\nurl = "postgresql+psycopg://h/d?password={CANARY}"'),
    "a webhook": ("alerts[1].webhook", f'[[alerts]]\nwhen = "catalysts within 3d"\nwebhook = "https://h/{CANARY}"'),
}  # fmt: skip
ELSEWHERE = {
    "store.url": "[store]\nurl = {}",
    "providers.x.key": "[providers.x]\nkey = {}",
    "providers.ecb.base_url": "[providers.ecb]\nbase_url = {}",
    "alerts[1].webhook": '[[alerts]]\nwhen = "catalysts within 3d"\nwebhook = {}',
}


def write(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


@pytest.mark.parametrize("name", PLAIN)
def test_a_secret_in_plain_words_wants_a_file_that_nobody_else_reads(tmp_path: Path, name: str) -> None:
    key, text = PLAIN[name]
    path = write(tmp_path, text, 0o644)
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert f"key {key}: holds a secret" in str(caught.value)
    assert f"`chmod 600 {path}`" in str(caught.value)
    assert CANARY not in str(caught.value)
    path.chmod(0o600)
    load(path, {})


def test_a_file_without_secrets_may_be_read_by_all(tmp_path: Path) -> None:
    text = '[store]\nurl = "sqlite:///x.db"\n[providers.ecb]\nbase_url = "http://h:80"\n'
    assert load(write(tmp_path, text, 0o644), {}).providers == {"ecb": {"base_url": "http://h:80"}}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_secret_may_stand_elsewhere(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, ELSEWHERE[name].format('{ env = "X" }'), 0o644)
    config = load(path, {})
    found = {dotted(keys): place for keys, place in config_secrets.places(builtins(config))}
    assert found == {name: Secret(env="X")}


@pytest.mark.parametrize("name", ELSEWHERE)
@pytest.mark.parametrize(
    ("place", "words"),
    [
        ('{ env = "X", file = "/x" }', "expected one place"),
        ('{ keyring = "narrows" }', "SERVICE/USER"),
        ('{ file = "" }', "expected one place"),
    ],
)
def test_a_place_that_is_none_is_a_mistake(tmp_path: Path, name: str, place: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        load(write(tmp_path, ELSEWHERE[name].format(place)), {})
    assert f"key {name}" in str(caught.value)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_file_that_others_may_read_is_refused_before_it_is_needed(tmp_path: Path, name: str) -> None:
    kept = tmp_path / "kept"
    kept.write_text(CANARY)
    kept.chmod(0o640)
    path = write(tmp_path, ELSEWHERE[name].format(f'{{ file = "{kept}" }}'))
    with pytest.raises(ConfigError, match=r"others may read it \(mode 0640\)\. Do `chmod 600`"):
        load(path, {})


def test_the_store_is_where_its_secret_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load(write(tmp_path, ELSEWHERE["store.url"].format('{ env = "MY_STORE" }')), {})
    with pytest.raises(ConfigError, match=r"store\.url: variable MY_STORE: empty or not set"):
        _ = Settings(config=config).store_url
    monkeypatch.setenv("MY_STORE", f"postgresql://u:{CANARY}@h/d")
    assert Settings(config=config).store_url == f"postgresql://u:{CANARY}@h/d"
    monkeypatch.setenv("MY_STORE", CANARY)
    with pytest.raises(ConfigError, match="got something else") as caught:
        _ = Settings(config=config).store_url
    assert CANARY not in str(caught.value)


def test_where_the_store_is_kept_is_asked_once(tmp_path: Path) -> None:
    kept = tmp_path / "url"
    kept.write_text("postgresql://h/d\n")
    kept.chmod(0o600)
    text = ELSEWHERE["store.url"].format(f'{{ file = "{kept}" }}')
    settings = Settings(config=load(write(tmp_path, text), {}))
    assert settings.store_url == "postgresql://h/d"
    kept.unlink()
    assert settings.store_url == "postgresql://h/d"


def test_of_a_command_only_the_program_and_what_is_filled_in_are_shown() -> None:
    command = ["curl", "-H", f"Authorization: Bearer {CANARY}", "{text}"]
    assert config_secrets.hidden({"command": command})["command"] == ["curl", "•••", "•••", "{text}"]


def test_the_place_of_a_secret_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "\n".join(text.format('{ env = "MINE" }') for text in ELSEWHERE.values()))
    assert cli.main(["config", "show", "--config", str(path)]) == 0
    assert capsys.readouterr().out.count('"env": "MINE"') == len(ELSEWHERE)


def test_the_doctor_tries_each_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINE", CANARY)
    text = '[providers.x]\nkey = { env = "MINE" }\n[providers.y]\nkey = { env = "NOT_SET" }\n'
    assert cli.main(["doctor", "--offline", "--config", str(write(tmp_path, text))]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "ok secret providers.x.key from variable MINE" in out
    assert "note secret providers.y.key: variable NOT_SET: empty or not set" in out
    assert CANARY not in out


def builtins(config: object) -> dict[str, object]:
    found: dict[str, object] = msgspec.to_builtins(config)
    return found


def test_the_umask_of_this_machine_does_not_matter(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        path = tmp_path / "config.toml"
        path.write_text(PLAIN["a webhook"][1])
    finally:
        os.umask(before)
    assert load(path, {}).alerts[0].webhook == f"https://h/{CANARY}"
