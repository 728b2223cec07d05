"""The words Twilio answers by itself, and what it says.

https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out and Twilio's help article on
opt-out keywords (SMS STOP filtering).
"""

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "UNSTOP"})
HELP = frozenset({"HELP", "INFO"})
# YES is START only from a number that is blocked.
YES = "YES"

REPLIES = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages"
    " from this number. Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP"
    " for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def keyword_in(body: str, *, is_blocked: bool) -> str:
    """Return STOP, START or HELP when the whole text is such a word, else ""."""
    word = body.strip().upper()
    if word in STOP:
        return "STOP"
    if word in START or (word == YES and is_blocked):
        return "START"
    return "HELP" if word in HELP else ""
