"""What both drivers say of the machine, and set for both sides."""

import os
import pathlib
import platform
import subprocess


def environment(threads, quick):
    result = dict(os.environ, OMP_NUM_THREADS=str(threads), ZOO_BENCH_THREADS=str(threads))
    # Some machines set these for old OpenBLAS builds; they would slow numpy and scikit-learn down.
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        result.pop(name, None)
    if quick:
        result["ZOO_BENCH_QUICK"] = "1"
    return result


def machine():
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}"


def versions(python, packages):
    """`PyTorch 2.9.1, pandas 2.3.3`, of packages by their import names."""
    code = f"import {', '.join(packages)}; print(*({', '.join(f'{p}.__version__' for p in packages)},))"
    found = subprocess.run([python, "-c", code], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    names = {"torch": "PyTorch", "sklearn": "scikit-learn", "lightgbm": "LightGBM"}
    return ", ".join(f"{names.get(p, p)} {v}" for p, v in zip(packages, found))
