"""The naive project, measured like ours: in the same run, on the same servers."""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack

from bench import fleet
from bench.ground import Ground
from bench.our_run import Run

THREADS = 64
QUIET_SECONDS = 15.0
START_SECONDS = 6.0


def measure(ground: Ground, *, texts: int, is_tuned: bool, delay_ms: int = 0) -> Run:
    """Send `texts` texts the usual way."""
    env = {
        "DJANGO_SETTINGS_MODULE": "bench.naive.settings",
        "NAIVE_TUNED": "1" if is_tuned else "0",
        "NAIVE_BROKER_URL": ground.env["REDIS_URL"].replace("unix://", "redis+socket://", 1),
        "NAIVE_QUEUE": f"naive-{'tuned' if is_tuned else 'default'}",
    }
    command = fleet.worker_command("", concurrency=THREADS, app="bench.naive.app:app")
    command = [*(part for part in command if not part.startswith(("--queues", "--pool")))]
    command += ["--pool=threads", f"--queues={env['NAIVE_QUEUE']}"]
    with ExitStack() as stack:
        worker = stack.enter_context(fleet.running(command, {**ground.env, **env}))
        time.sleep(START_SECONDS)
        ground.simulator.reset()
        if delay_ms:
            ground.simulator.faults({"fault": "delay_ms", "ms": delay_ms})
        ground.statements()
        cpu = ground.cpu(worker.pid)
        click = subprocess.run(
            [sys.executable, "-m", "bench.naive.fan_out", str(texts)],
            env={**os.environ, **ground.env, **env},
            cwd=fleet.ROOT,
            stdout=subprocess.PIPE,
            check=True,
        )
        said = json.loads(click.stdout)
        stats = ground.simulator.wait_for(texts, seconds=QUIET_SECONDS)
        used = ground.cpu(worker.pid) - cpu + said["cpu"]
        took = stats["last_at"] - stats["first_at"]
        return Run(
            texts=texts,
            taken=stats["taken"],
            delay_ms=delay_ms,
            blocked_ms=1000 * said["blocked"],
            first_ms=1000 * (stats["first_at"] - said["began"]),
            last_s=stats["last_at"] - said["began"],
            rate=(stats["taken"] - 1) / took if took else 0.0,
            cpu_per_1000=1000 * used / texts,
            statements_per_text=ground.statements() / texts,
        )
