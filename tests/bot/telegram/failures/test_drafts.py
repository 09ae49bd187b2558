"""Drafts are worth nothing later: refused, slow or lost, they never cost the answer, and say nothing unverified.

The model drafts claims slowly, one of them forged: its quote stands in an article, and what it says does not.
"""

from __future__ import annotations

import re
from typing import Any, Final

import pytest

from bot.telegram.texts import texts
from tests.support.drafts import Says, drafting, says
from tests.support.model_server import ModelServer
from tests.support.running import COMMANDER, Bot
from tests.support.telegram import Chat, Fault, Message, delayed, dropped, fail, late_reply, page

BASE = "According to local sources, the French commandos were stationed at a base in Benina, east of Benghazi"
STATIONED = "The French commandos were stationed at a base in Benina, according to local sources"
FORGED = "The French commandos were stationed at a base in Tobruk, on the orders of Fayez al-Sarraj."
POLICE = "An ISIS militia, bombarded just days before in a U.S. air raid, stormed a police station and beheaded 12"
BEHEADED = "An ISIS militia beheaded 12 policemen."
BODIES = "Their bodies were found later when Libyan forces pushed back."
CLAIMS = [says(f"{STATIONED}.", BASE), says(FORGED, BASE), says(BEHEADED, POLICE), says(BODIES)]
SLOWLY: Final[dict[str, Any]] = {"size": 40, "pause": 0.1}
"""What a stream of these claims is cut into: it takes some seconds, more than any two frames are apart."""
REFUSALS = {
    "peer": fail(400, "Bad Request: TEXTDRAFT_PEER_INVALID"),
    "unknown": fail(404, "Not Found"),
    "page": page(502),
    "dropped": dropped(),
}


def frames(chat: Chat) -> list[str]:
    """What the drafts of a chat said, one after the other."""
    return [draft.text for draft in chat.drafts]


def words(text: str) -> set[str]:
    """The words of a text."""
    return set(re.findall(r"\w+", text))


def asks(writer: Bot, model: ModelServer, *claims: Says) -> tuple[Chat, Message]:
    """Somebody asks while the model drafts these claims, slowly."""
    model.respond = drafting(claims or CLAIMS, [], **SLOWLY)
    ann = writer.private()
    return ann, ann.says(ann.members[0], COMMANDER)


@pytest.mark.parametrize("refused", REFUSALS.values(), ids=REFUSALS)
def test_failure_21_a_refused_draft_costs_nothing_but_itself(writer: Bot, model: ModelServer, refused: Fault) -> None:
    planned = writer.api.fault("sendMessageDraft", refused)
    ann, asked = asks(writer, model)
    [answer] = ann.wait_for_reply(asked, 60)
    assert STATIONED in answer.text and BEHEADED in answer.text
    assert len(planned.hits) == 1, "for this answer there is no other draft"
    writer.api.no_faults()
    again = ann.says(ann.members[0], COMMANDER)
    ann.wait_for_reply(again, 60)
    assert frames(ann), "for the next one there is"


def test_failure_21_frames_hold_whole_verified_claims_and_never_a_forged_word(writer: Bot, model: ModelServer) -> None:
    ann, asked = asks(writer, model)
    [answer] = ann.wait_for_reply(asked, 60)
    for claim in (STATIONED, BEHEADED, BODIES):
        assert claim in answer.text
    grown = frames(ann)
    stage = re.compile(r"(Searching|Reading|Checking) \d+ \w+…")
    for frame in grown:
        *claims, last = frame.split("\n\n")
        assert stage.fullmatch(last), frame
        assert [claim for claim in claims if claim not in answer.text] == [], "a claim that is cut, or not shown"
    assert any(STATIONED in frame for frame in grown), "none grew before the answer came"
    assert [text for text in (*grown, answer.text) if words(text) & {"Tobruk", "orders", "Fayez", "Sarraj"}] == []
    assert ann.sent == [answer]


def test_failure_21_where_all_is_forged_no_word_of_it_is_shown(writer: Bot, model: ModelServer) -> None:
    ann, asked = asks(writer, model, says(FORGED, BASE), says("ISIS took 900 Marines to Sirte.", POLICE))
    [answer] = ann.wait_for_reply(asked, 60)
    assert "“According to local sources, the French commandos were stationed" in answer.text
    shown = words(" ".join((*frames(ann), answer.text)))
    assert not shown & {"Tobruk", "Fayez", "900"}


def test_failure_21_groups_get_no_drafts(writer: Bot, model: ModelServer) -> None:
    model.respond = drafting(CLAIMS, [])
    ann = writer.person()
    group = writer.group(ann)
    asked = group.says(ann, f"/ask {COMMANDER}")
    group.wait_for_reply(asked, 60)
    assert group.drafts == []
    assert {action.name for action in group.actions} == {"typing"}


@pytest.mark.parametrize("slow", [late_reply(0.5), delayed(0.5)], ids=["reply", "request"])
def test_failure_22_no_frame_comes_after_the_answer(writer: Bot, model: ModelServer, slow: Fault) -> None:
    writer.api.fault("sendMessageDraft", slow)
    ann, asked = asks(writer, model)
    [answer] = ann.wait_for_reply(asked, 60)
    writer.api.no_faults()
    again = ann.says(ann.members[0], "/stop")
    assert ann.wait_for_reply(again)[0].text == texts("en")("chat.nothing_runs")
    assert frames(ann)
    assert max(draft.at for draft in ann.drafts) < answer.at
