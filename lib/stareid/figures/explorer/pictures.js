// What the explorer draws: the large frame, the strip with maps and bars, and the key, on canvases.

export const SCALES = {  // from little to much attention, uniform in the middle; all three suit colour-blind eyes
  "blue to red": ["#053061", "#2a71b2", "#6bacd1", "#c2ddec", "#f7f6f6", "#fbccb4", "#e48066", "#ba2832", "#67001f"],
  "purple to orange": ["#2d004b", "#5f3a91", "#9990bf", "#cfcfe5", "#f7f7f6", "#fed59f", "#ee9b39", "#bd6109", "#7f3b08"],
  "cividis": ["#00224e", "#1a386f", "#434e6c", "#61656f", "#7d7c78", "#9b9476", "#bcae6c", "#dec958", "#fee838"],
};
const FIXED = 2;  // the fixed range is from 1/2 to 2 times the uniform attention
const LEAST = 1.002, MOST = 16;  // of a stretched range: finer differences are those of the bytes
const PER_ROW = 16;  // frames of a sprite
const BARS = 58;  // pixels under a frame: its bar, its number, and how much of the person is visible
const GAP = 6;

/** A multiple in words; small differences need more digits. */
export const times = (value, reach = 2) => `${value.toFixed(value > 9.95 ? 0 : reach < 1.1 ? 3 : 2)} ×`;

/** 256 colours [r, g, b] between the stops of a scale. */
function colours(name) {
  const stops = SCALES[name].map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  return Array.from({ length: 256 }, (_, i) => {
    const at = (i / 255) * (stops.length - 1), low = Math.min(Math.floor(at), stops.length - 2);
    return stops[low].map((value, c) => Math.round(value + (at - low) * (stops[low + 1][c] - value)));
  });
}

/** What a network looked at in a sequence, in multiples of the uniform attention. */
export class Look {
  /** Unpack a look: inflate its bytes, and add up the differences from step to step. */
  static async open(packed, frames, cells) {
    const deflated = Uint8Array.from(atob(packed.maps), (letter) => letter.charCodeAt(0));
    const inflated = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate"));
    const bytes = new Uint8Array(await new Response(inflated).arrayBuffer()), [low, high] = packed.range;
    for (let i = frames * cells; i < bytes.length; i++) bytes[i] += bytes[i - frames * cells];
    const values = Float32Array.from(bytes, (byte) => low + ((high - low) * byte) / 255);
    const furthest = Math.max(...packed.range.map((end) => Math.abs(Math.log(Math.max(end, 1e-9)))));
    return Object.assign(new Look(), { frames, cells, values, furthest });
  }

  /** The map of a frame, row by row. */
  map(step, frame) {
    const start = ((step - 1) * this.frames + frame) * this.cells;
    return this.values.subarray(start, start + this.cells);
  }

  /** The weight of a frame over the uniform weight: the mean of its map. */
  weight(step, frame) {
    return this.map(step, frame).reduce((sum, value) => sum + value, 0) / this.cells;
  }
}

/** Draws the clips of one moment: `clips` are {at, sequence, look}, `state` is what the controls say. */
export class Painter {
  constructor(album, sprites, state, clips, theme) {
    Object.assign(this, { album, sprites, state, theme });
    const furthest = this.furthest = Math.exp(Math.max(...clips.map(({ look }) => look?.furthest ?? 0)));
    this.reach = state.range === "fixed" ? FIXED : Math.min(Math.max(furthest, LEAST), MOST);
    this.colours = colours(state.scale);
    const weights = clips.flatMap(({ look, sequence }) => look ? sequence.numbers.map((_, t) => look.weight(state.step, t)) : []);
    this.highest = Math.max(1.25, ...weights);
    const { across, down } = album.edges, [height, width] = album.frame;
    this.box = { left: Math.min(0, across[0]), right: Math.max(width, across.at(-1)),
      top: Math.min(0, down[0]), bottom: Math.max(height, down.at(-1)) };  // the outermost cells lie beyond the frame
  }

  /** Where everything of a clip goes in a canvas that is `room` wide: strip beside the large view, or below it. */
  plan(room, count, apart) {
    const narrow = room < 520, tall = narrow ? 230 : room < 640 || apart ? 300 : room < 900 ? 360 : 460;
    const [height, width] = this.album.frame, { box } = this, large = tall / (box.bottom - box.top);
    const wide = (apart ? 2 : 1) * ((box.right - box.left) * large + GAP);
    const columns = Math.min(count <= 16 ? 8 : 16, count), left = narrow ? 0 : wide + 12;
    const cell = Math.min((room - left - (columns - 1) * GAP) / columns, 96), thumb = cell / (apart ? 2 : 1) / width;
    const pitch = height * thumb + BARS + GAP, all = Math.ceil(count / columns) * pitch;
    const top = narrow ? tall + 10 : Math.max(0, (tall - all) / 2);
    const start = narrow ? (room - wide) / 2 : 0;
    return { large, start, left, top, cell, thumb, pitch, columns, tall: Math.max(narrow ? 0 : tall, top + all) };
  }

  /** Draw a clip; returns where its frames are, the large one last, in pixels of the page. */
  clip(canvas, room, clip) {
    const [height, width] = this.album.frame, { box } = this, count = clip.sequence.numbers.length;
    const apart = this.state.view === "apart" && !!clip.look, chosen = Math.min(this.state.frame, count - 1);
    const plan = this.plan(room, count, apart), paint = fit(canvas, room, plan.tall), placed = [];
    for (let t = 0; t < count; t++) {
      const x = plan.left + (t % plan.columns) * (plan.cell + GAP), y = plan.top + Math.floor(t / plan.columns) * plan.pitch;
      if (apart) this.frame(paint, clip, t, x + plan.cell / 2, y, plan.thumb, "map");
      this.frame(paint, clip, t, x, y, plan.thumb, apart ? "frame" : "both");
      this.bar(paint, clip, t, x, y + height * plan.thumb, plan.cell, t % plan.columns > 0);
      if (t === chosen) outline(paint, x, y, plan.cell, height * plan.thumb, this.theme("--accent"), 2.5);
      placed.push({ frame: t, x, y, width: plan.cell, height: height * plan.thumb + BARS, scale: plan.thumb });
    }
    (apart ? ["frame", "map"] : ["both"]).forEach((what, i) => {
      const x = plan.start + i * ((box.right - box.left) * plan.large + GAP) - box.left * plan.large, y = -box.top * plan.large;
      this.frame(paint, clip, chosen, x, y, plan.large, what, true);
      placed.push({ frame: chosen, x, y, width: width * plan.large, height: height * plan.large, scale: plan.large });
    });
    return placed;
  }

  /** Frame t with its corner at (x, y): `what` is the frame, the map or both; cells beyond the frame if `whole`. */
  frame(paint, { at, sequence, look }, t, x, y, scale, what, whole = false) {
    const [height, width] = this.album.frame.map((length) => length * scale);
    paint.save();
    if (!whole) clipTo(paint, x, y, width, height);
    if (what !== "map") {
      const [h, w] = this.album.frame;
      paint.drawImage(this.sprites[at], (t % PER_ROW) * w, Math.floor(t / PER_ROW) * h, w, h, x, y, width, height);
      if (look && what === "both") turnGrey(paint, x, y, width, height);
    }
    const opacity = what === "map" ? 1 : this.state.opacity;
    if (look && what !== "frame") this.map(paint, look.map(this.state.step, t), x, y, scale, opacity);
    if (whole) {  // seen on any ground: the page, the frame, the palest and the darkest cells
      outline(paint, x, y, width, height, "rgb(255 255 255 / 75%)", 3.5);
      outline(paint, x, y, width, height, "#1c2733", 1.5);
    }
    paint.restore();
  }

  /** The cells of a map where they belong, their borders on whole pixels of the screen so that none overlap. */
  map(paint, map, x, y, scale, opacity) {
    const snap = (value) => Math.round(value * devicePixelRatio) / devicePixelRatio;
    const across = this.album.edges.across.map((edge) => snap(x + edge * scale));
    const down = this.album.edges.down.map((edge) => snap(y + edge * scale));
    map.forEach((value, i) => {
      const row = Math.floor(i / (across.length - 1)), column = i % (across.length - 1), at = this.at(value);
      // Near uniform the frame shines through, so that it can be made out; at full opacity nothing does.
      const clear = this.state.scale === "cividis" ? 1 : opacity + (1 - opacity) * Math.abs(2 * at - 1);
      paint.globalAlpha = opacity * clear;
      paint.fillStyle = `rgb(${this.colours[Math.round(255 * at)]})`;
      paint.fillRect(across[column], down[row], across[column + 1] - across[column], down[row + 1] - down[row]);
    });
    paint.globalAlpha = 1;
  }

  /** Where on the scale of 0 to 1 a multiple of uniform is: logarithmic, half and twice are as far from the middle. */
  at(value) {
    return Math.min(Math.max(0.5 + 0.5 * Math.log(Math.max(value, 1e-9)) / Math.log(this.reach), 0), 1);
  }

  /** Under a frame: its weight as a bar against uniform, the number, and the visible part of the person. */
  bar(paint, { sequence, look }, t, x, y, width, joined) {
    const base = y + 37, unit = 34 / this.highest;
    if (look) {
      const weight = look.weight(this.state.step, t);
      paint.fillStyle = this.theme("--bar");
      paint.fillRect(x + width * 0.2, base - weight * unit, width * 0.6, weight * unit);
      dashed(paint, x - (joined ? GAP : 0), x + width, base - unit, this.theme("--ink"));
      Object.assign(paint, { fillStyle: this.theme("--ink"), textAlign: "center", font: "10px system-ui, sans-serif" });
      if (width > 26 || t === this.state.frame) paint.fillText(weight.toFixed(2), x + width / 2, base + 10);
    }
    if (!sequence.visible) return;
    paint.fillStyle = this.theme("--line");
    paint.fillRect(x, base + 14, width, 4);
    paint.fillStyle = this.theme("--truth");
    paint.fillRect(x, base + 14, width * sequence.visible[t], 4);
  }

  /** The scale in a canvas of 256 x 1 pixels; returns what its ends and its middle mean. */
  key(canvas) {
    const paint = canvas.getContext("2d");
    this.colours.forEach((colour, i) => { paint.fillStyle = `rgb(${colour})`; paint.fillRect(i, 0, 1, 1); });
    return [1 / this.reach, 1, this.reach].map((value) => times(value, this.reach));
  }
}

/** Give a canvas a size in CSS pixels, sharp on any screen, and an empty context. */
function fit(canvas, width, height) {
  [canvas.width, canvas.height] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
  canvas.style.height = `${height}px`;
  const paint = canvas.getContext("2d");
  paint.scale(devicePixelRatio, devicePixelRatio);
  return paint;
}

/** Draw only inside a rectangle from now on. */
function clipTo(paint, x, y, width, height) {
  paint.beginPath();
  paint.rect(x, y, width, height);
  paint.clip();
}

/** Take the colours of a frame away, so that under a map only attention has colours. */
function turnGrey(paint, x, y, width, height) {
  paint.globalCompositeOperation = "saturation";
  paint.fillStyle = "#808080";
  paint.fillRect(x, y, width, height);
  paint.globalCompositeOperation = "source-over";
}

function outline(paint, x, y, width, height, colour, thickness) {
  Object.assign(paint, { strokeStyle: colour, lineWidth: thickness });
  paint.strokeRect(x, y, width, height);
  paint.lineWidth = 1;
}

function dashed(paint, from, to, y, colour) {
  paint.strokeStyle = colour;
  paint.setLineDash([3, 2]);
  paint.beginPath();
  paint.moveTo(from, y);
  paint.lineTo(to, y);
  paint.stroke();
  paint.setLineDash([]);
}
