"""A process of many threads that answer for a patient: ``python -m tests.support.writing_process``.

Takes a line of JSON: the program's folder, who answers, the recommendations, how many threads, how many answers of each.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import main
from domain import feedback
from domain.errors import Unavailable
from domain.feedback import FeedbackInput
from domain.permission import Actor
from tests.support.databases import settings_in


def answer_all(folder: str, actor: dict[str, object], plans: list[tuple[int, int]], threads: int, times: int) -> int:
    """Answer from all threads at once, again where the database was busy; counts the answers."""
    services, who = main.build_services(settings_in(Path(folder))), Actor(**actor)  # type: ignore[arg-type]

    def work(thread: int) -> int:
        done = 0
        while done < times:
            diagnosis_id, plan = plans[(thread + done) % len(plans)]
            said = FeedbackInput(recommendation_id=plan, rating=1 + (thread + done) % 5, comment="")
            try:
                feedback.submit(services, who, diagnosis_id, said)
                done += 1
            except Unavailable:
                continue
        return done

    with ThreadPoolExecutor(threads) as pool:
        written = sum(pool.map(work, range(threads)))
    services.database.close()
    return written


if __name__ == "__main__":
    sys.stdout.write(f"{answer_all(**json.loads(sys.stdin.readline()))}\n")
