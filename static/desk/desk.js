// The desk follows what happens, counts down claims, and listens to a few keys.
// Everything works without this file; it only saves reloading and reaching for the mouse.
"use strict";

(() => {
  const LOST_AFTER = 20; // seconds; the stream says something every 15
  const POLL_EVERY = 5000;
  const TRY_AGAIN_AFTER = 30000;
  let lastNews = Date.now();
  let isStreaming = false;
  let waiting = false;
  let acting = 0; // requests of a person's own under way

  const article = () => document.querySelector("[data-incident]");
  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]");

  // -- Following --------------------------------------------------------------------------
  const refresh = (isOurs) => {
    const queue = document.querySelector("[data-queue]");
    if (queue) htmx.trigger(queue, "changed");
    const shown = article();
    if (shown && isOurs) {
      const since = document.getElementById("head")?.dataset.since ?? "";
      htmx.ajax("GET", `${shown.dataset.liveUrl}?since=${since}`, { source: shown, swap: "none" });
    }
  };

  // Several lines of one act come together; a moment's wait makes one request of them, and
  // spreads fifty open pages over time.
  let isOurs = false;
  const refreshSoon = (ours) => {
    isOurs = isOurs || ours;
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      if (acting) return refreshSoon(false);
      refresh(isOurs);
      isOurs = false;
    }, 100 + Math.random() * 400);
  };

  const alive = () => {
    lastNews = Date.now();
  };

  const follow = () => {
    const stream = new EventSource("/desk/live/");
    stream.addEventListener("open", () => {
      // What happened while the line was down is not in this page yet.
      if (!isStreaming) refreshSoon(true);
      isStreaming = true;
      alive();
    });
    stream.addEventListener("ping", alive);
    stream.addEventListener("news", (event) => {
      alive();
      refreshSoon(event.data.split(" ")[0] === article()?.dataset.incident);
    });
    stream.addEventListener("error", () => {
      isStreaming = false;
      // The browser tries again by itself unless it was refused.
      if (stream.readyState === EventSource.CLOSED) setTimeout(follow, TRY_AGAIN_AFTER);
    });
    addEventListener("pagehide", () => stream.close(), { once: true });
  };

  setInterval(() => {
    if (!isStreaming && !document.hidden) refresh(true);
  }, POLL_EVERY);

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) alive();
  });

  const sayWhetherLive = () => {
    const sign = document.getElementById("live");
    if (!sign) return;
    const age = Math.round((Date.now() - lastNews) / 1000);
    const isLost = age > LOST_AFTER;
    const words = isLost ? sign.dataset.lostWords.replace("{seconds}", age) : sign.dataset.liveWords;
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

  setInterval(() => {
    sayWhetherLive();
    countDown();
  }, 1000);

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

  // An act that did not arrive must not look as if it had.
  const complain = ({ detail }) => {
    const sign = document.getElementById("live");
    if (!sign || !detail.elt.matches("form, button")) return;
    const note = document.createElement("p");
    note.className = "note error";
    note.setAttribute("role", "alert");
    note.textContent = detail.xhr?.status === 403 ? sign.dataset.refusedWords : sign.dataset.failedWords;
    document.getElementById("says")?.replaceChildren(note);
  };
  document.addEventListener("htmx:responseError", complain);
  document.addEventListener("htmx:sendError", complain);

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
    const sign = document.getElementById("live");
    if (sign) follow();
    sayWhetherLive();
    const box = document.querySelector("[data-keys]");
    if (!box) return;
    box.checked = areKeysOn();
    box.addEventListener("change", () => localStorage.setItem(KEYS, box.checked ? "on" : "off"));
  });
})();
