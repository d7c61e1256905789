/**
 * A deck as one HTML file that opens from disk: the slides, their look, play.ts and the pictures, and nothing else.
 *
 * Its policy lets it load nothing and run nothing but the one script whose hash it names. The markup is written by the
 * browser's own serialiser from elements that React made, so text from files arrives as text.
 */
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import type { Stimulus } from "../../benchmark/benchmark.ts";
import { GapscopeError } from "../../faults/faults.ts";
import theme from "../theme.css?inline";
import { play } from "./play.ts";
import type { Screen } from "./screens.ts";
import look from "./slides.css?inline";
import { Slides } from "./slides.tsx";

/** The file's text. `stimuli` are the benchmark's, in order; those that the screens show are put into it. */
export async function standAlone(
  title: string,
  screens: readonly Screen[],
  stimuli: readonly Stimulus[],
): Promise<string> {
  const style = inline(`${theme}\n${look}`, "style");
  const script = inline(`(${play.toString()})(document.querySelector("main"))`, "script");
  const policy = [
    "default-src 'none'",
    "img-src data:",
    `style-src '${await hashOf(style)}'`,
    `script-src '${await hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");

  const page = document.implementation.createHTMLDocument(title);
  page.documentElement.lang = "en";
  const add = (parent: Element, name: string, facts: Readonly<Record<string, string>>, text = ""): HTMLElement => {
    const element = page.createElement(name);
    for (const [fact, value] of Object.entries(facts)) element.setAttribute(fact, value);
    element.textContent = text;
    parent.append(element);
    return element;
  };
  const titleElement = page.querySelector("title");
  add(page.head, "meta", { charset: "utf-8" });
  add(page.head, "meta", { "http-equiv": "Content-Security-Policy", content: policy });
  add(page.head, "meta", { name: "viewport", content: "width=device-width, initial-scale=1" });
  add(page.head, "meta", { name: "color-scheme", content: "light dark" });
  if (titleElement !== null) page.head.append(titleElement); // after the encoding
  const main = add(page.body, "main", { class: "deck", tabindex: "-1", "aria-label": title });
  const root = createRoot(main);
  flushSync(() => root.render(<Slides screens={screens} leaveWord="All slides" />));
  const images = [...main.querySelectorAll<HTMLImageElement>("img[data-row]")];
  await Promise.all(
    images.map(async (image) => {
      const stimulus = stimuli[Number(image.dataset.row)];
      if (stimulus !== undefined) image.setAttribute("src", await dataUrl(stimulus));
    }),
  );
  const text = page.documentElement.outerHTML;
  root.unmount();
  // As strings: a style element, even of a page that is never shown, would break this page's own policy. Text from files
  // holds no tag once it is serialised, so that these two are the only ones of their kind.
  return `<!doctype html>\n${text
    .replace("</head>", () => `<style>${style}</style></head>`)
    .replace("</body>", () => `<script>${script}</script></body>`)}\n`;
}

function dataUrl({ bytes, format }: Stimulus): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () =>
      reject(new GapscopeError("internal", "A picture could not be read.", { cause: reader.error }));
    reader.readAsDataURL(new Blob([bytes], { type: `image/${format}` }));
  });
}

/** A style's or script's text as the parser will read it back: it must not end its own element. */
function inline(text: string, element: "style" | "script"): string {
  if (/<\/|<!--|\r/.test(text)) throw new GapscopeError("internal", `The ${element} of a saved deck holds markup.`);
  return text;
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
