"""Ports the installed copies of `autobahn` and `autobahntestsuite`, which are written for Python 2, to Python 3.

In Python 2, a string is bytes. Here, it is text whose characters stand for those bytes (Latin-1): `fuzz.py` encodes what
is sent, and decodes what is received. The files are read as Latin-1 so that this holds for their literals, too.
"""

import re
import sysconfig
from fnmatch import fnmatch
from pathlib import Path

PACKAGES = Path(sysconfig.get_path("purelib"))

# Which files, what to replace in them, and with what. `*` also matches `/`.
CHANGES = [
    # Parts that are not needed: other modes, TLS, reports in HTML, compression, and a case that Autobahn never runs.
    ("autobahntestsuite/__init__.py", r"[\s\S]+", "from ._version import __version__ as version\n"),
    ("autobahntestsuite/fuzzing.py", r", (pkg_resources|ssl)$|^from report import (.*\\\n)*.*", ""),
    ("autobahntestsuite/fuzzing.py", r"\bssl\.\w+\(\w*\)", "None"),
    ("autobahntestsuite/case/__init__.py", r"^.*(case9_9_1|case12_x_x|Case12_X_X|Case13_X_X).*$", ""),
    # Python 3.
    ("autobahntestsuite/*.py", r"^from (case\w*) import", r"from .\1 import"),
    ("autobahntestsuite/*.py", r"^( +)print (.*)$", r"\1log.msg(\2)"),
    ("autobahntestsuite/*.py", r"([\w.\[\]]+)\.has_key\((.+?)\)", r"(\2 in \1)"),
    ("autobahntestsuite/case/*.py", r"\(object, Case, ?\)", "(Case,)"),
    ("autobahntestsuite/case/*.py", r"\bxrange\b", "range"),
    ("autobahntestsuite/case/case10_1_1.py", r" / ", " // "),
    ("autobahn/websocket/protocol.py", r"payload_len / len", "payload_len // len"),
    # Functions that require bytes.
    ("autobahntestsuite/fuzzing.py", r"''\.join\(payload\)", "b''.join(payload)"),
    ("autobahntestsuite/case/case6_*.py", r"binascii\.b2a_hex\((.+?)\)", r"\1.encode('latin-1').hex()"),
    ("autobahntestsuite/case/case6_x_x.py", r"v\.validate\((.+?)\)", r"v.validate(\1.encode('latin-1'))"),
]

unused = set(CHANGES)
for path in PACKAGES.glob("autobahn*/**/*.py"):
    name = path.relative_to(PACKAGES).as_posix()
    before = after = path.read_text("latin-1")
    for change in CHANGES:
        files, pattern, replacement = change
        if fnmatch(name, files):
            after, count = re.subn(pattern, replacement, after, flags=re.MULTILINE)
            if count:
                unused.discard(change)
    if after != before or name.startswith("autobahntestsuite/"):
        path.write_text(after, "utf-8")
assert not unused, unused
