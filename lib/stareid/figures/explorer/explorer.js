// The attention explorer: the frames of a clip with the map over each, their weights as bars, one frame large.
//
// One module, two hosts. A page calls `mount(element, album)` with an album that lies in the page itself; in
// Jupyter anywidget calls `render`, and Python replaces the trait `album` when another sequence is chosen.
// What an album is, packing.py says; __init__.py joins it, what it imports and explorer.css into one.
// Nothing is fetched: no library, no other file, no other host.

import { choices, isDark, make, menu } from "./controls.js";
import { Look, Painter, SCALES } from "./pictures.js";
import { describe, shown } from "./words.js";

const PER_FRAME = 420;  // milliseconds while playing
const LITTLE = 1.25;  // below this many times uniform, it is said how little the maps differ
const STYLE = `/* explorer.css */`;  // the file beside this one, put here when the modules are joined

class Explorer {
  constructor(host, album) {
    this.host = Object.assign(host, { explorer: this });  // for tests, and for the curious at the console
    this.shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    this.state = { frame: 0, step: Infinity, filters: 3, opacity: 0.65, compare: "nothing",
      view: "overlay", scale: "blue to red", range: "stretched" };
    this.build();
    this.show(album);
    this.watch();
  }

  // ---- the album ------------------------------------------------------------------------------------------

  /** Show another album; what was chosen stays chosen where the album has it. */
  async show(album) {
    this.album = album;
    this.looks = new Map();
    this.sprites = album.sequences.map((sequence) => Object.assign(new Image(), { src: sequence.sprite }));
    await Promise.all(this.sprites.map((sprite) => sprite.decode()));
    const { down, across } = album.edges, cells = (down.length - 1) * (across.length - 1);
    await Promise.all(album.looks.map(async (look) =>
      this.looks.set(look, await Look.open(look, album.sequences[look.sequence].numbers.length, cells))));
    if (this.album === album) { this.offer(); this.draw(); this.host.dataset.ready = "true"; }
  }

  /** The number of the network with the chosen reading and filters; without filters there is no reading. */
  network() {
    const { reading, filters } = this.state;
    return this.album.networks.findIndex((n) => n.filters === filters && (filters === 0 || n.reading === reading));
  }

  look(sequence) {
    const network = this.network();
    const packed = this.album.looks.find((look) => look.network === network && look.sequence === sequence);
    return this.state.filters === 0 ? null : this.looks.get(packed) ?? null;
  }

  // ---- the controls ---------------------------------------------------------------------------------------

  build() {
    const set = (name) => (value) => this.set(name, value);
    const fields = this.fields = {
      person: menu("Person", set("person")), camera: choices("Camera", set("camera")),
      compare: menu("Compare with", set("compare")), reading: menu("Reading", set("reading")),
      filters: choices("Filters (0: none)", set("filters")), step: choices("Refinement step", set("step")),
      view: choices("View", set("view")), scale: menu("Colours", set("scale")),
      range: choices("Colour range", set("range")),
    };
    this.opacity = make("input", { type: "range", min: 0, max: 100, value: 65, "aria-label": "Opacity of the map in percent",
      oninput: () => { this.state.opacity = this.opacity.valueAsNumber / 100; this.draw(); } });
    this.slider = make("input", { type: "range", min: 1, value: 1, "aria-label": "Frame",
      oninput: () => this.go(this.slider.valueAsNumber - 1) });
    this.button = make("button", { type: "button", onclick: () => this.play(!this.timer) });
    this.number = make("span", { class: "number" });
    this.said = make("p", { class: "said", "aria-live": "polite" });
    this.panes = [0, 1].map(() => this.pane());
    this.legend = make("canvas", { width: 256, height: 1, "aria-hidden": "true" });
    this.ticks = make("div", { class: "ticks" });
    const opacity = make("div", { class: "setting" }, make("label", {}, "Opacity"), this.opacity);
    const row = (...names) => make("div", { class: "settings" }, ...names.map((n) => fields[n]?.box ?? opacity));
    const named = { class: "all", role: "group", "aria-label": "Attention explorer" };
    this.all = make("div", { ...named, onkeydown: (event) => this.press(event) },
      row("person", "camera", "compare", "reading", "filters", "step"), row("view", "opacity", "scale", "range"),
      ...this.panes.map((pane) => pane.figure),
      make("div", { class: "transport" }, this.button, this.slider, this.number), this.said,
      make("div", { class: "key" }, this.key = make("div", {}, this.legend, this.ticks), make("div", {},
        this.flat = make("b"),
        "Multiples of the uniform attention, 1 × wherever nothing is preferred; the dashed line marks it for the bars. "
        + "A cell is drawn where the network looked; those beyond the frame see its padding. ",
        this.truth = make("span", { class: "right" }, "Green: how much of the person is visible."))));
    this.play(false);
    this.shadow.replaceChildren(make("style", {}, STYLE), this.all);
  }

  /** One clip on the page: its caption and its canvas, which the keyboard can reach. */
  pane() {
    const canvas = make("canvas", { tabindex: 0, role: "slider", "aria-valuemin": 1 });
    const pane = { caption: make("figcaption"), canvas, placed: [] };
    pane.canvas.addEventListener("click", ({ offsetX: x, offsetY: y }) => {
      const hit = pane.placed.find((p) => x >= p.x && x < p.x + p.width && y >= p.y && y < p.y + p.height);
      if (hit) this.go(hit.frame);
    });
    pane.figure = make("figure", { class: "clip" }, pane.caption, pane.canvas);
    return pane;
  }

  /** Fill the controls with what the album has; a control with nothing to choose is not shown. */
  offer() {
    const { sequences, networks, pairs, looks } = this.album, { state, fields } = this;
    const unique = (values) => [...new Set(values)];
    const fill = (name, options) => {  // options are [value, text, whether it cannot be chosen now]
      const possible = options.filter(([, , off]) => !off), open = possible.length ? possible : options;
      if (!open.some(([value]) => value === state[name])) state[name] = open.at(-1)[0];
      fields[name].fill(options, state[name]);
      fields[name].box.hidden = options.length < 2;
    };
    const probes = unique(pairs.map((p) => p.probe));
    const people = unique((probes.length ? probes.map((at) => sequences[at]) : sequences).map((s) => s.person));
    const readings = unique(networks.filter((n) => n.filters).map((n) => n.reading));
    if (!people.includes(state.person)) state.person = people[0];
    if (!readings.includes(state.reading)) state.reading = readings[0];
    fill("person", people.map((p) => [p, p]));
    state.camera ??= sequences[0].camera;
    fill("reading", readings.map((r) => [r, r]));
    const counts = unique([0, ...networks.map((n) => n.filters)]).sort();
    const has = (n) => networks.find((network) => network.filters === n && network.reading === state.reading);
    fill("filters", counts.map((n) => [n, has(n)?.name ?? n, n > 0 && !has(n)]));
    const paired = pairs.some((p) => p.network === this.network());
    if (!paired) state.compare = "nothing";
    fill("compare", [["nothing", "nothing"], ["match", "its match", !paired],
      ["impostor", "its best impostor", !paired]]);
    fields.compare.box.hidden = !pairs.length;
    const alone = state.compare === "nothing";  // in a pair, camera 1 asks and camera 2 answers
    const cameras = unique(sequences.filter((s) => s.person === state.person).map((s) => s.camera)).sort();
    fill("camera", cameras.map((c) => [c, c, !alone && c !== state.camera]));
    const steps = Math.max(...looks.map((l) => l.steps));
    fill("step", Array.from({ length: steps }, (_, k) => [k + 1, k + 1, state.filters === 0]));
    fill("view", [["overlay", "overlay"], ["apart", "side by side"]]);
    fill("range", [["fixed", "½ to 2"], ["stretched", "as needed"]]);
    fill("scale", Object.keys(SCALES).map((s) => [s, s]));
    const bare = state.filters === 0;  // frames alone: nothing to lay over them
    for (const { box } of [fields.reading, fields.view, fields.scale, fields.range])
      box.querySelectorAll("select, input").forEach((control) => { control.disabled = bare; });
    this.opacity.disabled = bare || state.view === "apart";
    this.truth.hidden = !sequences.some((s) => s.visible);
  }

  /** The keyboard; controls keep the keys that they know themselves. */
  press(event) {
    const target = event.composedPath()[0], own = target.tagName === "CANVAS";
    const moves = { ArrowLeft: ["frame", -1], ArrowRight: ["frame", 1], ArrowUp: ["step", 1], ArrowDown: ["step", -1],
      Home: ["frame", -1e6], End: ["frame", 1e6] };
    const digits = ["0", ...this.album.networks.map((network) => String(network.filters))];
    if (event.key === " " && (own || target.type === "range")) this.play(!this.timer);
    else if (own && moves[event.key]) this.move(...moves[event.key]);
    else if (own && digits.includes(event.key)) this.set("filters", Number(event.key));
    else return;
    event.preventDefault();
  }

  /** Choose; what does not go with the choice is chosen anew. */
  set(name, value) {
    this.state[name] = value;
    this.offer();
    this.draw();
  }

  move(what, by) {
    if (what === "frame") this.go(this.state.frame + by);
    else this.set("step", Math.max(1, this.state.step + by));
  }

  go(frame) {
    this.state.frame = Math.min(Math.max(frame, 0), this.length - 1);
    this.draw();
  }

  play(on) {
    clearInterval(this.timer);
    this.timer = on && setInterval(() => {
      if (!this.host.isConnected) return this.play(false);  // the notebook's cell was run again
      return this.go((this.state.frame + 1) % this.length);
    }, PER_FRAME);
    this.button.textContent = on ? "❚❚ pause" : "▶\uFE0E play";
    this.said.setAttribute("aria-live", on ? "off" : "polite");  // a reader cannot speak that fast
  }

  /** Draw anew when the width, the theme or the paper changes. */
  watch() {
    const redraw = () => this.album && this.draw();
    this.sizes = new ResizeObserver(redraw);
    this.sizes.observe(this.host);
    this.themes = new MutationObserver(redraw);
    for (const element of [document.documentElement, document.body])
      this.themes.observe(element, { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  }

  close() {
    this.play(false);
    this.sizes.disconnect();
    this.themes.disconnect();
  }

  // ---- the pictures ---------------------------------------------------------------------------------------

  draw() {
    const room = this.panes[0].figure.clientWidth;
    if (this.state.person === undefined || !room) return;
    this.all.toggleAttribute("data-dark", isDark());
    const style = getComputedStyle(this.all), theme = (name) => style.getPropertyValue(name);
    const clips = shown(this.album, this.state, this.network()).map((clip) => ({ ...clip, sequence: this.album.sequences[clip.at], look: this.look(clip.at) }));
    this.length = Math.max(...clips.map((clip) => clip.sequence.numbers.length));
    this.state.frame = Math.min(this.state.frame, this.length - 1);
    const painter = new Painter(this.album, this.sprites, this.state, clips, theme);
    this.furthest = painter.furthest;
    this.flat.textContent = clips[0].look && this.furthest < LITTLE
      ? `No cell shown is more than ${(Math.ceil(1000 * (this.furthest - 1)) / 10).toFixed(1)} % from uniform. ` : "";
    this.panes.forEach((pane, i) => {
      pane.figure.hidden = !clips[i];
      if (clips[i]) this.drawClip(pane, clips[i], painter, room);
    });
    this.key.style.visibility = clips[0].look ? "visible" : "hidden";
    this.ticks.replaceChildren(...painter.key(this.legend).map((text) => make("span", {}, text)));
    [this.slider.max, this.slider.value] = [this.length, this.state.frame + 1];
    this.number.textContent = `frame ${this.state.frame + 1} of ${this.length}`;
    this.said.replaceChildren(...clips.map((clip) => make("span", {}, describe(clip, this.state, this.furthest))));
  }

  drawClip(pane, clip, painter, room) {
    pane.caption.replaceChildren(...clip.caption);
    pane.placed = painter.clip(pane.canvas, room, clip);
    const { sequence } = clip, count = sequence.numbers.length;
    const aria = { valuemax: count, valuenow: Math.min(this.state.frame + 1, count), valuetext: describe(clip, this.state, this.furthest),
      label: `${sequence.person}, camera ${sequence.camera}. Left and right choose a frame, up and down a refinement step, `
        + "digits the number of filters, space plays." };
    for (const [name, value] of Object.entries(aria)) pane.canvas.setAttribute(`aria-${name}`, value);
  }
}

/** The host of a page: the album lies in it. */
export function mount(host, album) {
  return new Explorer(host, album);
}

/** The host of Jupyter: the album is a trait of the widget. */
function render({ model, el }) {
  const host = el.appendChild(document.createElement("div"));
  const explorer = mount(host, model.get("album"));
  model.on("change:album", () => explorer.show(model.get("album")));
  return () => explorer.close();
}

export default { render };
