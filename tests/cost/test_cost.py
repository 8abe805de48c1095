#!/usr/bin/env python3
"""Peak memory of train and eval, and loading time, of `pixels` on MNIST.

usage: test_cost.py NUMERAL LOAD_TIME

Left out (exit status 77) where $NUMERAL_DATA does not hold MNIST. Times are the best of a
few, as machines are noisy; memory is the kernel's own count.
"""
import os
import shutil
import subprocess
import sys
import tempfile

TRAINING_PIXELS = 60000 * 784
MOST_BYTES = 3 * TRAINING_PIXELS
MOST_MILLISECONDS = {"loading": 60, "mapping": 30}
ROUNDS = 5


def peak(*command):
    """The most memory that the command held, in bytes."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit status {child.returncode}")
    return used.ru_maxrss * 1024


def main():
    numeral, load_time = sys.argv[1:3]
    # meson fills freed memory to find faults, which would count as used
    os.environ.pop("MALLOC_PERTURB_", None)
    if not os.environ.get("NUMERAL_DATA") or subprocess.run(
            [numeral, "data", "info", "mnist:test[0:1]", "--offline"],
            capture_output=True, check=False).returncode != 0:
        print("MNIST is not in $NUMERAL_DATA")
        return 77
    failed = 0
    folder = tempfile.mkdtemp(prefix="numeral-cost-")
    try:
        model = os.path.join(folder, "m.model")
        for name, *command in (("train", numeral, "train", "mnist", "--preset",
                               "pixels", "-o", model),
                               ("eval", numeral, "eval", model, "mnist:test")):
            used = peak(*command)
            right = used <= MOST_BYTES
            failed += not right
            print(f"{'' if right else 'FAILED: '}{name}: {used:,} bytes at its peak, "
                  f"{used / TRAINING_PIXELS:.2f} times the training pixels (at most 3)")
        times = [list(map(float, subprocess.run([load_time, model], capture_output=True,
                                                text=True, check=True).stdout.split()))
                 for _ in range(ROUNDS)]
        for name, best in zip(MOST_MILLISECONDS, map(min, zip(*times))):
            right = best <= MOST_MILLISECONDS[name]
            failed += not right
            print(f"{'' if right else 'FAILED: '}{name} the model: {best:.1f} ms "
                  f"(at most {MOST_MILLISECONDS[name]})")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{4 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
