"""What a notebook hands to the runner beside what it shows: names of the MIME types in its outputs."""

TABLE = "application/vnd.tuopin.table.v1+json"  # {"key": …, "csv": …} of a table shown with a key
PAGE = "application/vnd.tuopin.page.v1+json"  # what the page is about: scope, day, register, rules, language, edition
