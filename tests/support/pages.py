"""NiceGUI in tests: it keeps pages and tasks for the whole process, where each test has a program of its own."""

from nicegui import Client, background_tasks


def forget_pages() -> None:
    """Forget the pages and tasks of programs that have ended: their event loops are closed."""
    Client.instances.clear()
    background_tasks.running_tasks.clear()
    background_tasks.lazy_tasks_running.clear()
    background_tasks.lazy_coroutines_waiting.clear()
