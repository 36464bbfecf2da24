"""Analysis of poverty registers (建档立卡): register -> analysis -> report."""

__version__ = "0.1.0"
