// Picking streets and houses on the map of the districts. What is picked lies in the form beside the map (#map-editor): the server adds to
// it, and shows whom it moves; without this script the same form and the table of a street do.
(() => {
  "use strict";
  const { L, electionMap } = window;
  const element = document.getElementById("map");
  const tools = document.getElementById("map-tools");
  if (!L || !electionMap || !element || !tools) return;

  const editor = () => document.getElementById("map-editor");
  const state = document.getElementById("map-tool-state");
  const draw = document.getElementById("map-draw");

  // --- sending what was picked: one at a time, in the order of the clicks ---
  let turn = Promise.resolve();
  const said = () => [...document.querySelectorAll("#map-picked .pieces li p")].map((one) => one.textContent.trim().replace(/\s+/g, " "));
  const send = async (more) => {
    const before = said();
    const data = new FormData(editor());
    data.delete("house");
    data.set("step", "pick");
    more.forEach(([name, value]) => data.append(name, value));
    const answer = await fetch(editor().action, { method: "POST", headers: { "HX-Request": "true" }, body: new URLSearchParams(data) });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    const focused = document.activeElement && document.activeElement.closest("#map-picked") ? document.activeElement.id : "";
    document.getElementById("map-picked").replaceWith(made.content);
    window.htmx.process(document.getElementById("map-picked"));
    if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
    follow();
    lookAhead();
    const { words } = electionMap.shown;
    const now = said();
    const come = now.filter((text) => !before.includes(text));
    state.textContent = come.length ? words.picked.replace("%(what)s", come.slice(0, 2).join("; ") + (come.length > 2 ? " …" : "")) : "";
  };
  const pick = (more) => {
    turn = turn.then(() => send(more)).catch(() => { state.textContent = document.getElementById("request-failed").content.textContent.trim(); });
    return turn;
  };
  const lookAhead = () => {
    const target = editor().elements.target;
    if (target && target.value) target.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // --- what was pointed at can be picked ---
  const button = (text, more) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-line", textContent: text });
    made.addEventListener("click", () => pick(more));
    return made;
  };
  element.addEventListener("map:pointed", (event) => {
    const { details, words } = electionMap.shown;
    const { street, postcode, number } = event.detail;
    const row = document.createElement("div");
    row.className = "map-picks";
    if (number !== undefined) row.append(button(words.pick_house, [["house", `${street}:${postcode}:${number}`]]));
    row.append(button(words.pick_street, [["street", `${street}:${postcode}`]]));
    row.append(button(words.pick_odd, [["side", `${street}:${postcode}:odd`]]), button(words.pick_even, [["side", `${street}:${postcode}:even`]]));
    details.querySelector("h2").after(row);
  });
  document.addEventListener("submit", (event) => {
    const by = event.submitter;
    if (event.target !== editor() || !by || !(by.name === "street" || by.value === "pick")) return;
    event.preventDefault();
    const ticked = [...document.querySelectorAll("input[name=house]:checked")];
    const more = by.name === "street" ? [["street", by.value]] : ticked.map((box) => ["house", box.value]);
    pick(more).then(() => ticked.forEach((box) => { box.checked = false; }));
  });

  // --- what is picked is drawn on the map ---
  const houseLayer = (map, houses, tones) => new electionMap.Drawn((pen, tile) => {
    if (!chosen.size || houses.blocks) return;
    const base = electionMap.radius(tile.zoom) * 1.3 + 1;
    pen.strokeStyle = tones.ink;
    pen.lineWidth = tile.zoom < 16 ? 1.2 : 2;
    const edges = [tile.west - 20, tile.north - 20, tile.west + tile.size + 20, tile.north + tile.size + 20].map((edge) => edge / tile.world);
    pen.beginPath();
    houses.within(...edges, (at) => {
      if (!chosen.has(at)) return;
      const [x, y] = [houses.x[at] * tile.world - tile.west, houses.y[at] * tile.world - tile.north];
      pen.moveTo(x + base, y);
      pen.arc(x, y, base, 0, 2 * Math.PI);
    });
    pen.stroke();
  }, { pane: "map-names" });
  let layer = null;
  let chosen = new Set();
  const pieces = () => [...document.querySelectorAll("#map-picked .pieces li")].map((item) => {
    const value = (name) => { const field = item.querySelector(`[name$="-${name}"]`); return field && field.type === "checkbox" ? field.checked : field.value; };
    return { street: Number(value("street")), postcode: value("postcode"), side: value("side"), from: Number(value("number_from") || 0), to: Number(value("number_to") || 1e9), gone: value("gone") };
  }).filter((piece) => !piece.gone);
  const follow = () => {
    const { houses } = electionMap.shown;
    chosen = new Set();
    if (!houses.blocks) {
      const byPlace = new Map(houses.streets.map((one, index) => [`${one[0]}:${one[2]}`, index]));
      pieces().forEach((piece) => (houses.byStreet.get(byPlace.get(`${piece.street}:${piece.postcode}`)) || []).forEach((at) => {
        const number = houses.rows.number[at];
        const side = number % 2 ? "odd" : "even";
        if (number >= piece.from && number <= piece.to && (piece.side === "all" || piece.side === side)) chosen.add(at);
      }));
    }
    if (layer) layer.redraw();
  };
  document.addEventListener("change", (event) => { if (event.target.form === editor() && electionMap.shown) follow(); });
  element.addEventListener("map:houses", () => { if (electionMap.shown) follow(); });

  // --- a rectangle, drawn with the mouse or a finger; from the keyboard: what is in view ---
  const box = (bounds) => [["box", [bounds.getSouth(), bounds.getWest(), bounds.getNorth(), bounds.getEast()].map((edge) => edge.toFixed(6)).join(",")]];
  const setDrawing = (on) => {
    const { map, words } = electionMap.shown;
    draw.setAttribute("aria-pressed", String(on));
    map.dragging[on ? "disable" : "enable"]();
    element.classList.toggle("map-drawing", on);
    state.textContent = on ? words.drawing : "";
  };
  const drawing = () => draw.getAttribute("aria-pressed") === "true";
  const ready = () => {
    const { map, houses, tones } = electionMap.shown;
    layer = houseLayer(map, houses, tones).addTo(map);
    follow();
    tools.hidden = false;
    draw.addEventListener("click", () => setDrawing(!drawing()));
    document.getElementById("map-view").addEventListener("click", () => pick(box(map.getBounds())));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && drawing()) setDrawing(false); });
    let start = null;
    let shape = null;
    let drew = false;
    const place = (event) => map.mouseEventToLatLng(event);
    element.addEventListener("pointerdown", (event) => {
      if (!drawing() || event.target.closest(".leaflet-control")) return;
      event.preventDefault();
      start = place(event);
      element.setPointerCapture(event.pointerId);
      shape = L.rectangle([start, start], { color: tones.ink, weight: 2, dashArray: "5 4", fillOpacity: 0.08, interactive: false }).addTo(map);
    }, true);
    element.addEventListener("pointermove", (event) => { if (shape) shape.setBounds([start, place(event)]); });
    const end = (event) => {
      if (!shape) return;
      const bounds = shape.getBounds();
      shape.remove();
      shape = null;
      drew = true;
      setTimeout(() => { drew = false; }, 50);
      setDrawing(false);
      draw.focus();
      const [one, other] = [map.latLngToContainerPoint(bounds.getNorthWest()), map.latLngToContainerPoint(bounds.getSouthEast())];
      if (event.type === "pointerup" && Math.abs(one.x - other.x) > 4 && Math.abs(one.y - other.y) > 4) pick(box(bounds));
    };
    element.addEventListener("pointerup", end);
    element.addEventListener("pointercancel", end);
    // The click that ends a rectangle points at nothing.
    element.addEventListener("click", (event) => { if (drew) event.stopImmediatePropagation(); }, true);
  };
  if (electionMap.shown) ready();
  else element.addEventListener("map:ready", ready);
})();
