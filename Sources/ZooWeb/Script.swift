/// The pages' script: copy buttons, and lists that follow what is typed. Everything works without it.
enum Script {
    static let text = """
        "use strict";
        (() => {
          // Without encryption there is no navigator.clipboard.
          const copy = async (code) => {
            if (navigator.clipboard) return navigator.clipboard.writeText(code.textContent);
            getSelection().selectAllChildren(code);
            if (!document.execCommand("copy")) throw new Error("not copied");
          };
          for (const box of document.querySelectorAll("[data-copy]")) {
            const button = document.createElement("button");
            button.type = "button";
            button.className = "copy";
            button.setAttribute("aria-live", "polite");
            button.textContent = "Copy";
            button.addEventListener("click", async () => {
              try {
                await copy(box.querySelector("code"));
                button.textContent = "Copied";
              } catch {
                button.textContent = "Select it";
              }
              setTimeout(() => { button.textContent = "Copy"; }, 1600);
            });
            box.append(button);
          }

          document.addEventListener("keydown", (event) => {
            if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
            if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
            const field = document.querySelector("input[type=search]");
            if (!field) return;
            event.preventDefault();
            field.focus();
          });

          const form = document.querySelector("form[data-live]");
          if (!form) return;
          document.documentElement.classList.add("live");
          let timer, request;
          const update = async () => {
            if (request) request.abort();
            request = new AbortController();
            const query = new URLSearchParams();
            for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
            const address = form.action.split("?")[0] + (query.size ? "?" + query : "");
            try {
              const answer = await fetch(address, { signal: request.signal });
              if (!answer.ok) return;
              const page = new DOMParser().parseFromString(await answer.text(), "text/html");
              for (const id of ["count", "results"]) {
                document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
              }
              for (const list of page.querySelectorAll("form[data-live] select")) {
                const old = form.querySelector("#" + list.id);
                old.replaceChildren(...list.children);
                old.disabled = list.disabled;
              }
              history.replaceState(null, "", address);
            } catch (error) {
              if (error.name !== "AbortError") form.submit();
            }
          };
          form.addEventListener("input", () => {
            clearTimeout(timer);
            timer = setTimeout(update, 120);
          });
          form.addEventListener("submit", (event) => { event.preventDefault(); update(); });
        })();

        """
}

/// The pages' icon.
enum Icon {
    static let text = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="none" stroke="#2f7d5b" \
        stroke-width="2.6" stroke-linecap="round"><path d="M9 16h4c5 0 3-8 10-8M13 16h10M13 16c5 0 3 8 10 8"/></g>\
        <g fill="#2f7d5b"><circle cx="7" cy="16" r="4.2"/><circle cx="25" cy="8" r="3.2"/>\
        <circle cx="25" cy="16" r="3.2"/><circle cx="25" cy="24" r="3.2"/></g></svg>
        """
}
