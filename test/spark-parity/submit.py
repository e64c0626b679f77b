"""submit.py SCRIPT ARGS…: spark-submit on this machine alone, and at the end `cpu <user> <system>` of all its processes in seconds.

Spark's workers in Python outlive it by a moment: on Linux they become children of this process, which waits for them too.
"""

import ctypes
import os
import resource
import subprocess
import sys
from pathlib import Path

import pyspark

PR_SET_CHILD_SUBREAPER = 36

root = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "test/spark"))
from settings import local  # noqa: E402

home = os.path.dirname(pyspark.__file__)
given = os.environ
settings = local(given["SPARK_FOLDER"], given["SPARK_CLASSES"])
command = [
    *[f"{home}/bin/spark-submit", "--master", given.get("SPARK_MASTER", "local[2]"), "--driver-memory", "1500m"],
    *(["--driver-java-options", given["SPARK_JAVA"]] if given.get("SPARK_JAVA") else []),
    *["--properties-file", f"{root}/deploy/spark/spark-defaults.conf"],
    *[part for name, value in settings.items() for part in ("--conf", f"{name}={value}")],
    *sys.argv[1:],
]
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
environment = {**given, "SPARK_HOME": home, "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
code = subprocess.Popen(command, env=environment).wait()
try:
    while True:
        os.wait()
except ChildProcessError:
    pass  # None is left.
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"cpu {used.ru_utime} {used.ru_stime}", file=sys.stderr, flush=True)
sys.exit(code if code >= 0 else 128 - code)
