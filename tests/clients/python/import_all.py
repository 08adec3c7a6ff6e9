"""Imports every module of the given package, so that all generated code runs once."""

import importlib
import pkgutil
import sys

package = importlib.import_module(sys.argv[1])
names = [module.name for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    importlib.import_module(name)
assert any(".api." in name for name in names), "the generated client has no operations"
print(f"{len(names)} modules imported")
