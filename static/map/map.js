// The map: Leaflet over our own GeoJSON. Nothing is asked of another origin, and nothing is
// loaded before a map comes into view. The lists beside it do everything it does.
"use strict";

(() => {
  const own = document.currentScript.dataset;
  const pins = new Map();
  const reports = new Map();
  let leaflet = null;
  const NEAR = 15;

  const load = () => {
    leaflet ??= new Promise((resolve, reject) => {
      const styles = own.styles.split(" ").map((href) =>
        Object.assign(document.createElement("link"), { rel: "stylesheet", href }),
      );
      const script = Object.assign(document.createElement("script"), { src: own.leaflet });
      script.addEventListener("load", () => resolve(window.L));
      script.addEventListener("error", reject);
      document.head.append(...styles, script);
    });
    return leaflet;
  };

  const ask = async (url) => {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer.json();
  };

  const layer = async (L, map, url, options) => {
    if (!url) return;
    L.geoJSON(await ask(url), { interactive: false, ...options }).addTo(map);
  };

  const crowd = (feature) => ({
    className: "map-cell",
    weight: 1,
    fillOpacity: Math.min(0.35, 0.05 + feature.properties.count / 60),
  });

  // How many chose a cell, and no more: a shade and a number, with a name for those who cannot see.
  const drawResponders = async (L, map, url) => {
    if (!url) return;
    for (const cell of (await ask(url)).features) {
      const shape = L.geoJSON(cell, { interactive: false, style: crowd }).addTo(map);
      const { count, name } = cell.properties;
      const icon = L.divIcon({ className: "map-count", html: String(Number(count)), iconSize: [28, 16] });
      const marker = L.marker(shape.getBounds().getCenter(), { icon, interactive: false, keyboard: false, zIndexOffset: -1000 });
      named(marker.addTo(map), name);
      marker.getElement().setAttribute("role", "img");
    }
  };

  const named = (marker, name) => {
    const element = marker.getElement();
    element?.setAttribute("aria-label", name);
    element?.setAttribute("title", name);
  };

  const dot = (L, status) =>
    L.divIcon({ className: `map-dot map-dot-${status}`, iconSize: [28, 28], iconAnchor: [14, 14] });

  const drawIncidents = async (L, map, url) => {
    if (!url) return;
    for (const { geometry, properties } of (await ask(url)).features) {
      const [lon, lat] = geometry.coordinates;
      const marker = L.marker([lat, lon], { icon: dot(L, properties.status) }).addTo(map);
      named(marker, `${properties.name}, ${properties.status_words}`);
      marker.on("click", () => location.assign(`/desk/incidents/${properties.id}/`));
    }
  };

  // -- The pin of one incident ---------------------------------------------------------------
  const movePin = (L, map) => {
    const where = document.querySelector("[data-where]");
    if (!where?.dataset.lat) return;
    const point = [Number(where.dataset.lat), Number(where.dataset.lon)];
    let pin = pins.get(map);
    if (!pin) {
      const draggable = Boolean(document.querySelector("[data-place-form]"));
      pin = L.marker(point, { icon: dot(L, "pin"), draggable }).addTo(map);
      pin.on("dragend", () => dropPin(pin.getLatLng()));
      pins.set(map, pin);
      map.setView(point, map.getZoom());
    } else if (!pin.getLatLng().equals(point)) {
      pin.setLatLng(point);
      map.panTo(point);
    }
    named(pin, where.dataset.name);
  };

  const dropPin = ({ lat, lng }) => {
    const form = document.querySelector("[data-place-form]");
    if (!form) return;
    form.elements.lat.value = lat.toFixed(6);
    form.elements.lon.value = lng.toFixed(6);
    form.requestSubmit();
  };

  // Where the reports point, if elsewhere: something may belong to another incident.
  const drawReports = (L, map) => {
    const pin = pins.get(map)?.getLatLng().toString();
    const elsewhere = new Map(); // one line for each point
    for (const line of document.querySelectorAll("#reports [data-lat]")) {
      const point = L.latLng(Number(line.dataset.lat), Number(line.dataset.lon)).toString();
      if (point !== pin && !elsewhere.has(point)) elsewhere.set(point, line);
    }
    const lines = [...elsewhere.values()];
    const names = lines.map(({ id, dataset }) => `${id} ${dataset.lat} ${dataset.lon}`).join();
    const points = lines.map(({ dataset }) => L.latLng(Number(dataset.lat), Number(dataset.lon)));
    // Drawn anew only when something moved: a marker may have the focus.
    if (reports.get(map)?.names === names) return points;
    reports.get(map)?.group.remove();
    const group = L.layerGroup().addTo(map);
    reports.set(map, { group, names });
    lines.forEach(({ id, firstElementChild }, at) => {
      const marker = L.marker(points[at], { icon: dot(L, "report") }).addTo(group);
      named(marker, firstElementChild.firstChild.textContent.trim());
      marker.on("click", () => document.getElementById(id)?.focus());
    });
    return points;
  };

  // Only near to: from afar they would hide the streets. Each with a tooltip would be a stop for
  // the Tab key.
  const drawCrossings = (L, map, url) => {
    if (!url) return;
    const style = { radius: 3, weight: 0, className: "map-crossing", interactive: false };
    const dots = L.geoJSON(null, {
      pointToLayer: (_, at) => L.circleMarker(at, style),
    });
    let asked = null;
    const show = async () => {
      if (map.getZoom() < NEAR) return dots.remove();
      asked ??= ask(url).then((found) => dots.addData(found));
      await asked;
      if (map.getZoom() >= NEAR) dots.addTo(map);
    };
    map.on("zoomend", show);
    return show();
  };

  // Tiles of the network's own file, if it has one.
  const drawGround = (L, map, { tiles, zooms, bounds }) => {
    if (!tiles) return;
    const [minNativeZoom, maxNativeZoom] = zooms.split(" ").map(Number);
    const [south, west, north, east] = bounds.split(" ").map(Number);
    const limits = { minNativeZoom, maxNativeZoom, bounds: [[south, west], [north, east]] };
    L.tileLayer(tiles, { ...limits, className: "map-ground" }).addTo(map);
  };

  const draw = async (element) => {
    const L = await load();
    const { lat, lon, zoom } = element.dataset;
    const map = L.map(element, { attributionControl: false, zoomSnap: 0.5 });
    map.setView([Number(lat), Number(lon)], Number(zoom));
    if ("pin" in element.dataset) {
      movePin(L, map);
      const elsewhere = drawReports(L, map);
      if (elsewhere.length) map.fitBounds([map.getCenter(), ...elsewhere], { padding: [24, 24], maxZoom: Number(zoom) });
      // A touch on the map puts the pin there, where there is none to drag.
      map.on("click", ({ latlng }) => pins.get(map) || dropPin(latlng));
      document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
        if (!["where", "reports"].includes(detail.target.id)) return;
        movePin(L, map);
        drawReports(L, map);
      });
    }
    if (element.dataset.radius) {
      const reach = L.circle([Number(lat), Number(lon)], {
        radius: Number(element.dataset.radius),
        className: "map-reach",
        weight: 2,
        interactive: false,
      }).addTo(map);
      map.fitBounds(reach.getBounds());
    }
    drawGround(L, map, element.dataset);
    await drawIncidents(L, map, element.dataset.incidents);
    await drawResponders(L, map, element.dataset.responders);
    await layer(L, map, element.dataset.areas, { style: { className: "map-area", weight: 2, fill: false } });
    await drawCrossings(L, map, element.dataset.crossings);
    await layer(L, map, element.dataset.streets, { style: { className: "map-street", weight: 1 } });
  };

  const watch = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      draw(target).catch((error) => {
        target.hidden = true; // the lists beside it do the same
        console.warn("map:", error.message);
      });
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const element of document.querySelectorAll("[data-map]")) watch.observe(element);
  });
})();
