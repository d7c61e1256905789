/**
 * docs/ as pages of the site: the guide has to be there without a network too.
 *
 * Markdown is rendered at build by `marked`. Links between documents become links between pages; anchors are GitHub's.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Marked } from "marked";
import { DOCUMENT_POLICY } from "./hosting.ts";

/** Every document below `folder`, as HTML by its path in the site, with the style sheet that they share. */
export function documents(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
  const pages = names.map((name): [string, string] => {
    const path = name.replaceAll("\\", "/");
    return [`docs/${path.replace(/md$/, "html")}`, page(readFileSync(join(folder, name), "utf8"), path)];
  });
  return new Map([...pages, ["docs/documents.css", STYLE]]);
}

function page(markdown: string, path: string): string {
  const up = "../".repeat(path.split("/").length);
  const title = /^# (.*)$/m.exec(markdown)?.[1] ?? path;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${DOCUMENT_POLICY}">
<link rel="icon" type="image/svg+xml" href="${up}icon.svg">
<link rel="stylesheet" href="${up}docs/documents.css">
<title>${escaped(title)} · Gapscope</title>
</head>
<body>
<nav><a href="${up}">Gapscope</a> <a href="${up}docs/guide.html">Guide</a> <a href="${up}docs/hosting.html">Hosting</a></nav>
<main>
${renderer().parse(markdown, { async: false })}</main>
</body>
</html>
`;
}

/** A renderer with anchors of its own: they are numbered within a document. */
function renderer(): Marked {
  const used = new Map<string, number>();
  return new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        const slug = text
          .toLowerCase()
          .replace(/[^\p{L}\p{N}\s_-]/gu, "")
          .replaceAll(" ", "-");
        const n = used.get(slug) ?? 0;
        used.set(slug, n + 1);
        const id = n === 0 ? slug : `${slug}-${n}`;
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const target = href.includes("://") ? href : href.replace("../public/", "../").replace(/\.md(?=#|$)/, ".html");
        return `<a href="${escaped(target)}" rel="noreferrer">${this.parser.parseInline(tokens)}</a>`;
      },
      table(token) {
        const row = (cells: typeof token.header, tag: "th" | "td"): string =>
          `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join("")}</tr>\n`;
        const body = token.rows.map((cells) => row(cells, "td")).join("");
        // A wide table scrolls by itself, by the keyboard too.
        return `<div class="table" tabindex="0">\n<table>\n<thead>${row(token.header, "th")}</thead>\n<tbody>${body}</tbody>\n</table>\n</div>\n`;
      },
    },
  });
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

const STYLE = `:root { color-scheme: light dark; }
body {
  margin: 0 auto;
  max-width: 76ch;
  padding: 16px 20px 64px;
  background: light-dark(oklch(0.993 0.002 95), oklch(0.185 0.008 285));
  color: light-dark(oklch(0.215 0.012 285), oklch(0.945 0.005 95));
  font: 400 0.9375rem / 1.55 system-ui, sans-serif;
}
nav { display: flex; gap: 16px; padding-block: 8px 16px; }
a { color: light-dark(oklch(0.43 0.15 300), oklch(0.8 0.11 300)); }
h1 { font-size: 1.75rem; line-height: 1.2; }
h2 { margin-top: 2.5em; font-size: 1.125rem; }
h3 { font-size: 1em; }
code { font: 0.93em ui-monospace, monospace; overflow-wrap: anywhere; }
pre, .table { overflow: auto; }
pre {
  padding: 10px 12px;
  border-radius: 4px;
  background: light-dark(oklch(0.948 0.004 95), oklch(0.255 0.01 285));
}
pre code { overflow-wrap: normal; }
table { border-collapse: collapse; }
th, td {
  padding: 4px 12px 4px 0;
  border-bottom: 1px solid light-dark(oklch(0.885 0.005 285), oklch(0.33 0.012 285));
  text-align: start;
  vertical-align: top;
}
`;
