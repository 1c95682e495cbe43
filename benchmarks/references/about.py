"""Prints which Python, numpy, BLAS and SimPy the references run on. Fails where there is no numpy."""
import platform

import numpy

numpy.ones((2, 2)) @ numpy.ones((2, 2))
libraries = set()
try:
    with open("/proc/self/maps") as maps:
        names = {line.split("/")[-1].strip() for line in maps if "blas" in line.lower()}
    libraries = {name for name in names if ".so" in name}
except OSError:
    pass
try:
    import simpy

    events = f"SimPy {simpy.__version__}"
except ImportError:
    events = "no SimPy"
print(f"Python {platform.python_version()}, numpy {numpy.__version__}, {events}, "
      f"BLAS: {', '.join(sorted(libraries)) or 'unknown'}")
