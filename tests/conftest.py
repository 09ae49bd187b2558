"""Parts that are dear to make, made once for the whole run."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from bot import assembly
from bot.home import MODEL
from bot.settings import Settings
from retrieval.e5 import E5, load_e5

# How long an example takes says nothing on a busy machine.
settings.register_profile("footnote", deadline=None)
settings.load_profile("footnote")


@pytest.fixture(scope="session", autouse=True)
def offline() -> Iterator[None]:
    """Fail a test that looks up or connects to another machine. Processes that a test starts are not watched."""

    def connecting(plain: Callable[..., Any]) -> Callable[..., Any]:
        def watched(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                _stay_here(address[0])
            return plain(self, address)

        return watched

    def looking_up(plain: Callable[..., Any]) -> Callable[..., Any]:
        def watched(host: str | bytes | None, *rest: Any, **named: Any) -> Any:
            _stay_here(host.decode() if isinstance(host, bytes) else host or "localhost")
            return plain(host, *rest, **named)

        return watched

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, connecting(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", looking_up(socket.getaddrinfo))
        yield


def _stay_here(host: str) -> None:
    try:
        here = ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        here = host == "localhost"
    if not here:
        pytest.fail(f"A test talks to {host}, which is not this machine.")


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the bundled embedder's files, built; FOOTNOTE_TEST_CACHE names one kept between runs."""
    kept = os.environ.get("FOOTNOTE_TEST_CACHE")
    folder = Path(kept) / "model" if kept else tmp_path_factory.mktemp("model")
    load_e5(folder)
    return folder


@pytest.fixture(scope="session")
def e5(model_folder: Path) -> E5:
    """The bundled embedder, loaded once."""
    return load_e5(model_folder)


@pytest.fixture(scope="session")
def bundled_home(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the five bundled articles indexed as a person's would be. Only to be read."""
    home = tmp_path_factory.mktemp("bundled")
    (home / MODEL).symlink_to(model_folder)
    settings = Settings(home=home)
    assembly.ingest(settings, [assembly.archive(settings)])
    return home
