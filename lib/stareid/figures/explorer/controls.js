// What the explorer's controls are made of.

/** An element with attributes and children; `on...` attributes listen. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** A list to choose one value from; `fill` gives it its options, [value, text, whether it is off]. */
export function menu(label, chosen) {
  const id = label.toLowerCase().replace(/\W+/g, "-");
  const select = make("select", { id, onchange: () => chosen(select.value) });
  return { box: make("div", { class: "setting" }, make("label", { for: id }, label), select),
    fill(options, now) { select.replaceChildren(...options.map(([value, text, off]) =>
      make("option", { value, disabled: !!off, selected: value === now }, text))); } };
}

/** A few values beside each other, as radio buttons; `fill` as in a menu. */
export function choices(label, chosen) {
  const name = label.toLowerCase().replace(/\W+/g, "-");
  const inside = make("div", { class: "choices" });
  const option = ([value, text, off], now) => make("label", {}, make("input", { type: "radio", name, value,
    disabled: !!off, checked: value === now, onchange: () => chosen(value) }), String(text));
  return { box: make("fieldset", { class: "setting" }, make("legend", {}, label), inside),
    fill(options, now) {
      const texts = options.map(([, text]) => text).join();
      if (inside.dataset.texts !== texts) inside.replaceChildren(...options.map((o) => option(o, now)));
      else inside.querySelectorAll("input").forEach((input, i) => {  // in place: the focus must stay where it is
        [input.checked, input.disabled] = [options[i][0] === now, !!options[i][2]];
      });
      inside.dataset.texts = texts;
    } };
}

/** Whether the book, JupyterLab or else the system is dark. */
export function isDark() {
  const book = document.documentElement.dataset.theme, lab = document.body.dataset.jpThemeLight;
  if (book === "dark" || book === "light") return book === "dark";
  return lab ? lab === "false" : matchMedia("(prefers-color-scheme: dark)").matches;
}
