"""A folder with two small notebooks in place of the project's own."""

import pytest
from small_notebooks import PAGE, TABLE, write_notebook

from tuopin_analysis import paths
from tuopin_analysis.report import index, parameters, warm


@pytest.fixture(scope="session")
def warmed():
    """Libraries loaded in this process, as before a batch: reports forked from it take no seconds to load them."""
    warm.rehearse("zh")


@pytest.fixture
def notebooks(tmp_path, monkeypatch, warmed):
    """A folder with two notebooks: `01_first` and `02_second`, one table each."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.setattr(paths, "NOTEBOOKS", folder)
    parameters.declared.cache_clear()
    index._title.cache_clear()
    write_notebook(folder, "01_first", PAGE, TABLE.replace("KEY", "first.table"))
    write_notebook(folder, "02_second", PAGE, TABLE.replace("KEY", "second.table"))
    yield folder
    parameters.declared.cache_clear()
    index._title.cache_clear()
