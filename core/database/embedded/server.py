"""Start, find and stop the embedded server of one home folder.

The server belongs to no process of ours: it outlives web workers and is found again by the
pid file in its data folder. Starts are serialised by a lock that dies with its holder.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.config import Settings, ensure_home
from core.database.embedded import cluster, places, process
from core.database.embedded.binaries import SUPPORTED, Binaries, ServerError, choose
from core.database.urls import build
from core.private_files import locked

if TYPE_CHECKING:
    import psycopg

WARNING = (
    "The embedded PostgreSQL {version} is meant for evaluation and small sites; tested with"
    f" {SUPPORTED}. Production: set HAMYAR_DATABASE_URL (hamyar db roles-sql helps)."
)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers: its process, version (``18.6``), data and socket folder."""

    pid: int
    version: str
    data: Path
    sockets: Path
    admin_url: str = field(repr=False)

    @property
    def warning(self) -> str:
        """What an operator should know about an embedded database."""
        return WARNING.format(version=self.version)


class EmbeddedServer:
    """The server of one home folder.

    Args:
        home: existing folder, as of `core.config.ensure_home`.
        options: settings of postgresql.conf that win over ours (tests switch fsync off).
        binaries: a certain installation; default: the one that fits the data.
        patience: seconds that a start may take, crash recovery included.
    """

    def __init__(
        self,
        home: Path,
        *,
        options: Mapping[str, str] | None = None,
        binaries: Binaries | None = None,
        patience: float = 300,
    ) -> None:
        self.home = home
        self.options = dict(options or {})
        self.binaries = binaries
        self.patience = patience
        self.folder, self.account = places.cluster_folder(home)
        self.data = self.folder / "data"

    def start(self) -> Running:
        """Return the running server, started (and created) if need be.

        Raises:
            ServerError: it cannot be started; its own log ends the message.
        """
        if running := self.attach():
            return running
        places.make_cluster_folder(self.folder, self.account)
        with locked(self.folder / "lock"):
            self._stop_without_socket()
            if not process.running(self.data):
                self._launch()
            return self._await()

    def attach(self) -> Running | None:
        """Return the server if it runs and answers; start nothing."""
        found = process.running(self.data)
        if found is None or not (found.sockets / places.SOCKET).exists():
            return None
        with contextlib.suppress(_not_yet()):
            return self._connect(found)
        return None

    def stop(self, patience: float = 60) -> bool:
        """Stop the server; tell whether there was one.

        Raises:
            ServerError: it belongs to another user or does not end.
        """
        if not self.data.exists():
            return False
        with locked(self.folder / "lock"):
            found = process.running(self.data)
            if found:
                process.terminate(found.pid, self.data, patience)
                with contextlib.suppress(OSError):
                    found.sockets.rmdir()
            process.clear_remains(self.data)
            return found is not None

    def _launch(self) -> None:
        binaries = self._usable_binaries()
        if self.data.exists():
            process.clear_remains(self.data)
        else:
            sync = self.options.get("fsync") != "off"
            cluster.create(self.folder, binaries, self.account, sync=sync)
        sockets = places.socket_folder(self.folder, self.account)
        process.clear_sockets(sockets)
        cluster.configure(self.folder, sockets, self.options)
        cluster.rotate_log(self.data)
        # pg_ctl hands paths to a shell, which a `$` in them would upset: so none is given
        command: list[str | Path] = [binaries.tool("pg_ctl"), "-l", "server.log", "-w"]
        done = self.account.run(
            [*command, "-t", str(int(self.patience)), "start"], self.patience + 30, self.data
        )
        if done.returncode != 0:
            raise ServerError(
                f"the embedded PostgreSQL {binaries.version} does not start; its log says:\n"
                f"{cluster.log_tail(self.data)}"
            )

    def _usable_binaries(self) -> Binaries:
        """Return binaries that fit the data folder and that the account can run."""
        major = cluster.major_of(self.data)
        chosen = self.binaries or choose(major)
        if major not in (None, chosen.major):
            chosen = choose(major)
        return places.reachable(chosen, self.account)

    def _stop_without_socket(self) -> None:
        """Stop a server whose socket was swept away: nobody could reach it any more.

        A desktop removes the runtime folder when the user logs out. A server that is just
        starting has no socket either, so it gets a moment.
        """
        found = process.running(self.data)
        if found is None:
            return
        socket = found.sockets / places.SOCKET
        process.wait(lambda: socket.exists() or process.is_ready(self.data), 5)
        if not socket.exists():
            process.terminate(found.pid, self.data, 60)

    def _await(self) -> Running:
        """Wait until a real connection succeeds; recovery after a crash takes its time."""
        reached: list[Running] = []

        def answers() -> bool:
            found = process.running(self.data)
            if found is None:
                raise ServerError(f"the server died; its log says:\n{cluster.log_tail(self.data)}")
            with contextlib.suppress(_not_yet()):
                reached.append(self._connect(found))
            return bool(reached)

        if not process.wait(answers, self.patience):
            raise ServerError(
                f"the server does not answer after {self.patience:.0f} s; its log says:\n"
                f"{cluster.log_tail(self.data)}"
            )
        return reached[0]

    def _connect(self, found: process.PidFile) -> Running:
        """Prove by a connection that the server answers to our password."""
        import psycopg

        url = self._admin_url(found.sockets)
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                return Running(found.pid, _version(connection), self.data, found.sockets, url)
        except psycopg.OperationalError as error:
            if "authentication failed" in str(error):
                raise ServerError(
                    f"{self.folder}/admin.password does not fit the data beside it"
                ) from error
            raise

    def _admin_url(self, sockets: Path) -> str:
        return build(
            {
                "host": str(sockets), "port": "5432", "dbname": "postgres",
                "user": cluster.ADMIN, "password": cluster.admin_password(self.folder),
            }
        )  # fmt: skip


def _not_yet() -> type[Exception]:
    """Return the error of a server that does not answer (imported late: psycopg is slow)."""
    import psycopg

    return psycopg.OperationalError


def _version(connection: psycopg.Connection) -> str:
    number = connection.info.server_version
    return f"{number // 10000}.{number % 10000}"


def embedded_server(settings: Settings) -> EmbeddedServer:
    """Return the embedded server of the settings' home, which is created when missing.

    Raises:
        ServerError: the settings name another server.
    """
    if settings.database_url:
        raise ServerError("HAMYAR_DATABASE_URL is set: no embedded server is used")
    return EmbeddedServer(ensure_home(settings))
