"""Reads a NuGet package as NuGet does and prints the native files: nupkg.py PACKAGE VERSION"""

import sys
import xml.etree.ElementTree as tree
import zipfile

package = zipfile.ZipFile(sys.argv[1])
assert package.testzip() is None
names = package.namelist()
assert len(names) == len(set(names))
assert not any(name.startswith("/") or ".." in name for name in names)

# The relation leads to the description.
relations = tree.fromstring(package.read("_rels/.rels"))
[relation] = [part for part in relations if part.get("Type").endswith("/packaging/2010/07/manifest")]
nuspec = tree.fromstring(package.read(relation.get("Target").lstrip("/")))
space = "{http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd}"
metadata = nuspec.find(space + "metadata")
text = {child.tag.removeprefix(space): child.text for child in metadata}
assert text["id"] == "BcryptShim.Native" and text["version"] == sys.argv[2], text
assert text["authors"] and text["description"] and text["license"] == "MIT OR Apache-2.0", text
assert text["readme"] in names

# Every part has a content type.
types = tree.fromstring(package.read("[Content_Types].xml"))
suffixes = {row.get("Extension") for row in types if row.tag.endswith("Default")}
parts = {row.get("PartName") for row in types if row.tag.endswith("Override")}
for name in names:
    if name != "[Content_Types].xml":
        assert name.rsplit(".", 1)[-1] in suffixes or "/" + name in parts, name

assert {"LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY.txt", "lib/netstandard2.0/_._"} <= set(names)
[folder] = {name.rsplit("/", 1)[0] for name in names if name.startswith("runtimes/")}
assert folder.split("/")[2:] == ["native"], folder
for name in names:
    if name.startswith(folder):
        print(name.rsplit("/", 1)[1])
