"""Devices in words: what a browser calls itself, said so that its owner knows it again."""

from pages.language import N_, Language

BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
"""In this order: Edge says that it is Chrome as well, and Chrome that it is Safari."""
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
           ("CrOS", "ChromeOS"), ("Mac OS X", "Mac"), ("Linux", "Linux"))  # fmt: skip
UNKNOWN = N_("An unknown device")


def words_of(device: str, _: Language) -> str:
    """Say which browser on which system a User-Agent line is of; what a device has called itself stays as it is."""
    browser = next((name for mark, name in BROWSERS if mark in device), "")
    system = next((name for mark, name in SYSTEMS if mark in device), "")
    if not device.startswith("Mozilla/"):
        return device or _(UNKNOWN)
    if browser and system:
        return _("{browser} on {system}", browser=browser, system=system)
    return browser or system or _(UNKNOWN)
