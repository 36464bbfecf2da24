"""Analysis of poverty registers (建档立卡): register -> analysis -> report."""

__version__ = "0.1.0"
LANGUAGES = ("zh", "en")  # of labels and reports, the default first
