"""Writes FUNCTION-ARCH.zip: one entry `bootstrap`, mode 0755, a fixed time stamp, so that the same binary always gives
the same bytes.

    make_zip.py BOOTSTRAP ZIP
"""

import sys
import zipfile

# The zip format's first day; Lambda does not look at it.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
MADE_BY_UNIX = 3
MODE = 0o100755 << 16


def main() -> None:
    bootstrap, target = sys.argv[1:]
    entry = zipfile.ZipInfo("bootstrap", FIXED_TIME)
    entry.create_system = MADE_BY_UNIX
    entry.external_attr = MODE
    entry.compress_type = zipfile.ZIP_DEFLATED
    with open(bootstrap, "rb") as source, zipfile.ZipFile(target, "w") as archive:
        archive.writestr(entry, source.read(), compresslevel=9)


main()
