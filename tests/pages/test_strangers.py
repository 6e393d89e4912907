"""Who asks for what is not here, or comes without a token, is a line of the log; nothing that they typed is in any."""

from domain.security_log import FROM_ONE
from tests.api.test_refusals import told
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.printed import printed


async def test_strangers_have_their_lines_and_fill_no_disk(house: House, visitor: Visit) -> None:
    client = (await visitor(None)).http
    profile = f"/api/patients/{house.mina.patient_id}"
    with printed(public=True) as out:
        for path in (profile, "/api/zqxmark?token=zqxmark", "/zqxmark.php?token=zqxmark", "/static/zqxmark"):
            assert (await client.get(path)).status_code in (401, 404)
        assert told(out) == [
            ("stranger", "no_token", None, f"GET {profile}"),
            ("stranger", "no_such_path", None, "GET /api/{path:path}"),
            ("stranger", "no_such_path", None, "GET"),
            ("stranger", "no_such_path", None, "GET"),
        ]
        for path in ("/robots.txt", "/.well-known/zqxmark", "/apple-touch-icon.png", "/sign-in", "/"):
            await client.get(path)
        assert len(told(out)) == 4, "what browsers ask for by themselves, and who is shown the door"
        for number in range(20):
            await client.get(f"/{number}/zqxmark")
        lines = out.getvalue().splitlines()
    assert len(lines) == FROM_ONE + 1, "and that lines are left out"
    assert "zqxmark" not in out.getvalue().lower()
    assert "stranger" not in house.services.security.counts()["security_refusals"]
