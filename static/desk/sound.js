// Tones made here, for what the page has just begun to show: an incident nobody holds, and the
// red line that says no text is leaving. Nothing sounds that is not also seen.
"use strict";

(() => {
  const REST = 10_000; // one tone for what comes at once
  const LATE = 2_000; // a tone the browser held back for longer is left out
  // Each note: when it begins, how long it lasts (seconds), and how high it is (Hz).
  const TUNES = {
    new: { shape: "sine", notes: [[0, 0.18, 660], [0.2, 0.3, 880]] },
    alarm: {
      shape: "square",
      notes: [0, 0.5, 1, 1.5, 2, 2.5].flatMap((at) => [[at, 0.22, 880], [at + 0.25, 0.22, 587]]),
    },
  };
  const IS_ON_AT_FIRST = { new: false, alarm: true };
  const LOUDNESS = 0.15;

  const key = (name) => `desk-sound-${name}`;
  const isOn = (name) => (localStorage.getItem(key(name)) ?? (IS_ON_AT_FIRST[name] ? "on" : "off")) === "on";

  // -- Sounding ------------------------------------------------------------------------------
  let context = null;
  let playedAt = 0;

  // Browsers let a page sound only after a click or a key on it.
  const wake = () => {
    context ??= new AudioContext();
    return context.resume();
  };

  const sound = (at, length, height, shape) => {
    const tone = new OscillatorNode(context, { type: shape, frequency: height });
    const volume = new GainNode(context, { gain: 0 });
    // Without a slope at both ends it clicks.
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
    volume.gain.setValueAtTime(LOUDNESS, at + length - 0.05);
    volume.gain.linearRampToValueAtTime(0, at + length);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + length);
  };

  const play = async (name) => {
    const askedAt = Date.now();
    await wake();
    if (Date.now() - askedAt > LATE) return;
    const { shape, notes } = TUNES[name];
    const begin = context.currentTime + 0.05;
    for (const [at, length, height] of notes) sound(begin + at, length, height, shape);
  };

  // -- Watching what the page shows ----------------------------------------------------------
  const banner = () => document.querySelector("#stopped .stopped");
  const rows = (which) => [...document.querySelectorAll(`#queue ${which}`)].map((row) => row.id);
  let known = new Set();
  let wasStopped = false;

  const listen = () => {
    const isStopped = Boolean(banner());
    if (isStopped && !wasStopped && isOn("alarm")) play("alarm");
    wasStopped = isStopped;

    const isNew = rows("li[data-unheld]").some((row) => !known.has(row));
    for (const row of rows("li[id]")) known.add(row);
    if (!isNew || !isOn("new") || Date.now() - playedAt < REST) return;
    playedAt = Date.now();
    play("new");
  };

  // The red line is an alert: brought again unchanged, a screen reader would say it again.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { fragment, target } = event.detail;
    if (target.id !== "stopped") return;
    const fresh = fragment.querySelector(".stopped");
    if (fresh?.textContent === banner()?.textContent) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:oobAfterSwap", listen);
  document.addEventListener("htmx:afterSettle", listen);

  document.addEventListener("DOMContentLoaded", () => {
    known = new Set(rows("li[id]"));
    wasStopped = Boolean(banner());
    for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, wake);
    for (const box of document.querySelectorAll("[data-sound]")) {
      const name = box.dataset.sound;
      box.checked = isOn(name);
      box.addEventListener("change", () => {
        localStorage.setItem(key(name), box.checked ? "on" : "off");
        if (box.checked) play(name);
      });
    }
  });
})();
