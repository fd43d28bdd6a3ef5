// Which clips the explorer shows, and what it says about them.

import { make } from "./controls.js";
import { times } from "./pictures.js";

/** The sequences shown, above and perhaps below, as numbers with a caption each. */
export function shown(album, state, network) {
  const { person, camera, compare } = state, all = album.sequences;
  const of = (at) => `${all[at].person}, camera ${all[at].camera}`;
  const pair = album.pairs.find((p) => p.network === network && all[p.probe].person === person);
  if (compare === "nothing" || !pair) {
    const at = all.findIndex((s) => s.person === person && s.camera === camera);
    return [{ at, caption: [make("b", {}, of(at))] }];
  }
  const [right, wrong] = pair.distances.map((d) => d.toFixed(2));
  const rank = `rank ${pair.rank} of ${pair.among}`;
  const below = compare === "match"
    ? [pair.match, "right", "✓ the same person", ` · distance ${right}, ${rank}; the nearest other person is at ${wrong}`]
    : [pair.impostor, "wrong", "✗ another person, the nearest", ` · distance ${wrong}; the same person is at ${right}, ${rank}`];
  return [
    { at: pair.probe, caption: [make("b", {}, of(pair.probe)), " · the probe"] },
    { at: below[0], caption: [make("b", {}, of(below[0])), " · ", make("span", { class: below[1] }, below[2]), below[3]] },
  ];
}

/** The chosen frame of a clip in words: what a screen reader says. */
export function describe({ sequence, look }, state, furthest) {
  const at = Math.min(state.frame, sequence.numbers.length - 1);
  const seen = sequence.visible ? `, ${Math.round(100 * sequence.visible[at])} % of the person visible` : "";
  const start = `${sequence.person}, camera ${sequence.camera}: frame ${sequence.numbers[at]} of the sequence`;
  if (!look) return `${start}${seen}.`;
  const map = look.map(state.step, at), ends = [Math.min(...map), Math.max(...map)];
  const [weight, least, most] = [look.weight(state.step, at), ...ends].map((value) => times(value, furthest));
  return `${start}, weight ${weight} uniform, cells from ${least} to ${most}${seen}.`;
}
