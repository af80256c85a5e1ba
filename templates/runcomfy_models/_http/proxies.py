"""Which proxy of the environment a request goes through.

httpx2 does this in its client, which also logs each URL with its query: a signed link's
secret. So the engines use transports, and this decides between them.
"""

from __future__ import annotations

import os
from ipaddress import ip_address, ip_network
from urllib.request import getproxies

import httpx2

from ..errors import ConfigurationError


class EnvironmentProxies:
    """The proxies that the environment names, as it was when the client was made."""

    def __init__(self) -> None:
        found = getproxies()
        self._proxies = {
            scheme: _proxy(scheme, found[scheme])
            for scheme in ("http", "https", "all")
            if found.get(scheme)
        }
        self._exempt = [host.strip().lower() for host in found.get("no", "").split(",")]

    def choose(self, url: httpx2.URL) -> httpx2.Proxy | None:
        """Return the proxy for a URL, None where it is reached without."""
        proxy = self._proxies.get(url.scheme) or self._proxies.get("all")
        if proxy is None or any(_is_exempt(url, rule) for rule in self._exempt if rule):
            return None
        return proxy


def _proxy(scheme: str, address: str) -> httpx2.Proxy:
    """Return a proxy, or say which variable holds what is not one."""
    try:
        return httpx2.Proxy(address if "://" in address else f"http://{address}")
    except (ValueError, httpx2.InvalidURL):
        raise ConfigurationError(
            f"{variable_of(scheme)} in the environment is not the URL of a proxy such as "
            "http://proxy.example:3128; socks5:// needs the package socksio."
        ) from None


def variable_of(scheme: str) -> str:
    """Return the environment's variable that a proxy came from."""
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper())
    return next((name for name in names if os.environ.get(name)), names[1])


def _is_exempt(url: httpx2.URL, rule: str) -> bool:
    """Tell whether a rule of NO_PROXY, as curl reads it, is about this URL's host."""
    host = url.host.lower()
    name, _, port = rule.rpartition("://")[2].partition(":")
    if port.isdecimal() and name:
        return str(url.port or "") == port and _is_exempt(url, name)
    if rule == "*" or host == rule.strip("[]"):
        return True
    if "/" in rule:
        return _is_in_network(host, rule)
    domain = name.removeprefix("*").removeprefix(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _is_in_network(host: str, network: str) -> bool:
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False
