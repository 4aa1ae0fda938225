#!/usr/bin/env python3
"""Makes terraform_schema.json: what the AWS provider knows of the resources that deploy/terraform uses.

    npm pack @cdktf/provider-aws@21.22.1 && tar xzf cdktf-provider-aws-*.tgz
    tests/e2e/make_terraform_schema.py package/lib > tests/e2e/terraform_schema.json

The package is generated from the provider's own schema (its terraformGeneratorMetadata names the provider's version), and
is too large (37 MB) to be fetched for each test run. Of each resource and block: its attributes, as "required",
"optional" or "computed", and its blocks. Blocks that deploy/terraform does not use are left out."""

import json
import pathlib
import re
import sys

import terraform_module

ATTRIBUTE = re.compile(r'^\s+(\w+): \{\n\s+value: .*?,\n\s+isBlock: (true|false),\n\s+type: "(\w+)",'
                       r'\n\s+storageClassType: "(\w+)",', re.M)
INTERFACE = re.compile(r"^export interface (\w+)[^{]*\{(.*?)^\}", re.S | re.M)
STRUCT = re.compile(r"^function (\w+)ToHclTerraform\(struct\) \{(.*?)^\}", re.S | re.M)
PRIMITIVE = re.compile(r"(string|number|boolean|any)(List|Map)*")


def snake(camel):
    return re.sub(r"([A-Z])", lambda letter: "_" + letter[1].lower(), camel)


class Resource:
    """One generated resource: index.js has its members, index.d.ts which of them may be left out."""

    def __init__(self, folder):
        self.js = (folder / "index.js").read_text(encoding="utf-8")
        declarations = (folder / "index.d.ts").read_text(encoding="utf-8")
        self.optional = {}
        for name, body in INTERFACE.findall(declarations):
            members = re.findall(r"^    readonly (\w+)(\??):", body, re.M)
            self.optional[name.lower()] = {snake(member): bool(mark) for member, mark in members}
        self.members = {name.lower(): ATTRIBUTE.findall(body) for name, body in STRUCT.findall(self.js)}
        main_class = re.search(r"^class (\w+) extends cdktf\.Terraform\w+ \{(.*?)^\}", self.js, re.S | re.M)
        self.name, self.body = main_class.groups()

    def block(self, members, interface, used):
        optional = self.optional[interface.lower()]
        made = {"attributes": {}, "blocks": {}}
        for name, is_block, kind, storage in members:
            needed = "optional" if optional.get(name, True) else "required"
            if PRIMITIVE.fullmatch(storage):
                made["attributes"][name] = needed
                continue
            inner = re.sub(r"(List|Map)$", "", storage)
            if kind == "struct" and name != "timeouts":  # an object, which is assigned
                made["attributes"][name] = needed
            elif is_block == "true" and (name in used or needed == "required"):
                made["blocks"][name] = {"needed": needed, **self.block(self.members[inner.lower()], inner, used.get(name, {}))}
        return made

    def whole(self, used):
        members = ATTRIBUTE.findall(re.search(r"synthesizeHclAttributes\(\) \{(.*?)^    \}", self.body, re.S | re.M)[1])
        made = self.block(members, self.name + "Config", used)
        for name in re.findall(r"return this\.get\w+Attribute\('(\w+)'\)", self.body):
            if name not in {member[0] for member in members}:
                made["attributes"][name] = "computed"
        return made


def main():
    library = pathlib.Path(sys.argv[1])
    folders = {}
    for declarations in library.glob("*/index.d.ts"):
        found = re.search(r'tfResourceType = "(\w+)"', declarations.read_text(encoding="utf-8"))
        if found:
            kind = "data" if declarations.parent.name.startswith("data-") else "resource"
            folders[kind, found[1]] = declarations.parent
    used = terraform_module.used_blocks()
    resources = {f"{kind} {name}": Resource(folders[kind, name]) for kind, name in sorted(used)}
    version = re.search(r"providerVersion: '([\d.]+)'", next(iter(resources.values())).js)[1]
    made = {key: resource.whole(used[tuple(key.split())]) for key, resource in resources.items()}
    json.dump({"provider": f"hashicorp/aws {version}", "schemas": made}, sys.stdout, indent=1, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
