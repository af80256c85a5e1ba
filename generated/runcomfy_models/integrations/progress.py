"""A bar for a wait: `client.run(…, on_update=progress_bar())`. Needs rich (extra `cli`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from .._core.service_rules import JobStatus

__all__ = ["ProgressBar", "progress_bar"]

LABELS = {"in_queue": "in the queue", "in_progress": "running", "completed": "done"}


def progress_bar(console: Console | None = None) -> ProgressBar:
    """Return what shows each state of a wait, on a terminal and in a notebook.

    One bar shows as many waits as there are at a time, and goes when the last one ended.
    """
    return ProgressBar(console)


class ProgressBar:
    """Called with each `JobStatus`; `close` it if a wait is given up."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console
        self._progress: Progress | _NotebookLines | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, status: JobStatus) -> None:
        """Show where a job stands."""
        progress = self._started()
        if status.request_id not in self._tasks:
            self._tasks[status.request_id] = progress.add_task("", total=None)
        task = self._tasks[status.request_id]
        progress.update(task, description=_label(status), refresh=True)
        if status.ended:
            progress.update(task, total=1, completed=1, refresh=True)
            progress.stop_task(task)
            del self._tasks[status.request_id]
            if not self._tasks:
                self.close()

    def close(self) -> None:
        """Take the bar away."""
        progress, self._progress = self._progress, None
        if progress is not None:
            progress.stop()
        self._tasks.clear()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def _started(self) -> Progress | _NotebookLines:
        """Return what shows the waits, begun with the first."""
        if self._progress is None:
            from rich.console import Console

            console = self._console or Console()
            if console.is_jupyter:  # rich's own bar needs ipywidgets there
                self._progress = _NotebookLines()
                return self._progress
            from rich.progress import (
                BarColumn,
                Progress,
                SpinnerColumn,
                TextColumn,
                TimeElapsedColumn,
            )

            text = TextColumn("{task.description}", markup=False)
            columns = (SpinnerColumn(), text, BarColumn(), TimeElapsedColumn())
            self._progress = Progress(*columns, console=console)
            self._progress.start()
        return self._progress


class _NotebookLines:
    """A line for each wait in a notebook, with the part of `Progress` that is used here."""

    def __init__(self) -> None:
        from importlib import import_module

        display: Any = import_module("IPython.display").display
        self._lines: list[str] = []
        self._handle = display({"text/plain": ""}, raw=True, display_id=True)

    def add_task(self, description: str, total: float | None) -> TaskID:
        """Begin a line."""
        from rich.progress import TaskID

        self._lines.append(description)
        return TaskID(len(self._lines) - 1)

    def update(
        self,
        task: TaskID,
        *,
        description: str | None = None,
        total: float | None = None,
        completed: float | None = None,
        refresh: bool = True,
    ) -> None:
        """Show a line anew."""
        if description is not None:
            self._lines[task] = description
        if self._handle is not None:
            text = "\n".join(self._lines)
            self._handle.update({"text/plain": text}, raw=True)

    def stop_task(self, task: TaskID) -> None:
        """Leave a line as it is."""

    def stop(self) -> None:
        """Leave all lines as they are."""


def _label(status: JobStatus) -> str:
    """Return a state in words, with the job's place in the queue and its id."""
    label = LABELS.get(status.state, status.state)
    if status.queue_position is not None and not status.ended:
        label += f", {status.queue_position} ahead"
    return f"{status.request_id[:12]} {label}"
