"""What the peers share: the clock, the line protocol of `Benchmarks/run`, and the two networks."""

import json
import os
import sys
import time

THREADS = int(os.environ.get("ZOO_BENCH_THREADS", "2"))
QUICK = os.environ.get("ZOO_BENCH_QUICK") == "1"


def report(metric, variant, value, unit):
    """One figure as a JSON line on stdout; the driver collects them."""
    print(json.dumps({"metric": metric, "variant": variant, "value": value, "unit": unit}), flush=True)


def note(text):
    print(text, file=sys.stderr, flush=True)


def rate(step, rows, seconds, warmup=5):
    """Rows a second of `step()`, measured for about `seconds` after `warmup` calls."""
    if QUICK:
        seconds, warmup = 0.3, 2
    for _ in range(warmup):
        step()
    started = time.perf_counter()
    calls = 0
    while time.perf_counter() - started < seconds:
        step()
        calls += 1
    return rows * calls / (time.perf_counter() - started)


def configure_torch():
    import torch

    torch.set_num_threads(THREADS)
    torch.manual_seed(1)
    return torch
