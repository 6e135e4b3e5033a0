// The floor: what a bubble costs that somebody writes by hand, with nothing behind it.
(() => {
  const style = document.createElement("style");
  style.textContent = `
    .floor-bubble { position: fixed; inset-block-end: 20px; inset-inline-end: 20px; inline-size: 56px;
      block-size: 56px; border: 0; border-radius: 50%; background: #0b5fff; cursor: pointer;
      box-shadow: 0 4px 16px rgb(0 0 0 / .25); }
    .floor-panel { position: fixed; inset-block-end: 90px; inset-inline-end: 20px; inline-size: 360px;
      block-size: 480px; display: flex; flex-direction: column; border-radius: 12px; background: #fff;
      box-shadow: 0 8px 32px rgb(0 0 0 / .25); font: 15px/1.4 system-ui, sans-serif; }
    .floor-panel[hidden] { display: none; }
    .floor-lines { flex: 1; margin: 0; padding: 16px; overflow: auto; list-style: none; }
    .floor-form { display: flex; padding: 8px; border-top: 1px solid #ddd; }
    .floor-form textarea { flex: 1; resize: none; border: 0; font: inherit; }`;
  document.head.append(style);

  const bubble = document.createElement("button");
  bubble.className = "floor-bubble";
  bubble.setAttribute("aria-label", "Open the chat");
  bubble.innerHTML =
    '<svg viewBox="0 0 24 24" width="28" height="28" fill="#fff"><path d="M4 4h16v12H8l-4 4z"/></svg>';

  let panel;
  bubble.addEventListener("click", () => {
    panel ??= build();
    panel.hidden = !panel.hidden;
    if (!panel.hidden) panel.querySelector("textarea").focus();
  });

  function build() {
    const section = document.createElement("section");
    section.className = "floor-panel";
    section.hidden = true;
    section.setAttribute("aria-label", "Chat");
    const lines = document.createElement("ol");
    lines.className = "floor-lines";
    const form = document.createElement("form");
    form.className = "floor-form";
    const text = document.createElement("textarea");
    text.setAttribute("aria-label", "Your message");
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      const line = document.createElement("li");
      line.textContent = text.value;
      lines.append(line);
      text.value = "";
    });
    form.append(text);
    section.append(lines, form);
    document.body.append(section);
    return section;
  }

  document.body.append(bubble);
})();
