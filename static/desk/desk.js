// The desk follows what happens, counts down claims, and listens to a few keys.
// Everything works without this file; it only saves reloading and reaching for the mouse.
"use strict";

(() => {
  const LOST_AFTER = 20; // seconds without a word; the stream says something every 15
  const CUT_OFF_AFTER = 8; // the stream is down, and a poll should have come back by now
  const POLL_EVERY = 5000;
  const SHARED_FOR = 2000; // the server's KEPT_SECONDS
  const GIVE_UP_A_POLL_AFTER = 8000;
  const TRY_AGAIN_AFTER = 2000;
  const TRY_AGAIN_AT_MOST = 30000;
  let lastNews = Date.now();
  let isStreaming = false;
  let waiting = false;
  let acting = 0; // requests of a person's own under way
  let actedAt = 0;

  const article = () => document.querySelector("[data-incident]");
  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]");

  // -- Following --------------------------------------------------------------------------
  // An answer replaces the queue, and what htmx had put off for the old one is forgotten: news
  // that come while a request is under way are asked for afterwards.
  let isAsking = false;
  let isBehind = false;
  const refresh = (isOurs, look = "") => {
    const queue = document.querySelector("[data-queue]");
    if (queue && isAsking) isBehind = true;
    else if (queue) htmx.trigger(queue, "changed", { look });
    const shown = article();
    if (shown && isOurs) {
      const since = document.getElementById("head")?.dataset.since ?? "";
      htmx.ajax("GET", `${shown.dataset.liveUrl}?since=${since}`, { source: shown, swap: "none" });
    }
  };

  // Several lines of one act come together; a moment's wait makes one request of them, and
  // spreads open pages over time, the more the longer. Those that name the same look share one answer; without
  // a name the server looks anew.
  let isOurs = false;
  let newest = "";
  let spread = 450;
  const refreshSoon = (ours, look = "") => {
    isOurs = isOurs || ours;
    newest = waiting && !newest ? "" : look;
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      if (acting) return refreshSoon(false);
      refresh(isOurs, newest);
      isOurs = false;
    }, 50 + Math.random() * spread);
  };

  // Only one page shows the texts that came in, and only one the shifts.
  const isOnAnotherPage = (what) =>
    ["inbox", "roster"].includes(what) && document.querySelector("[data-queue]")?.dataset.queue !== what;

  const alive = () => {
    lastNews = Date.now();
  };
  const age = () => Math.round((Date.now() - lastNews) / 1000);

  let stream = null;
  let triedAt = 0;
  let refusals = 0;

  const follow = () => {
    stream?.close();
    isStreaming = false;
    triedAt = Date.now();
    const mine = new EventSource("/desk/live/");
    stream = mine;
    mine.addEventListener("open", () => {
      // What happened while the line was down is not in this page yet.
      if (!isStreaming) refreshSoon(true);
      isStreaming = true;
      refusals = 0;
      alive();
    });
    mine.addEventListener("ping", alive);
    mine.addEventListener("news", (event) => {
      const [incident, what, over, look] = event.data.split(" ");
      alive();
      spread = Number(over);
      if (isOnAnotherPage(what)) return;
      refreshSoon(what === "everything" || incident === article()?.dataset.incident, look);
    });
    mine.addEventListener("error", () => {
      isStreaming = false;
      // The browser tries again by itself unless it was refused.
      if (mine.readyState === EventSource.CLOSED) followLater();
    });
  };

  // A proxy refuses for some seconds while the server behind it starts, a server that cannot
  // stream refuses for good.
  const followLater = () => {
    const refused = stream;
    const wait = Math.min(TRY_AGAIN_AT_MOST, TRY_AGAIN_AFTER * 2 ** refusals);
    refusals += 1;
    setTimeout(() => refused === stream && follow(), wait);
  };

  // A line that is cut without a word (a phone that left its network) looks open for minutes.
  const doubtSilence = () => {
    const isSilent = age() > LOST_AFTER && Date.now() - triedAt > LOST_AFTER * 1000;
    if (isSilent && stream.readyState !== EventSource.CLOSED) follow();
  };

  const poll = () => {
    if (!isStreaming && !document.hidden) refresh(true);
  };

  // What others share may have been read before one's own click.
  const hasJustActed = () => acting > 0 || Date.now() - actedAt < SHARED_FOR;

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb === "get") event.detail.timeout = GIVE_UP_A_POLL_AFTER;
    const look = event.detail.triggeringEvent?.detail?.look;
    if (look && event.detail.elt.id === "queue" && !hasJustActed()) {
      event.detail.parameters.look = look;
    }
  });
  const isOfQueue = (event) => event.detail.requestConfig.elt.matches("[data-queue]");
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isOfQueue(event)) isAsking = true;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) alive();
    if (!isOfQueue(event)) return;
    isAsking = false;
    if (isBehind) refreshSoon(false, newest);
    isBehind = false;
  });

  const sayWhetherLive = () => {
    const sign = document.getElementById("live");
    const isLost = age() > (isStreaming ? LOST_AFTER : CUT_OFF_AFTER);
    const words = isLost
      ? sign.dataset.lostWords.replace("{seconds}", age())
      : sign.dataset.liveWords;
    // A screen reader says once that the line is down, not every second for how long.
    sign.ariaLive = isLost && sign.classList.contains("lost") ? "off" : "polite";
    sign.classList.toggle("lost", isLost);
    sign.hidden = false;
    document.getElementById("unscripted")?.remove();
    if (sign.textContent !== words) sign.textContent = words;
  };

  const countDown = () => {
    for (const clock of document.querySelectorAll("[data-until]")) {
      const left = Math.max(0, Math.floor((Date.parse(clock.dataset.until) - Date.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    }
  };

  const everySecond = () => {
    doubtSilence();
    sayWhetherLive();
    countDown();
  };

  // -- Typed words stay until they are sent -------------------------------------------------
  // The answer brings a new form around the same kept fields, so they are emptied one by one.
  const sent = new WeakMap();
  const isSending = (event) => event.detail.requestConfig.verb !== "get";

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!isSending(event)) return;
    acting += 1;
    const form = event.detail.elt;
    if (form.matches("form[data-clear], form[data-place-form]")) {
      sent.set(form, form.querySelectorAll("[hx-preserve]"));
    }
  });
  // A refresh that comes back meanwhile would take the form away, and its answer with it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!acting || isSending(event)) return;
    event.detail.shouldSwap = false;
    refreshSoon(true);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!isSending(event)) return;
    acting -= 1;
    actedAt = Date.now();
    document.getElementById("unsent").hidden = event.detail.successful;
    if (!event.detail.successful) return;
    // The form itself may be gone from the page by now: the request still knows it.
    for (const field of sent.get(event.detail.requestConfig.elt) ?? []) field.value = "";
  });

  // What a reader opened stays open when the part around it is brought anew.
  document.addEventListener("htmx:oobBeforeSwap", ({ detail: { fragment, target } }) => {
    for (const fresh of fragment.querySelectorAll("details[id]")) {
      const old = document.getElementById(fresh.id);
      if (old && target.contains(old)) fresh.open = old.open;
    }
  });

  // "Not them" without what it was would only be refused: ask for it at once.
  document.addEventListener("click", (event) => {
    const needs = event.target.closest("[data-needs]")?.dataset.needs;
    const field = needs && document.getElementById(needs);
    if (!field || field.value) return;
    event.preventDefault();
    field.focus();
    if (event.isTrusted) field.showPicker?.();
  });

  // -- Keys ----------------------------------------------------------------------------------
  const KEYS = "desk-keys";
  const areKeysOn = () => localStorage.getItem(KEYS) !== "off";

  const step = (by) => {
    const links = [...document.querySelectorAll("#queue a[href*='/incidents/']")];
    if (!links.length) return;
    const at = links.findIndex((link) => link === document.activeElement || link.ariaCurrent);
    links[Math.min(links.length - 1, Math.max(0, at + by))].focus();
  };

  const press = (key) => {
    const button = document.querySelector(`[data-key="${key}"]`);
    if (!button) return false;
    button.focus();
    button.click();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !areKeysOn()) return;
    if (isTyping(event.target)) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (!"c123".includes(event.key) || !press(event.key)) return;
    event.preventDefault();
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (document.getElementById("live")) {
      follow();
      sayWhetherLive();
      setInterval(everySecond, 1000);
      setInterval(poll, POLL_EVERY);
      document.addEventListener("visibilitychange", poll);
      addEventListener("pagehide", () => stream.close());
      addEventListener("pageshow", (event) => event.persisted && follow());
    }
    const box = document.querySelector("[data-keys]");
    if (!box) return;
    box.checked = areKeysOn();
    box.addEventListener("change", () => localStorage.setItem(KEYS, box.checked ? "on" : "off"));
  });
})();
