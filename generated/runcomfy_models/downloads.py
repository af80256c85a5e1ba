"""What a download tells while it goes on."""

from ._core.downloading import DownloadProgress, OnProgress

__all__ = ["DownloadProgress", "OnProgress"]
