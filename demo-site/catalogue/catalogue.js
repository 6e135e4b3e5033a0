// The catalogue: one page that changes its address and title without loading again.

const PIECES = [
  { id: "mug", name: "Harbour mug", price: "€24", kind: "drink" },
  { id: "teapot", name: "Fen teapot", price: "€78", kind: "drink" },
  { id: "vase", name: "Meadow vase", price: "€52", kind: "home" },
  { id: "bowl", name: "Tide bowl", price: "€36", kind: "eat" },
  { id: "plate", name: "Orchard plate", price: "€32", kind: "eat" },
  { id: "jar", name: "Pantry jar", price: "€44", kind: "home" },
];

const KINDS = [
  ["", "Everything"],
  ["eat", "To eat from"],
  ["drink", "To drink from"],
  ["home", "For the house"],
];

const filters = document.querySelector("#filters");
const view = document.querySelector("#view");

function element(name, attributes, ...children) {
  const it = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) it.setAttribute(key, value);
  it.append(...children);
  return it;
}

function picture(piece) {
  return element("img", { src: `/img/${piece.id}.svg`, alt: "", width: 400, height: 320 });
}

function card(piece) {
  const words = element(
    "div",
    {},
    element("span", {}, piece.name),
    element("span", { class: "price" }, piece.price),
  );
  const link = element("a", { class: "card", href: `/catalogue/${piece.id}` }, picture(piece), words);
  return element("li", {}, link);
}

function details(piece) {
  const words = element(
    "div",
    {},
    element("h2", {}, piece.name),
    element("p", { class: "price" }, piece.price),
    element("p", {}, "Shown without loading the page again: the address and the title change, and nothing else."),
    element("p", {}, element("a", { class: "button", href: "/catalogue/" }, "Back to the catalogue")),
  );
  return element("article", { class: "product" }, picture(piece), words);
}

function show() {
  const name = location.pathname.split("/")[2] ?? "";
  const piece = PIECES.find((it) => it.id === name);
  document.title = `${piece?.name ?? "Catalogue"} · Aldermoor Pottery`;
  filters.replaceChildren(
    ...KINDS.map(([kind, label]) => {
      const link = element("a", { href: `/catalogue/${kind}` }, label);
      if (kind === name) link.setAttribute("aria-current", "page");
      return link;
    }),
  );
  if (piece) {
    view.replaceChildren(details(piece));
  } else {
    const shown = PIECES.filter((it) => name === "" || it.kind === name);
    view.replaceChildren(element("ul", { class: "grid" }, ...shown.map(card)));
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/catalogue/']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", link.getAttribute("href"));
  show();
});
addEventListener("popstate", show);
show();
