"""The entries of a manifest as the contents page takes them, as many as wanted: for its tests and its benchmark."""

THREE_THOUSAND = [*(f"13{number:07d}" for number in range(2999)), "130123103"]


def entries(scopes, notebooks):
    """Every notebook for every place."""
    about = {"as_of": "2016-12-31", "lang": "zh", "register": "大册", "synthetic": True, "baseline": "2016-01-01", "rules": "r"}
    return [
        {"scope": scope, "notebook": notebook, "tables": [f"{notebook}.table"], "state": "made", "error": "", "run": "1",
         "attempt": "1", "subject": {**about, "edition": "internal", "scope_name": f"某县第{scope[-4:]}镇"},
         "outputs": {f"{scope}/{notebook}.html": {}}, "inputs": {"register": "1"}, "parameters": {}, "key": "1"}
        for scope in scopes for notebook in notebooks
    ]  # fmt: skip
