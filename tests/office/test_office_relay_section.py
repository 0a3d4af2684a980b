"""Where the office speaks to the relay: in the clear on this machine only, unless somebody says otherwise."""

from __future__ import annotations

import pytest

from keiki.office.config.folder import BadSettings, OfficeSettings


@pytest.mark.parametrize("url", ["nats://relay.example:4222", "nats://10.0.0.5:4222"])
def test_in_the_clear_over_a_network_only_where_it_is_said(url: str) -> None:
    with pytest.raises(BadSettings, match=r"relay\.url: off this machine"):
        OfficeSettings.from_toml(f'[relay]\nurl = "{url}"\n')
    assert OfficeSettings.from_toml(f'[relay]\nurl = "{url}"\nplaintext = true\n').relay.url == url


@pytest.mark.parametrize("url", ["tls://relay.example:4222", "nats://127.0.0.1:4222", "nats://localhost:4", ""])
def test_by_tls_or_on_this_machine_nothing_need_be_said(url: str) -> None:
    assert OfficeSettings.from_toml(f'[relay]\nurl = "{url}"\n').relay.url == url


@pytest.mark.parametrize("url", ["relay.example", "http://relay:1", "nats://user:secret@relay:4222", "tls://relay"])
def test_what_is_no_relays_address_is_refused_without_its_log_in(url: str) -> None:
    with pytest.raises(BadSettings, match=r"relay\.url") as refused:
        OfficeSettings.from_toml(f'[relay]\nurl = "{url}"\n')
    assert "secret" not in str(refused.value)
