// Makes the pages quicker to use; every one of them works without it. No text for the reader lives here.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

  // --- keys: "/" to the search field, arrows through what was found, Escape closes ---
  const search = document.getElementById("search");
  const results = document.getElementById("search-results");
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && search && !typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
    if (event.key === "Escape") {
      all("details.menu[open]").forEach((menu) => {
        menu.open = false;
        if (menu.contains(event.target)) menu.querySelector("summary").focus();
      });
    }
  });

  if (search && results) {
    search.form.addEventListener("keydown", (event) => {
      const links = all("a", results);
      const here = links.indexOf(document.activeElement);
      if (event.key === "ArrowDown" && links.length) {
        event.preventDefault();
        links[Math.min(here + 1, links.length - 1)].focus();
      } else if (event.key === "ArrowUp" && here >= 0) {
        event.preventDefault();
        (here === 0 ? search : links[here - 1]).focus();
      } else if (event.key === "Escape") {
        results.replaceChildren();
        search.focus();
      }
    });
    search.addEventListener("input", () => { if (!search.value.trim()) results.replaceChildren(); });
  }

  // --- menus: one at a time, closed by a click elsewhere ---
  document.addEventListener("click", (event) => {
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // --- side menu: what the reader folded or unfolded stays so; the part in which the page lies is always open ---
  all("details.sidenav-group").forEach((group) => {
    const key = `sidenav:${group.dataset.group}`;
    try {
      if (!("here" in group.dataset) && localStorage.getItem(key) === "open") group.open = true;
      group.querySelector("summary").addEventListener("click", () => localStorage.setItem(key, group.open ? "" : "open"));
    } catch { /* nothing may be kept: the menu works all the same */ }
  });
  const inMenu = document.querySelector(".sidenav-link[aria-current]");
  if (inMenu) inMenu.scrollIntoView({ block: "nearest" });

  // --- lists: choosing rows ---
  const countChosen = (form) => {
    const boxes = all("tbody input[type=checkbox]", form);
    const chosen = boxes.filter((box) => box.checked).length;
    const count = form.querySelector("[data-bulk-count]");
    const head = form.querySelector("thead input[type=checkbox]");
    if (count) count.textContent = `${chosen} ${count.dataset.text}`;
    if (head) {
      head.checked = chosen > 0 && chosen === boxes.length;
      head.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    all(".bulk button", form).forEach((button) => { button.disabled = chosen === 0; });
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-bulk]");
    if (!form || event.target.type !== "checkbox") return;
    if (event.target.closest("thead")) all("tbody input[type=checkbox]", form).forEach((box) => { box.checked = event.target.checked; });
    countChosen(form);
  });

  // --- dates: typed, or picked from the calendar of the browser ---
  const pick = (field) => {
    if (field.closest(".date-field") || !("showPicker" in HTMLInputElement.prototype)) return;
    const wrapper = document.createElement("div");
    const button = document.createElement("button");
    const calendar = document.createElement("input");
    wrapper.className = "date-field";
    Object.assign(calendar, { type: "date", tabIndex: -1 });
    calendar.setAttribute("aria-hidden", "true");
    Object.assign(button, { type: "button", className: "date-button" });
    button.setAttribute("aria-label", field.dataset.date);
    button.append(document.getElementById("calendar-icon").content.cloneNode(true));
    button.addEventListener("click", () => {
      const typed = field.value.match(/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/);
      calendar.value = typed ? `${typed[3]}-${typed[2].padStart(2, "0")}-${typed[1].padStart(2, "0")}` : "";
      calendar.showPicker();
    });
    calendar.addEventListener("change", () => {
      const [year, month, day] = calendar.value.split("-");
      field.value = year ? `${day}/${month}/${year}` : "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    });
    field.replaceWith(wrapper);
    wrapper.append(field, button, calendar);
  };

  // --- a table wider than its place can be scrolled with the keyboard ---
  const scrollable = (wrap) => {
    if (wrap.scrollWidth > wrap.clientWidth) {
      wrap.tabIndex = 0;
      wrap.setAttribute("role", "group");
      const heading = wrap.querySelector("caption") || (wrap.closest("section") || document).querySelector("h2, h1");
      if (heading) wrap.setAttribute("aria-label", heading.textContent.trim());
    } else ["tabindex", "role", "aria-label"].forEach((name) => wrap.removeAttribute(name));
  };
  window.addEventListener("resize", () => all(".table-wrap").forEach(scrollable));

  // --- what was just put on the page ---
  const prepare = (within) => {
    all(".table-wrap", within).forEach(scrollable);
    all("form[data-bulk]", within).forEach(countChosen);
    all("input[data-date]:not([data-date=''])", within).forEach(pick);
    all("[data-print]", within).forEach((button) => { button.hidden = false; button.addEventListener("click", () => window.print()); });
  };
  prepare(document);
  const unsent = document.querySelector("form[data-send]");
  if (unsent) unsent.requestSubmit();
  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();

  // --- htmx: waiting, focus, saying aloud what changed ---
  let requests = 0;
  let focused = null;
  const busy = (change) => {
    requests = Math.max(0, requests + change);
    root.toggleAttribute("data-busy", requests > 0);
  };
  const polled = (event) => (event.detail.elt.getAttribute("hx-trigger") || "").startsWith("every");
  const announce = (text) => {
    const announcer = document.getElementById("announcer");
    if (announcer && text && announcer.textContent !== text) announcer.textContent = text;
  };

  // Filters that are not filled in stay out of the address.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id !== "filters") return;
    const parameters = event.detail.parameters;
    Object.keys(parameters).forEach((name) => { if (parameters[name] === "") delete parameters[name]; });
  });

  // What is taken out is what is shown: these links carry the filters of the list.
  document.addEventListener("htmx:pushedIntoHistory", () => {
    const query = new URLSearchParams(location.search);
    query.delete("page");
    all("a[data-follow]").forEach((link) => { link.search = query.toString(); });
  });

  document.addEventListener("htmx:beforeRequest", (event) => { if (!polled(event)) busy(1); });
  document.addEventListener("htmx:afterRequest", (event) => { if (!polled(event)) busy(-1); });

  document.addEventListener("htmx:beforeSwap", () => {
    const element = document.activeElement;
    focused = element && element !== document.body ? { id: element.id, href: element.getAttribute("href"), name: element.getAttribute("name") } : null;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.elt;
    prepare(target);
    const spoken = target.matches("[data-announce]") ? target : target.querySelector("[data-announce]");
    if (spoken) announce(spoken.dataset.announce);
    if (focused && document.activeElement === document.body) {
      const again =
        (focused.id && document.getElementById(focused.id)) ||
        (focused.href && all("a[href]", target).find((link) => link.getAttribute("href") === focused.href)) ||
        (focused.name && all("[name]", target).find((field) => field.name === focused.name)) ||
        target.querySelector("[aria-current]") || target;
      if (again === target && !target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
      again.focus({ preventScroll: true });
    }
    focused = null;
  });

  const failed = (event) => {
    if (event.detail.elt && polled(event)) return;
    const messages = document.getElementById("messages");
    const text = document.getElementById("request-failed");
    if (messages && text) messages.replaceChildren(text.content.cloneNode(true));
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);
})();
