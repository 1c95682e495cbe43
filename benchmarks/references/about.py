"""Prints, as JSON, which Python, numpy, BLAS and SimPy the references run on. Fails where there is no numpy."""
import ctypes
import json
import os
import platform

import numpy

# What the library's functions are called: of Debian, with 64-bit integers, within numpy's own packages.
NAMES = ("openblas_{}", "openblas_{}64_", "scipy_openblas_{}", "scipy_openblas_{}64_")


def loaded():
    """The paths of libraries of linear algebra in this process, links followed."""
    numpy.ones((2, 2)) @ numpy.ones((2, 2))
    try:
        with open("/proc/self/maps") as maps:
            paths = {line.split(maxsplit=5)[-1].strip() for line in maps if ".so" in line}
    except OSError:
        return []
    return sorted({os.path.realpath(p) for p in paths if any(k in os.path.basename(p).lower() for k in ("blas", "mkl", "blis"))})


def asked(paths, name, result):
    """What a function without arguments says, of the first library that has it."""
    for path in paths:
        for form in NAMES:
            try:
                function = getattr(ctypes.CDLL(path), form.format(name))
            except (AttributeError, OSError):
                continue
            function.restype = result
            return function()
    return None


def simpy():
    try:
        import simpy

        return simpy.__version__
    except ImportError:
        return None


def main():
    paths = loaded()
    config = asked(paths, "get_config", ctypes.c_char_p)
    print(json.dumps({
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "simpy": simpy(),
        "libraries": paths,
        "config": config.decode() if config else None,
        "threads": asked(paths, "get_num_threads", ctypes.c_int),
    }))


main()
