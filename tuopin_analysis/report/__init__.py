"""How results are shown: tables, figures, sentences, pages, and the batch that makes them."""

import sys

# nbformat loads jsonschema, which compiles 39 grammars to check addresses (IRIs); nobody here asks for that check, and it takes
# a second at every start. jsonschema does without them when the module cannot be imported.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
