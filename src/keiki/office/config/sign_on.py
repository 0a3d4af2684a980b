"""The identity provider of ``[sso]`` as the log-in library takes it."""

from __future__ import annotations

from typing import Any

from keiki.office.config.folder import DataFolder, OfficeSettings


def provided(data: DataFolder | None, settings: OfficeSettings) -> dict[str, Any]:
    """Return the one OpenID Connect provider, or none."""
    sso = settings.sso
    if data is None or not sso.server_url:
        return {}
    app = {
        "provider_id": "sso",
        "name": sso.name,
        "client_id": sso.client_id,
        "secret": data.secret(sso.client_secret_file),
        "settings": {"server_url": sso.server_url, "token_auth_method": "client_secret_basic"},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid", "profile"]}}
