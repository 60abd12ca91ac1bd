// What lies on the map: streets, houses and names on canvases, districts as surfaces, buildings as discs. Draws, and decides nothing.
(() => {
  "use strict";
  const { L, electionMap } = window;
  if (!L || !electionMap) return;
  const { SCALE } = electionMap;
  const NAMES_FROM = 15;
  const EARTH = 40075016;

  const radius = (zoom) => [1.3, 1.6, 2, 2.6, 3.4, 4.6, 6, 7.5][Math.max(0, Math.min(zoom - 11, 7))];

  // A layer of canvases: each draws the piece of the map that it shows, when it comes into sight.
  const Drawn = L.GridLayer.extend({
    initialize(draw, options) {
      this.draw = draw;
      L.GridLayer.prototype.initialize.call(this, { tileSize: 512, updateWhenIdle: false, keepBuffer: 1, ...options });
    },
    createTile(coords) {
      const canvas = document.createElement("canvas");
      const size = this.getTileSize().x;
      const dense = Math.min(1.5 * (window.devicePixelRatio || 1), 2); // half zooms stretch what is drawn
      canvas.width = canvas.height = size * dense;
      const pen = canvas.getContext("2d");
      pen.scale(dense, dense);
      this.draw(pen, { west: coords.x * size, north: coords.y * size, size, world: 256 * 2 ** coords.z, zoom: coords.z });
      return canvas;
    },
  });

  // The edges of a piece, with ``room`` pixels around it, on the square from 0 to 1.
  const edges = (tile, room) => [tile.west - room, tile.north - room, tile.west + tile.size + room, tile.north + tile.size + room].map((edge) => edge / tile.world);

  const drawStreets = (houses, tones) => (pen, tile) => {
    const metre = tile.world / (EARTH * Math.cos(((houses.origin[0] / SCALE) * Math.PI) / 180));
    pen.lineWidth = Math.max(1.2, Math.min(16, 15 * metre));
    pen.strokeStyle = tones.street;
    pen.lineCap = pen.lineJoin = "round";
    const [west, north, east, south] = edges(tile, 20);
    pen.beginPath();
    houses.lines.forEach((line) => {
      if (line.east < west || line.west > east || line.south < north || line.north > south) return;
      line.points.forEach((at, step) => pen[step ? "lineTo" : "moveTo"](houses.x[at] * tile.world - tile.west, houses.y[at] * tile.world - tile.north));
    });
    pen.stroke();
  };

  const drawHouses = (houses, tones, colourOf) => (pen, tile) => {
    const base = radius(tile.zoom);
    const groups = new Map();
    houses.within(...edges(tile, 6 * base + 2), (at) => {
      const colour = colourOf(at);
      const key = `${houses.changed(at) ? 2 : colour === tones.empty ? 0 : 1}${colour}`;
      if (groups.has(key)) groups.get(key).push(at);
      else groups.set(key, [at]);
    });
    // Nobody's houses lie below, what changed lies on top.
    [...groups.keys()].sort().forEach((key) => {
      pen.beginPath();
      groups.get(key).forEach((at) => {
        const x = houses.x[at] * tile.world - tile.west;
        const y = houses.y[at] * tile.world - tile.north;
        const voters = houses.rows.voters[at];
        const grown = houses.blocks ? Math.min(6, 0.6 + Math.sqrt(voters) / 8) : voters ? Math.min(2.2, 0.78 + Math.sqrt(voters) / 8) : 0.62;
        pen.moveTo(x + base * grown, y);
        pen.arc(x, y, base * grown, 0, 2 * Math.PI);
      });
      pen.fillStyle = key.slice(1);
      pen.fill();
      if (key.startsWith("2") && tile.zoom > 12) {
        pen.strokeStyle = tones.ink;
        pen.lineWidth = 1;
        pen.stroke();
      }
    });
  };

  // Names of streets: those with most houses first, none upon another; worked out once a zoom.
  const placedNames = (houses, zoom, pen) => {
    if (houses.labels.has(zoom)) return houses.labels.get(zoom);
    const world = 256 * 2 ** zoom;
    const placed = [];
    const taken = new Map();
    [...houses.byStreet].sort((one, other) => other[1].length - one[1].length || one[0] - other[0]).forEach(([street, own]) => {
      const middle = own[Math.floor(own.length / 2)];
      const text = houses.streets[street][1];
      const box = { x: houses.x[middle] * world, y: houses.y[middle] * world, half: pen.measureText(text).width / 2 + 6, text };
      const cells = [];
      for (let x = Math.floor((box.x - box.half) / 128); x <= Math.floor((box.x + box.half) / 128); x += 1) {
        for (let y = Math.floor((box.y - 12) / 128); y <= Math.floor((box.y + 12) / 128); y += 1) cells.push(`${x}/${y}`);
      }
      const touches = (other) => Math.abs(other.x - box.x) < other.half + box.half && Math.abs(other.y - box.y) < 20;
      if (cells.some((cell) => (taken.get(cell) || []).some(touches))) return;
      cells.forEach((cell) => taken.set(cell, [...(taken.get(cell) || []), box]));
      placed.push(box);
    });
    houses.labels.set(zoom, placed);
    return placed;
  };
  const drawNames = (houses, tones, font) => (pen, tile) => {
    if (tile.zoom < NAMES_FROM) return;
    pen.font = `600 13px ${font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.lineWidth = 4;
    pen.strokeStyle = tones.ground;
    pen.fillStyle = tones.ink;
    placedNames(houses, tile.zoom, pen).forEach((box) => {
      const [x, y] = [box.x - tile.west, box.y - tile.north];
      if (x < -box.half || y < -12 || x > tile.size + box.half || y > tile.size + 12) return;
      pen.strokeText(box.text, x, y);
      pen.fillText(box.text, x, y);
    });
  };

  const ringsOf = (flat) => flat.map((ring) => {
    const points = [];
    for (let at = 0; at < ring.length; at += 2) points.push([ring[at] / SCALE, ring[at + 1] / SCALE]);
    return points;
  });
  const holds = (rings, where) => {
    let inside = false;
    rings.forEach((ring) => ring.forEach(([ay, ax], at) => {
      const [by, bx] = ring[(at + 1) % ring.length];
      if ((ay > where.lat) !== (by > where.lat) && where.lng < ((bx - ax) * (where.lat - ay)) / (by - ay) + ax) inside = !inside;
    }));
    return inside;
  };

  const GRID = 24;
  const largest = (rings) => rings.reduce((one, other) => (other.length > one.length ? other : one), []);

  // Where the name of a district may stand: the points of a grid over its largest piece that lie in it. ``cells``: which of the grid do.
  const standings = (rings) => {
    const piece = L.latLngBounds(largest(rings));
    const [south, west] = [piece.getSouth(), piece.getWest()];
    const [up, aside] = [(piece.getNorth() - south) / GRID, (piece.getEast() - west) / GRID];
    const places = [piece.getCenter()];
    const cells = new Set();
    for (let cell = 0; cell < GRID * GRID; cell += 1) {
      const where = L.latLng(south + (Math.floor(cell / GRID) + 0.5) * up, west + ((cell % GRID) + 0.5) * aside);
      if (holds(rings, where)) {
        places.push(where);
        cells.add(cell);
      }
    }
    return { piece, places, cells };
  };
  const district = (rings, colour, text) => {
    const surface = L.polygon(rings, { color: colour, weight: 1.5, opacity: 0.8, fillOpacity: 0.13, interactive: false });
    const name = document.createElement("span");
    name.textContent = text;
    const standing = standings(rings);
    const label = L.marker(standing.piece.getCenter(), { icon: L.divIcon({ className: "map-name", html: name, iconSize: [0, 0] }), pane: "map-districts", interactive: false, keyboard: false });
    return { layer: L.layerGroup([surface, label]), label, name, ...standing };
  };

  // Names of districts where no disc and no other name lies, each as near the middle of its district as can be; on two lines where one is
  // too long. The smallest district chooses first. A name that finds no free place is drawn smaller and lighter, below the
  // discs; where too little of it would be seen it waits until one comes nearer.
  const overlap = (one, other) => Math.max(0, Math.min(one.right, other.right) - Math.max(one.left, other.left)) * Math.max(0, Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top));
  const around = (point, width, height) => ({ left: point.x - width / 2, right: point.x + width / 2, top: point.y - height / 2, bottom: point.y + height / 2 });
  // How many ends of a line of text lie outside its district, at one height.
  const endsOutside = (map, { piece, cells }, point, width) => {
    const [corner, other] = [map.project(piece.getSouthWest()), map.project(piece.getNorthEast())];
    const row = Math.floor(((corner.y - point.y) / (corner.y - other.y)) * GRID);
    const column = (x) => Math.floor(((x - corner.x) / (other.x - corner.x)) * GRID);
    return [column(point.x - width / 2), column(point.x + width / 2)].filter((at) => at < 0 || at >= GRID || !cells.has(row * GRID + at)).length;
  };
  const SHAPES = ["", "map-name-broken", "map-name-broken map-name-crowded"];
  const placeNames = (map, named, discs) => {
    const taken = [...discs];
    const area = (one) => (one.piece.getNorth() - one.piece.getSouth()) * (one.piece.getEast() - one.piece.getWest());
    [...named].sort((one, other) => area(one) - area(other)).forEach((one) => {
      const middle = map.project(one.places[0]);
      const points = one.places.map((where) => map.project(where));
      let best = null;
      SHAPES.some((shape) => {
        one.name.className = shape;
        best = null;
        const [width, height] = [one.name.offsetWidth + 4, one.name.offsetHeight];
        points.forEach((point, at) => {
          const away = point.distanceTo(middle);
          const outside = endsOutside(map, one, point, width);
          if (outside === 2 && away > width) return; // it would seem the name of another
          const box = around(point, width, height);
          const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
          const price = 100 * covered + away + 20 * outside;
          if (!best || price < best.price) best = { price, covered, shape, box, where: one.places[at] };
        });
        return best.covered === 0;
      });
      const size = (best.box.right - best.box.left) * (best.box.bottom - best.box.top);
      one.name.className = best.covered > size / 5 ? "map-name-hidden" : best.shape;
      if (best.covered > size / 5) return;
      one.label.setLatLng(best.where);
      taken.push(best.box);
    });
  };

  // A building: a disc a station with its number, the ring around it as full as the station.
  const shape = (name, attributes, text) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const disc = (station, colour) => {
    const drawn = shape("svg", { viewBox: "0 0 34 34", width: 30, height: 30, "aria-hidden": "true", focusable: "false", class: "map-disc" });
    const middle = { cx: 17, cy: 17 };
    drawn.append(shape("circle", { ...middle, r: 16.8, class: "map-disc-edge" }));
    if (station.share !== null) {
      const around = 2 * Math.PI * 14.5;
      const load = station.state === "ok" ? "map-disc-load" : "map-disc-load map-disc-wrong";
      drawn.append(shape("circle", { ...middle, r: 14.5, class: "map-disc-track" }));
      drawn.append(shape("circle", {
        ...middle, r: 14.5, class: load, stroke: colour, transform: "rotate(-90 17 17)", "stroke-dasharray": `${Math.min(1, station.share) * around} ${around}`,
      }));
    }
    drawn.append(shape("circle", { ...middle, r: station.share === null ? 14.5 : 11.5, fill: colour }));
    drawn.append(shape("text", { x: 17, y: 17, class: station.number > 99 ? "map-disc-number map-disc-long" : "map-disc-number" }, station.number));
    return drawn;
  };
  // What the discs of a building cover at a zoom: from afar they are drawn smaller (.map-far).
  const discsCover = (map, place, count) => around(map.project(place), count * (isFar(map) ? 18 : 30) + 2, isFar(map) ? 20 : 32);
  const isFar = (map) => map.getZoom() < 13;
  const building = (place, discs, label) => {
    const holder = document.createElement("span");
    holder.className = "map-building";
    holder.append(...discs);
    const width = 30 * discs.length;
    const marker = L.marker(place, { icon: L.divIcon({ className: "map-marker", html: holder, iconSize: [width, 30], iconAnchor: [width / 2, 15] }), riseOnHover: true });
    marker.on("add", () => {
      const drawn = marker.getElement();
      drawn.setAttribute("aria-label", label);
      drawn.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        marker.fire("click");
      });
    });
    return marker;
  };

  Object.assign(electionMap, { Drawn, drawStreets, drawHouses, drawNames, ringsOf, district, placeNames, discsCover, isFar, holds, disc, building, radius });
})();
