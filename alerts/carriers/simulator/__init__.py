"""A phone network in a box: Twilio's Messages API, phones that answer, and faults on order.

Alone: `python -m alerts.carriers.simulator --help`. Inside another ASGI application: mount
`simulator_app(PhoneNetwork(...))`. Nothing here needs Django's settings.

Twilio's API stands below `2010-04-01/`: create, list, fetch, redact (`Body=`) and delete a
Message, fetch the media of a text somebody sent, and read the account, its number and its
Messaging Service (`v1/Services/`). Phones exist as +1 NPA 555 01xx with NPA
213, 310, 323, 424 or 818, and as +1 555 xxx xxxx where benchmark numbers are switched on.

`ledger.remember(network, path)` recalls what happened before a restart and writes down the rest.

The control API wants `Authorization: Token ...` and speaks JSON:

`POST api/inbound/` {"from": "+12135550123", "body": "...", "media": [{"content_type":
"image/png", "data": "<base64>"}]} sends a text as that phone. Answers 200 {"sid", "status",
"body"}: what the webhook said; 502 when it could not be reached.

`GET api/messages/?to=&since=` -> {"results": [{seq, to, from, body, sid, status}], "next"}: the
ledger, every text in either direction once, oldest first; pass `next` as `since` to go on.

`GET api/stats/` -> counts, the time of the first and the last text taken, the most requests in
flight, callbacks sent and failed. Cheap, to be asked again and again.
`GET api/pace/` -> {"fullest_second"}: the most texts taken in any one second. It looks at every
text, and nothing else is answered meanwhile.

`GET api/phones/` -> {"epoch", "number", "results": [{number, language, blocked}]}.
`GET api/codes/` -> {"results": [...]}: whatever the host application supplies.

`POST api/reset/` forgets texts, blocks and faults. Sequence numbers go on, `epoch` changes.

`POST api/faults/` replaces the script of faults. {"seed": 7, "rules": [rule, ...]}; a bare list
of rules will do, and [] ends all faults. A rule strikes a create request with `probability`
(1 without it), for at most `count` requests, after letting `after` pass, and only for texts to
`to` (a number or a list) when given. The first rule that strikes decides:

    {"fault": "throttle_429", "probability": 0.01}   not taken, 429 with code 20429
    {"fault": "error_500", "count": 3}               not taken, 500
    {"fault": "accepted_500"}                        taken, and yet 500
    {"fault": "reset_before"}                        not taken, connection cut
    {"fault": "reset_after_accept"}                  taken, connection cut
    {"fault": "hang", "seconds": 20}                 taken, answered late
    {"fault": "garbage_201"}                         taken, 201 with nonsense
    {"fault": "duplicate_sid"}                       taken, 201 with the SID of an earlier text
    {"fault": "unauthorized_401"}                    every request to Twilio's API, code 20003

These go beside the others:

    {"fault": "delay_ms", "ms": 80}                  create requests are answered later
    {"fault": "list_off"}                            lists answer 500
    {"fault": "undelivered", "code": 30003, "to": [...], "status": "undelivered"}
    {"fault": "callbacks", "drop": 0.1, "duplicate": 0.1, "reorder": 0.1, "delay_ms": 50}

Mounted in another server a cut connection is an answer that stops in the middle: the door
itself is not ours to close. The client learns as little from it.
"""

from alerts.carriers.simulator.asgi import simulator_app
from alerts.carriers.simulator.network import PhoneNetwork

__all__ = ["PhoneNetwork", "simulator_app"]
