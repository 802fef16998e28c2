"""The real huggingface_hub client, in a process of its own for each call: it reads its settings when it is imported."""

import json
import os
import subprocess
import sys


def call(function, arguments, environment):
    """Runs a function of hub_client.py with an environment, and returns what it returns."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
    run = subprocess.run(
        [sys.executable, os.path.join(os.path.dirname(__file__), "hub_client.py"), function, json.dumps(arguments)],
        env=settings | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    return json.loads(run.stdout.splitlines()[-1])
