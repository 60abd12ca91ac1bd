// The houses of the map: columns of numbers as the server sends them, found by place, by street and by what follows in a row.
(() => {
  "use strict";
  const SCALE = 1e5;
  const BUCKETS = 2 ** 15;
  const BREAK = 4.3e-6; // of the width of the world: some 110 metres without a house end a line

  // Degrees to the square of the Mercator projection: 0 to 1 from the north-west.
  const eastward = (longitude) => longitude / 360 + 0.5;
  const southward = (latitude) => {
    const sine = Math.sin((latitude * Math.PI) / 180);
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  };

  class Houses {
    // rows: street, number, y, x, district, station, before, voters; in a city, until one comes near, blocks without street and number.
    take(answer) {
      this.rows = answer.rows;
      this.streets = answer.streets;
      this.origin = answer.origin;
      this.whole = answer.whole;
      this.blocks = Boolean(answer.rows.houses);
      this.count = answer.rows.voters ? answer.rows.voters.length : 0;
      this.x = new Float64Array(this.count);
      this.y = new Float64Array(this.count);
      this.buckets = new Map();
      for (let at = 0; at < this.count; at += 1) {
        this.x[at] = eastward((this.origin[1] + this.rows.x[at]) / SCALE);
        this.y[at] = southward((this.origin[0] + this.rows.y[at]) / SCALE);
        const key = Math.floor(this.x[at] * BUCKETS) * BUCKETS + Math.floor(this.y[at] * BUCKETS);
        if (this.buckets.has(key)) this.buckets.get(key).push(at);
        else this.buckets.set(key, [at]);
      }
      this.lines = this.blocks ? [] : this.drawnLines();
      this.byStreet = new Map();
      if (!this.blocks) for (let at = 0; at < this.count; at += 1) {
        const street = this.rows.street[at];
        if (this.byStreet.has(street)) this.byStreet.get(street).push(at);
        else this.byStreet.set(street, [at]);
      }
      this.labels = new Map();
    }

    latitude(at) { return (this.origin[0] + this.rows.y[at]) / SCALE; }

    longitude(at) { return (this.origin[1] + this.rows.x[at]) / SCALE; }

    within(west, north, east, south, each) {
      for (let x = Math.floor(west * BUCKETS); x <= Math.floor(east * BUCKETS); x += 1) {
        for (let y = Math.floor(north * BUCKETS); y <= Math.floor(south * BUCKETS); y += 1) {
          (this.buckets.get(x * BUCKETS + y) || []).forEach(each);
        }
      }
    }

    // The nearest house to a place, at most ``reach`` away: [house, distance], or [-1, reach].
    nearest(x, y, reach) {
      let found = -1;
      let distance = reach;
      this.within(x - reach, y - reach, x + reach, y + reach, (at) => {
        const away = Math.hypot(this.x[at] - x, this.y[at] - y);
        if (away < distance) { found = at; distance = away; }
      });
      return [found, distance];
    }

    changed(at) {
      return Boolean(this.rows.before) && this.rows.voters[at] > 0 && this.rows.station[at] !== this.rows.before[at];
    }

    // The sides of streets, from house to house; a long way without houses breaks the line.
    drawnLines() {
      const found = [];
      let line = null;
      let last = -1;
      for (let at = 0; at < this.count; at += 1) {
        const street = this.rows.street[at];
        const odd = this.rows.number[at] % 2;
        const joined = line && line.street === street && line.odd === odd && Math.hypot(this.x[at] - this.x[last], this.y[at] - this.y[last]) < BREAK;
        if (!joined) {
          line = { street, odd, points: [], west: 1, north: 1, east: 0, south: 0 };
          found.push(line);
        }
        last = at;
        line.points.push(at);
        line.west = Math.min(line.west, this.x[at]);
        line.east = Math.max(line.east, this.x[at]);
        line.north = Math.min(line.north, this.y[at]);
        line.south = Math.max(line.south, this.y[at]);
      }
      return found.filter((one) => one.points.length > 1);
    }

    sameSide(one, other) {
      return this.rows.street[one] === this.rows.street[other] && this.rows.number[one] % 2 === this.rows.number[other] % 2;
    }

    // The rows of one house: more than one where it is split over stations.
    rowsOfHouse(at) {
      const same = (other) => this.sameSide(at, other) && this.rows.number[other] === this.rows.number[at];
      let first = at;
      while (first > 0 && same(first - 1)) first -= 1;
      const found = [];
      for (let next = first; next < this.count && same(next); next += 1) found.push(next);
      return found;
    }

    // The houses of a side that follow each other in one station: what the table of streets calls a row.
    run(at) {
      const joined = (other) => this.sameSide(at, other) && (this.rows.voters[other] === 0 || this.rows.station[other] === this.rows.station[at]);
      let first = at;
      let last = at;
      while (first > 0 && joined(first - 1)) first -= 1;
      while (last + 1 < this.count && joined(last + 1)) last += 1;
      const whole = !(first > 0 && this.sameSide(at, first - 1)) && !(last + 1 < this.count && this.sameSide(at, last + 1));
      return { first: this.rows.number[first], last: this.rows.number[last], odd: this.rows.number[at] % 2, whole };
    }
  }

  window.electionMap = { Houses, SCALE, eastward, southward };
})();
