// The map of an election: puts the layers together, says what was pointed at, finds streets. Its words stand in the page (#map-data), and
// the tables below it say the same without it.
(() => {
  "use strict";
  const { L, electionMap } = window;
  const element = document.getElementById("map");
  const source = document.getElementById("map-data");
  if (!L || !electionMap || !element || !source) return;

  const { SCALE, eastward, southward } = electionMap;
  const page = JSON.parse(source.textContent);
  const words = page.words;
  const details = document.getElementById("map-details");
  const form = document.getElementById("map-form");
  const format = new Intl.NumberFormat(document.documentElement.lang, { useGrouping: "always" });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const style = getComputedStyle(element);
  const tone = (name) => style.getPropertyValue(`--map-${name}`).trim();
  const palette = Array.from({ length: page.colours }, (_, at) => tone(at));
  const tones = { empty: tone("empty"), street: tone("street"), ink: tone("ink"), ground: tone("ground") };
  const stations = new Map(page.stations.map((one) => [one.id, one]));
  const districts = new Map(page.districts.map((one) => [one.id, one]));
  const houses = new electionMap.Houses();
  const latLng = (y, x) => L.latLng(y / SCALE, x / SCALE);
  page.stations.forEach((one) => { one.place = one.y === null ? null : latLng(one.y, one.x); });

  // --- the map and its layers ---
  element.replaceChildren();
  const map = L.map(element, {
    attributionControl: false, zoomControl: false, minZoom: 9, maxZoom: 19, zoomSnap: 0.25, fadeAnimation: false, zoomAnimation: !calm,
    markerZoomAnimation: !calm, inertia: !calm, scrollWheelZoom: false,
  });
  L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  // The wheel scrolls the page until somebody has taken hold of the map.
  element.addEventListener("focusin", () => map.scrollWheelZoom.enable());
  element.addEventListener("focusout", () => map.scrollWheelZoom.disable());
  Object.entries({ streets: 250, houses: 450, names: 460, districts: 590 }).forEach(([name, height]) => { map.createPane(`map-${name}`).style.zIndex = height; });
  if (page.tiles.url) {
    L.tileLayer(page.tiles.url, { maxZoom: 19 }).addTo(map);
    L.control.attribution({ prefix: false }).addAttribution(page.tiles.attribution).addTo(map);
  }
  const colourOf = (at) => {
    if (page.compared && !houses.changed(at)) return tones.empty;
    const owner = page.draft ? stations.get(houses.rows.station[at]) : districts.get(houses.rows.district[at]);
    return owner ? palette[owner.colour] : tones.empty;
  };
  const layers = {
    streets: L.layerGroup([
      new electionMap.Drawn(electionMap.drawStreets(houses, tones), { pane: "map-streets" }),
      new electionMap.Drawn(electionMap.drawNames(houses, tones, style.fontFamily), { pane: "map-names" }),
    ]),
    districts: L.layerGroup(),
    houses: new electionMap.Drawn(electionMap.drawHouses(houses, tones, colourOf), { pane: "map-houses" }),
    stations: L.layerGroup(),
  };
  const drawAgain = () => {
    element.dispatchEvent(new CustomEvent("map:houses"));
    layers.streets.eachLayer((layer) => { if (map.hasLayer(layer)) layer.redraw(); });
    if (map.hasLayer(layers.houses)) layers.houses.redraw();
  };
  const outlines = new Map();
  const named = [];
  const drawDistricts = (answer) => Object.entries(answer.districts).forEach(([key, flat]) => {
    const one = districts.get(Number(key));
    if (!one) return;
    outlines.set(one, electionMap.ringsOf(flat));
    named.push(electionMap.district(outlines.get(one), palette[one.colour], one.name));
    named[named.length - 1].layer.addTo(layers.districts);
  });
  const placeNames = () => {
    if (!map.hasLayer(layers.districts)) return;
    const shown = map.hasLayer(layers.stations) ? page.buildings : [];
    electionMap.placeNames(map, named, shown.map((one) => electionMap.discsCover(map, latLng(one.y, one.x), one.stations.length)));
  };
  page.buildings.forEach((building) => {
    const own = building.stations.map((key) => stations.get(key));
    const label = `${building.name}: ${own.map((one) => `${words.station} ${one.number}`).join(", ")}`;
    const marker = electionMap.building(latLng(building.y, building.x), own.map((one) => electionMap.disc(one, palette[one.colour])), label);
    marker.on("click", () => showBuilding(building, own)).addTo(layers.stations);
  });

  // --- saying what was pointed at ---
  const marks = L.layerGroup().addTo(map);
  const ring = (place, radius) => L.circleMarker(place, { radius, color: tones.ink, weight: 2.5, fill: false, interactive: false });
  const mark = (...shown) => {
    marks.clearLayers();
    shown.forEach((one) => one.addTo(marks));
  };
  const made = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text }, more);
  const say = (title, rows, links) => {
    const list = made("dl", "", { className: "record" });
    rows.filter(([, value]) => value).forEach(([label, value]) => list.append(made("dt", label), made("dd", value)));
    const ways = made("ul", "", { className: "map-links" });
    links.filter(([, href]) => href).forEach(([label, href]) => {
      const item = made("li", "");
      item.append(made("a", label, { href }));
      ways.append(item);
    });
    details.replaceChildren(made("h2", title), list, ways);
  };
  const url = (name, key) => (page.urls[name] || "").replace(String(page.any), String(key));
  const place = (at) => L.latLng(houses.latitude(at), houses.longitude(at));
  const stationOf = (at) => stations.get(houses.rows.station[at]);
  const stationName = (station) => (station ? `${station.number} · ${station.name}` : words.no_station);
  const districtName = (key) => (districts.has(key) ? `${districts.get(key).code} ${districts.get(key).name}` : words.no_district);
  const votersOf = (own) => own.reduce((sum, at) => sum + houses.rows.voters[at], 0);
  const metres = (one, other) => `${format.format(Math.round(one.distanceTo(other) / 10) * 10)} m`;
  // Whoever adds to this map (map-pick.js) hears what was pointed at.
  const pointed = (detail) => element.dispatchEvent(new CustomEvent("map:pointed", { detail }));
  const streetLinks = (street, name) => [
    [words.edit_street, url("edit_street", street)], [words.change_street, url("draft_street", encodeURIComponent(name))], [words.table_street, url("table", street)], [words.street_page, url("street", street)],
  ];
  const rowText = (at) => {
    const run = houses.run(at);
    if (run.whole) return run.odd ? words.all_odd : words.all_even;
    return `${run.first}–${run.last} ${run.odd ? words.odd : words.even}`;
  };

  function showHouse(at) {
    const [street, name, postcode] = houses.streets[houses.rows.street[at]];
    const own = houses.rowsOfHouse(at);
    const text = [[words.postcode, postcode], [words.district, districtName(houses.rows.district[at])], [words.voters, format.format(votersOf(own))]];
    const shown = [ring(place(at), 10)];
    own.filter((one) => page.draft && houses.rows.voters[one]).forEach((one) => {
      const station = stationOf(one);
      text.push([words.station, stationName(station)]);
      if (houses.changed(one)) text.push([words.before, stationName(stations.get(houses.rows.before[one]))]);
      if (station && station.place) {
        text.push([words.distance, metres(place(at), station.place)]);
        shown.push(L.polyline([place(at), station.place], { color: tones.ink, weight: 1.5, dashArray: "4 5", interactive: false }));
      }
      text.push([words.row, rowText(one)]);
    });
    mark(...shown);
    const served = [...new Set(own.map(stationOf).filter(Boolean))];
    say(`${name} ${houses.rows.number[at] || ""}`.trim(), text, [...streetLinks(street, name), ...served.map((one) => [`${words.station} ${one.number}`, url("station", one.id)])]);
    pointed({ street, postcode, number: houses.rows.number[at] });
  }

  function showStreet(index) {
    const own = houses.byStreet.get(index) || [];
    const [street, name, postcode] = houses.streets[index];
    const served = new Map();
    own.filter((at) => houses.rows.voters[at] && stationOf(at)).forEach((at) => served.set(stationOf(at), (served.get(stationOf(at)) || 0) + houses.rows.voters[at]));
    const text = [[words.postcode, postcode], [words.district, [...new Set(own.map((at) => districtName(houses.rows.district[at])))].join(", ")], [words.voters, format.format(votersOf(own))]];
    [...served].sort((one, other) => one[0].number - other[0].number).forEach(([station, voters]) => text.push([words.station, `${stationName(station)} (${format.format(voters)})`]));
    const ways = houses.lines.filter((line) => line.street === index).map((line) => L.polyline(line.points.map(place), { color: tones.ink, weight: 3, opacity: 0.75, interactive: false }));
    mark(...(ways.length ? ways : own.map((at) => ring(place(at), 9))));
    say(name, text, streetLinks(street, name));
    pointed({ street, postcode });
    return own;
  }

  function showBuilding(building, own) {
    const text = [[words.address, building.address], [words.stations, own.length ? "" : words.no_stations]];
    const links = [[words.building_page, url("building", building.id)]];
    own.forEach((station) => {
      text.push([words.station, stationName(station)], [words.district, districtName(station.district)], [words.voters, station.load], [words.mean, station.mean]);
      links.push([`${words.station} ${station.number}: ${words.its_streets}`, url("station_streets", station.id)], [`${words.station} ${station.number}`, url("station", station.id)]);
    });
    mark(ring(latLng(building.y, building.x), 24));
    say(building.name, text, links);
  }

  function showDistrict(one) {
    mark(L.polygon(outlines.get(one), { color: tones.ink, weight: 3, fill: false, interactive: false }));
    say(`${one.code} ${one.name}`, [[words.voters, format.format(one.voters)], [words.houses, format.format(one.houses)], [words.stations, page.stations.length ? format.format(one.stations) : ""], [words.seats, one.seats]], []);
  }

  map.on("click", (event) => {
    const world = 256 * 2 ** map.getZoom();
    const dots = !houses.blocks && map.hasLayer(layers.houses);
    const [nearest, distance] = dots ? houses.nearest(eastward(event.latlng.lng), southward(event.latlng.lat), 40 / world) : [-1, 0];
    if (nearest >= 0 && distance * world <= Math.max(12, 2 * electionMap.radius(map.getZoom()))) { showHouse(houses.rowsOfHouse(nearest)[0]); return; }
    if (nearest >= 0 && map.getZoom() >= 14) { showStreet(houses.rows.street[nearest]); return; }
    const one = [...outlines.keys()].find((district) => electionMap.holds(outlines.get(district), event.latlng));
    if (one) { showDistrict(one); return; }
    marks.clearLayers();
    details.replaceChildren(document.getElementById("map-hint").content.cloneNode(true));
  });

  // --- finding: a street with or without a number; what is not found so, the server looks for ---
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, " ").trim();
  const go = (index, number) => {
    const own = showStreet(index);
    const at = own.find((one) => houses.rows.number[one] === number);
    if (at === undefined) map.fitBounds(L.latLngBounds(own.map(place)).pad(0.3), { maxZoom: 17, animate: !calm });
    else {
      map.setView(place(at), Math.max(map.getZoom(), 17), { animate: !calm });
      showHouse(at);
    }
  };
  form.addEventListener("submit", (event) => {
    const typed = form.elements.q.value.trim();
    if (!typed || houses.blocks || !houses.whole) return;
    const [, street, number] = typed.match(/^(.*?)(?:[\s,]+(\d+)\S*)?$/);
    const named = (name) => houses.streets.findIndex((one) => fold(one[1]) === fold(name));
    const index = named(typed) >= 0 ? named(typed) : named(street);
    if (index < 0) return;
    event.preventDefault();
    go(index, Number(number));
  });
  form.querySelectorAll("select").forEach((choice) => choice.addEventListener("change", () => {
    form.elements.q.value = "";
    form.submit();
  }));

  // --- what is shown, and where one is ---
  document.querySelectorAll("[data-map-layer]").forEach((box) => box.addEventListener("change", () => {
    layers[box.dataset.mapLayer][box.checked ? "addTo" : "removeFrom"](map);
    placeNames();
  }));
  const bounds = L.latLngBounds([]);
  const showAll = () => { if (bounds.isValid()) map.fitBounds(bounds, { padding: [12, 12], animate: !calm }); else map.setView([50.85, 4.35], 9); };
  document.querySelectorAll("[data-map-whole]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", showAll);
  });
  map.on("zoomend viewreset", () => {
    element.classList.toggle("map-far", electionMap.isFar(map));
    placeNames();
  });
  map.on("moveend", () => {
    const middle = map.getCenter();
    history.replaceState(history.state, "", `#${map.getZoom()}/${middle.lat.toFixed(5)}/${middle.lng.toFixed(5)}`);
  });

  // --- the houses: all at once, or in a city blocks of them until one comes near ---
  const read = (address) => fetch(address, { headers: { Accept: "application/json" } }).then((answer) => {
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  });
  let overview = null;
  const follow = () => {
    if (overview.whole) return;
    if (map.getZoom() < 15) {
      if (!houses.blocks) { houses.take(overview); drawAgain(); }
      return;
    }
    const box = map.getBounds().pad(0.3);
    const asked = [box.getSouth(), box.getWest(), box.getNorth(), box.getEast()].map((edge) => edge.toFixed(5)).join(",");
    read(`${page.urls.houses}&box=${asked}`).then((answer) => { if (answer.rows.voters) { houses.take(answer); drawAgain(); } }).catch(() => {});
  };
  const begin = ([answer, areas]) => {
    overview = answer;
    houses.take(answer);
    electionMap.shown = { map, houses, details, tones, words };
    for (let at = 0; at < houses.count; at += 1) bounds.extend(place(at));
    page.stations.forEach((one) => { if (one.place) bounds.extend(one.place); });
    drawDistricts(areas);
    const at = location.hash.match(/^#([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/);
    if (at && !page.found) map.setView([Number(at[2]), Number(at[3])], Number(at[1]), { animate: false });
    else showAll();
    document.querySelectorAll("[data-map-layer]:checked").forEach((box) => layers[box.dataset.mapLayer].addTo(map));
    placeNames();
    map.on("moveend", follow);
    if (page.found && page.found.building) {
      const here = page.buildings.find((one) => one.id === page.found.building);
      map.setView(latLng(page.found.y, page.found.x), 17, { animate: false });
      showBuilding(here || { ...page.found, id: page.found.building }, here ? here.stations.map((key) => stations.get(key)) : []);
    } else if (page.found) {
      const index = houses.streets.findIndex((one) => one[0] === page.found.street && (!page.found.postcode || one[2] === page.found.postcode));
      if (index >= 0) go(index, page.found.number);
      else map.setView(latLng(page.found.y, page.found.x), 17);
    }
    const names = document.getElementById("map-streets");
    names.replaceChildren(...[...new Set(houses.streets.map((one) => one[1]))].map((value) => made("option", "", { value })));
    document.getElementById("map-state").remove();
    element.dataset.ready = "yes";
    element.dispatchEvent(new CustomEvent("map:ready"));
  };
  Promise.all([read(page.urls.houses), read(page.urls.areas)]).then(begin).catch(() => {
    document.getElementById("map-state").replaceChildren(document.getElementById("map-failed").content.cloneNode(true));
  });

  // --- paper: what was on the screen, as wide as the page ---
  const resize = (paper) => {
    const seen = map.getBounds();
    element.classList.toggle("map-paper", paper);
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(seen, { animate: false });
  };
  window.addEventListener("beforeprint", () => resize(true));
  window.addEventListener("afterprint", () => resize(false));
})();
