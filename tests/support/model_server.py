"""A real model server, MLServer from PyPI, with a scikit-learn model: in an environment of its own, made once and kept.

It needs an older FastAPI than ours, so it cannot share our environment.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.ports import free_port

ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / ".bench" / "model-server"
FITTING = Path(__file__).with_name("served_model.py")
NEEDED = ("mlserver", "mlserver-sklearn")
MAKING_SECONDS, INSTALLING_SECONDS = 180.0, 600.0
UNREACHABLE = ("client error (Connect)", "operation timed out", "mlserver was not found in")
"""What uv says where it reaches no index."""


class NotInstallable(Exception):
    """The package index cannot be reached."""


def environment() -> Path:
    """Give the Python of the server's environment; made where it is not there yet, which takes some seconds.

    Raises NotInstallable where no package index can be reached, and RuntimeError where one was and uv failed.
    """
    python = KEPT / "bin" / "python"
    done = KEPT / "done"
    if not done.exists():
        KEPT.parent.mkdir(exist_ok=True)
        venv = [sys.executable, "-m", "venv", "--clear", "--without-pip", str(KEPT)]
        subprocess.run(venv, check=True, timeout=MAKING_SECONDS)
        asked = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python), *NEEDED]
        found = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=INSTALLING_SECONDS)
        if found.returncode != 0 and any(one in found.stderr for one in UNREACHABLE):
            raise NotInstallable(found.stderr.strip().splitlines()[0])
        if found.returncode != 0:  # reached, and still not installed: that is a fault and no reason to skip
            raise RuntimeError(found.stderr)
        done.touch()
    return python


@contextmanager
def serving_a_model(folder: Path, port: int | None = None) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Serve a model whose probability rises with the age; gives the process and the address of the model."""
    python = environment()
    if not (folder / "model.joblib").exists():
        subprocess.run([str(python), str(FITTING), str(folder)], check=True, timeout=MAKING_SECONDS)
    ports = [port or free_port(), free_port(), free_port()]
    names = ("http_port", "grpc_port", "metrics_port")
    said = dict(zip(names, ports, strict=True)) | {"host": "127.0.0.1", "parallel_workers": 0, "debug": False}
    (folder / "settings.json").write_text(json.dumps(said))
    model = {
        "name": "vervain",
        "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": "./model.joblib", "version": "1"},
    }
    (folder / "model-settings.json").write_text(json.dumps(model))
    with (folder / "log").open("wb") as log:
        started = [str(python.parent / "mlserver"), "start", str(folder)]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        with subprocess.Popen(started, stdout=log, stderr=subprocess.STDOUT, env=clean) as process:
            try:
                yield process, f"http://127.0.0.1:{ports[0]}/v2/models/vervain"
            finally:
                process.kill()
