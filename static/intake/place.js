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
      const styles = point.dataset.styles.split(" ");
      await Promise.all([
        ...styles.map((href) => load("link", { rel: "stylesheet", href })),
        load("script", { src: point.dataset.leaflet }),
      ]);
      await draw();
    } catch {
      opener.disabled = false;
    }
  });

  const draw = async () => {
    const box = document.getElementById("map");
    box.hidden = false;
    const start = lat.value ? [+lat.value, +lon.value] : [+point.dataset.lat, +point.dataset.lon];
    map = L.map(box, { attributionControl: false }).setView(start, lat.value ? 17 : 16);
    map.on("click", ({ latlng }) => set(latlng.lat, latlng.lng, said.dataset.touched));
    if (lat.value) set(+lat.value, +lon.value, said.textContent);
    const answer = await fetch(point.dataset.streets);
    if (!answer.ok) return;
    const streets = await answer.json();
    const style = { className: "street", weight: 2 };
    L.geoJSON(streets, { interactive: false, style }).addTo(map);
    const names = L.layerGroup().addTo(map);
    const nameThem = () => name(streets, names);
    map.on("moveend", nameThem);
    nameThem();
  };

  // Each street in view gets its name once, where it passes nearest to the middle.
  const name = (streets, names) => {
    const [bounds, middle, nearest] = [map.getBounds(), map.getCenter(), new Map()];
    for (const { geometry: { coordinates }, properties } of streets.features) {
      coordinates.slice(1).forEach(([x, y], before) => {
        // Between two points, so that the names of a crossing do not lie on each other.
        const at = [(y + coordinates[before][1]) / 2, (x + coordinates[before][0]) / 2];
        const away = middle.distanceTo(at);
        const best = nearest.get(properties.name);
        if (bounds.contains(at) && (!best || away < best.away)) {
          nearest.set(properties.name, { away, at });
        }
      });
    }
    names.clearLayers();
    for (const [street, { at }] of nearest) {
      const options = { permanent: true, direction: "center", className: "street-name" };
      names.addLayer(L.tooltip(at, { ...options, content: street }));
    }
  };

  point.hidden = false;
  here.hidden = !("geolocation" in navigator);
})();
