// "Use my location" and a map to touch: extras of the report form, which works without them.
(() => {
  "use strict";
  const point = document.getElementById("point");
  if (!point) return;
  const said = document.getElementById("said");
  const forget = document.getElementById("forget");
  const lat = document.getElementById("id_lat");
  const lon = document.getElementById("id_lon");
  const here = document.getElementById("here");
  const opener = document.getElementById("open-map");
  const place = document.getElementById("id_place");
  let map, marker;

  const set = (latitude, longitude, words) => {
    lat.value = latitude === null ? "" : latitude.toFixed(6);
    lon.value = longitude === null ? "" : longitude.toFixed(6);
    said.textContent = words;
    forget.hidden = latitude === null;
    if (marker) marker.remove();
    marker = null;
    if (map && latitude !== null) {
      marker = L.circleMarker([latitude, longitude], { radius: 10 }).addTo(map);
    }
  };

  here.addEventListener("click", () => {
    said.textContent = said.dataset.looking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        set(coords.latitude, coords.longitude, said.dataset.found);
        if (map) map.setView([coords.latitude, coords.longitude], 17);
      },
      () => { said.textContent = said.dataset.failed; },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
    );
  });
  forget.addEventListener("click", () => { set(null, null, ""); place.focus(); });

  const load = (tag, attributes) => new Promise((done, failed) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.onload = done;
    element.onerror = failed;
    document.head.append(element);
  });

  // Leaflet is heavier than the whole form: it comes when somebody asks for the map.
  opener.addEventListener("click", async () => {
    opener.disabled = true;
    try {
      await Promise.all([
        load("link", { rel: "stylesheet", href: point.dataset.leafletCss }),
        load("script", { src: point.dataset.leaflet }),
      ]);
      draw();
    } catch {
      opener.disabled = false;
    }
  });

  const draw = async () => {
    const box = document.getElementById("map");
    box.hidden = false;
    const start = lat.value ? [+lat.value, +lon.value] : [+point.dataset.lat, +point.dataset.lon];
    map = L.map(box, { attributionControl: false }).setView(start, lat.value ? 17 : 15);
    map.on("click", ({ latlng }) => set(latlng.lat, latlng.lng, said.dataset.touched));
    if (lat.value) set(+lat.value, +lon.value, said.textContent);
    const answer = await fetch(point.dataset.streets);
    if (answer.ok) {
      L.geoJSON(await answer.json(), { interactive: false, style: { weight: 1 } }).addTo(map);
    }
  };

  point.hidden = false;
  here.hidden = !("geolocation" in navigator);
})();
