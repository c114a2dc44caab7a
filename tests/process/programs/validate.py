"""Validate an OpenRPC document: validate.py META-SCHEMA.js DOCUMENT; prints what is wrong.

META-SCHEMA.js is the index.js of the npm package @open-rpc/meta-schema, which holds the schema as
one object. Runs in an environment that has the package jsonschema.
"""

import json
import re
import sys
from pathlib import Path

from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

source = Path(sys.argv[1]).read_text(encoding='utf-8')
schema = json.loads(re.search(r'openrpcDocument = (\{.*\});?\s*$', source, re.M).group(1))
# The schema refers to a dialect of its makers' for JSON Schema; it is draft 7 in all that counts.
draft7 = Resource(contents=Draft7Validator.META_SCHEMA, specification=DRAFT7)
registry = Registry().with_resources([
    ('https://meta.json-schema.tools', draft7), ('https://meta.json-schema.tools/', draft7)])
schema['$schema'] = 'http://json-schema.org/draft-07/schema#'
document = json.loads(Path(sys.argv[2]).read_text(encoding='utf-8'))
found = [(list(error.absolute_path), error.message)
         for error in Draft7Validator(schema, registry=registry).iter_errors(document)]
for place, message in found:
    print(place, message[:300])
for schema in document.get('components', {}).get('schemas', {}).values():
    Draft7Validator.check_schema(schema)
sys.exit(bool(found))
