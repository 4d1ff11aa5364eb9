"""Registries on this machine, for the programs beside this file."""

import pathlib
import signal
import socket
import subprocess
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Registry:
    """A registry that runs at `host` until it is stopped."""

    def __init__(self, command, host, log=None):
        self.host = host
        with open(log, "a") if log else open("/dev/null", "w") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
            )
        port = int(host.rsplit(":", 1)[1])
        for _ in range(3_000):
            with socket.socket() as probe:
                if self.process.poll() is None and probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        self.process.kill()
        raise SystemExit(f"{command[0]} does not start" + (f"; see {log}" if log else ""))

    @property
    def is_running(self):
        return self.process.poll() is None

    @property
    def peak_memory(self):
        """The most bytes that were resident."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
        raise SystemExit("the registry has ended")

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(timeout=60)


def zoo_serve(program, root, host=None, log=None):
    """`zoo serve` over the store at `root`."""
    host = host or f"127.0.0.1:{free_port()}"
    return Registry([program, "serve", "--listen", host, "--root", str(root)], host, log)


def docker_registry(directory):
    """`docker-registry` over files in `directory`, which is made."""
    directory.mkdir(parents=True)
    host = f"127.0.0.1:{free_port()}"
    config = directory / "config.yml"
    config.write_text(
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
        f'storage: {{filesystem: {{rootdirectory: "{directory}/data"}}}}\nhttp: {{addr: "{host}"}}\n'
    )
    return Registry(["docker-registry", "serve", str(config)], host)
