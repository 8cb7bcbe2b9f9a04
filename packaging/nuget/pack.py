"""Zips a folder into a NuGet package: pack.py FOLDER NUSPEC OUTPUT

A package is a zip with the description, a relation that points to it, and the content type of each suffix.
"""

import pathlib
import sys
import xml.sax.saxutils
import zipfile

FOLDER, NUSPEC, OUTPUT = (pathlib.Path(argument) for argument in sys.argv[1:])

RELATIONS = f"""<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/{NUSPEC.name}" Id="R1" />
</Relationships>
"""


def content_types(names):
    """Every part needs a type, by its suffix, or by its name where it has none."""
    octets = "application/octet"
    suffixes = sorted({name.rsplit(".", 1)[1] for name in names if "." in name.rsplit("/", 1)[-1]} - {"rels"})
    plain = sorted(name for name in names if "." not in name.rsplit("/", 1)[-1])
    rows = ['<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" />']
    rows += [f'<Default Extension={xml.sax.saxutils.quoteattr(s)} ContentType="{octets}" />' for s in suffixes]
    rows += [f'<Override PartName={xml.sax.saxutils.quoteattr("/" + n)} ContentType="{octets}" />' for n in plain]
    lines = "\n".join("  " + row for row in rows)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\n'
        f"{lines}\n</Types>\n"
    )


def main():
    parts = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
    parts[NUSPEC.name] = NUSPEC.read_bytes()
    types = content_types(parts)
    parts["_rels/.rels"] = RELATIONS.encode()
    parts["[Content_Types].xml"] = types.encode()
    with zipfile.ZipFile(OUTPUT, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name in sorted(parts):
            # The same bytes for the same content: no times.
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, parts[name])


main()
