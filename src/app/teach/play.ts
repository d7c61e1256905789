/**
 * What moves a deck: one slide and one step at a time, by keys, clicks and touch; and the room's hands, counted.
 *
 * It works on the markup of slides.tsx and on nothing else, so that the page and a saved file are shown by the same code. A
 * saved file has the text of this function in it: it must reach for nothing outside itself but the browser. Text is set as
 * text, never as markup.
 */

/**
 * Shows the slides in `deck` one at a time, the first being `from`. Without `leave`, as in a saved file, leaving shows them
 * all, one below the other. Returns what stops it and shows all slides.
 */
export function play(
  deck: HTMLElement,
  { from = 0, leave }: { readonly from?: number; readonly leave?: () => void } = {},
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const slides = [...deck.querySelectorAll<HTMLElement>("[data-slide]")];
  const one = (name: string): HTMLElement | null => deck.querySelector<HTMLElement>(`[data-${name}]`);
  let at = from;
  let step = 0;
  let playing = false;
  let toggling = false;
  const counted: HTMLInputElement[] = [];

  const stepsOf = (slide: HTMLElement | undefined): HTMLElement[] => [
    ...(slide?.querySelectorAll<HTMLElement>("[data-step]") ?? []),
  ];
  const handsIn = (place: HTMLElement | undefined): HTMLInputElement[] => [
    ...(place?.querySelectorAll<HTMLInputElement>("input[data-hands]") ?? []),
  ];
  const numberOf = (input: HTMLInputElement): number => Math.max(0, Math.floor(Number(input.value)) || 0);

  /** What the room said of a slide, beside what people and subjects did. */
  const tellRoom = (slide: HTMLElement | undefined): void => {
    const hands = handsIn(slide);
    const total = hands.reduce((sum, input) => sum + numberOf(input), 0);
    const bars = slide?.querySelector("[data-room]");
    bars?.replaceChildren();
    bars?.parentElement?.toggleAttribute("hidden", total === 0);
    const said = hands.filter((input) => numberOf(input) > 0).sort((a, b) => numberOf(b) - numberOf(a));
    for (const input of said) {
      const row = document.createElement("tr");
      const label = document.createElement("th");
      label.scope = "row";
      label.textContent = input.dataset.label ?? "";
      const drawn = document.createElement("td");
      const space = "http://www.w3.org/2000/svg";
      const bar = document.createElementNS(space, "svg");
      bar.setAttribute("class", "track");
      bar.setAttribute("aria-hidden", "true");
      const rect = document.createElementNS(space, "rect");
      rect.setAttribute("class", "bar");
      rect.setAttribute("width", `${(100 * numberOf(input)) / total}%`);
      rect.setAttribute("height", "100%");
      bar.append(rect);
      drawn.append(bar);
      const n = document.createElement("td");
      n.className = "number";
      n.textContent = String(numberOf(input));
      row.append(label, drawn, n);
      bars?.append(row);
    }
    const right = hands.find((input) => input.dataset.right !== undefined);
    const standing = slide?.querySelector<HTMLElement>("[data-room-right]");
    if (standing !== null && standing !== undefined) {
      standing.hidden = total === 0 || right === undefined;
      const n = standing.querySelector("[data-n]");
      if (n !== null && right !== undefined) n.textContent = `${numberOf(right)} of ${total}`;
    }
  };

  const show = (): void => {
    const slide = slides[at];
    const steps = stepsOf(slide);
    for (const each of slides) {
      each.hidden = playing && each !== slide;
      const own = stepsOf(each);
      own.forEach((part, i) => {
        part.hidden = playing && (each !== slide || i !== step);
      });
      tellRoom(each);
    }
    deck.toggleAttribute("data-playing", playing);
    const place = `${at + 1} of ${slides.length}`;
    const output = one("at");
    if (output !== null) output.textContent = place;
    const heading = (steps[step] ?? slide)?.querySelector("h2")?.textContent ?? "";
    const said = one("said");
    if (said !== null) said.textContent = playing ? `${place}: ${heading}` : "All slides, one below the other.";
    one("go='back'")?.toggleAttribute("disabled", at === 0 && step === 0);
    one("go='next'")?.toggleAttribute("disabled", at === slides.length - 1 && step >= steps.length - 1);
    if (slide !== undefined && playing) slide.scrollTop = 0;
    // What had the focus may be hidden now; the keys must still arrive here.
    const focused = document.activeElement;
    if (playing && (focused === null || focused === document.body || focused.closest("[hidden], :disabled") !== null))
      deck.focus({ preventScroll: true });
  };

  const go = (by: 1 | -1): void => {
    const last = stepsOf(slides[at]).length - 1;
    if (by > 0 && step < last) step += 1;
    else if (by < 0 && step > 0) step -= 1;
    else if (at + by >= 0 && at + by < slides.length) {
      at += by;
      step = by > 0 ? 0 : Math.max(0, stepsOf(slides[at]).length - 1);
    }
    show();
  };
  const goTo = (slide: number): void => {
    at = slide;
    step = 0;
    show();
  };
  const start = (): void => {
    playing = true;
    show();
    deck.focus({ preventScroll: true });
  };
  const quit = (): void => {
    if (document.fullscreenElement !== null) void document.exitFullscreen();
    if (leave !== undefined) {
      leave();
      return;
    }
    playing = false;
    show();
    slides[at]?.scrollIntoView();
    one("present")?.focus();
  };
  const fullScreen = async (): Promise<void> => {
    toggling = true;
    // A browser may refuse, as telephones do; the deck fills the window all the same.
    if (document.fullscreenElement === null) await deck.requestFullscreen?.().catch(() => undefined);
    else await document.exitFullscreen();
    setTimeout(() => {
      toggling = false; // after fullscreenchange has come
    }, 100);
    deck.focus({ preventScroll: true });
  };

  const count = (input: HTMLInputElement, by: 1 | -1): void => {
    input.value = String(Math.max(0, numberOf(input) + by));
    if (by > 0) counted.push(input);
    show();
  };

  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target, key } = event;
    const field = target instanceof HTMLInputElement ? target : undefined;
    if (key === "Escape") {
      if (field !== undefined) deck.focus({ preventScroll: true });
      else if (playing) quit();
      event.preventDefault();
      return;
    }
    if (!playing) return;
    if (field !== undefined) {
      if (key === "Enter") deck.focus({ preventScroll: true });
      return;
    }
    const asked = stepsOf(slides[at])[step];
    const hand = handsIn(asked).find((input) => input.dataset.key === key.toLowerCase());
    const last = counted.at(-1);
    const pressed = target instanceof HTMLButtonElement && (key === " " || key === "Enter");
    if (pressed) return;
    if (hand !== undefined) count(hand, 1);
    else if (key === "Backspace" && last !== undefined && handsIn(asked).includes(last)) {
      counted.pop();
      count(last, -1);
    } else if (["ArrowRight", "PageDown", " ", "Enter"].includes(key)) go(1);
    else if (["ArrowLeft", "PageUp", "Backspace"].includes(key)) go(-1);
    else if (key === "ArrowDown" || key === "ArrowUp") {
      const slide = slides[at];
      slide?.scrollBy(0, (key === "ArrowDown" ? 0.4 : -0.4) * slide.clientHeight);
    } else if (key === "Home") goTo(0);
    else if (key === "End") goTo(slides.length - 1);
    else if (key.toLowerCase() === "f") void fullScreen();
    else return;
    event.preventDefault();
  };

  const onClick = (event: MouseEvent): void => {
    const { target } = event;
    if (!(target instanceof Element)) return;
    const button = target.closest("button");
    if (button !== null) {
      if (button.dataset.go === "next") go(1);
      else if (button.dataset.go === "back") go(-1);
      else if (button.dataset.full !== undefined) void fullScreen();
      else if (button.dataset.leave !== undefined) quit();
      else if (button.dataset.present !== undefined) start();
      else if (button.dataset.hand !== undefined) {
        const input = button.parentElement?.querySelector<HTMLInputElement>("input[data-hands]");
        if (input !== null && input !== undefined) count(input, 1);
      }
      return;
    }
    if (!playing || target.closest("input, label, a, [data-foot]") !== null) return;
    if (getSelection()?.isCollapsed === false) return; // somebody marks a word
    go(1);
  };

  // A stroke of the finger to the left goes on, to the right goes back; up and down scroll.
  let touched: { readonly x: number; readonly y: number } | undefined;
  const onTouchStart = (event: TouchEvent): void => {
    const [first] = event.touches;
    touched = first === undefined || event.touches.length > 1 ? undefined : { x: first.clientX, y: first.clientY };
  };
  const onTouchEnd = (event: TouchEvent): void => {
    const [first] = event.changedTouches;
    if (!playing || touched === undefined || first === undefined) return;
    const x = first.clientX - touched.x;
    const y = first.clientY - touched.y;
    if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) go(x < 0 ? 1 : -1);
  };

  window.addEventListener("keydown", onKey, { signal });
  deck.addEventListener("click", onClick, { signal });
  deck.addEventListener("touchstart", onTouchStart, { signal, passive: true });
  deck.addEventListener("touchend", onTouchEnd, { signal, passive: true });
  deck.addEventListener("input", () => tellRoom(slides[at]), { signal });
  // Escape leaves full screen without the page seeing the key; it is meant to leave the deck too.
  document.addEventListener(
    "fullscreenchange",
    () => {
      if (document.fullscreenElement === null && !toggling && playing) quit();
    },
    { signal },
  );
  start();
  return () => {
    stop.abort();
    playing = false;
    show();
  };
}
