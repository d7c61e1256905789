/** `npm run release`: the built page as one archive that any web server can hand out, `gapscope-<version>.zip`. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import JSZip from "jszip";
import { version } from "../package.json";
import { ensureBuilt } from "./site.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** One date for every file, so that the same build makes the same archive. */
const DATE = new Date("2026-01-01T00:00:00Z");

const README = `Gapscope ${version}

Score a vision benchmark against models of the primate ventral stream, entirely in your browser.

site/ is the whole page: static files, no server of its own, no network needed. A browser runs it from a web server
only, so opening site/index.html as a file does nothing. Any server does, from a memory stick too:

    python3 -m http.server --directory site        (then open http://localhost:8000)
    npx serve site

To put it on the web, copy what is in site/ to any folder of a site with https. Headers make it faster and its promises
checkable from outside; _headers, vercel.json, .htaccess and nginx.conf in it have them for common hosts. Where there are
none the page's service worker supplies them. More in site/docs/hosting.html, and how to use it in site/docs/guide.html.

Apache-2.0. site/licences.txt has the licences of everything that is in it.
`;

await ensureBuilt();
const archive = new JSZip();
const top = `gapscope-${version}`;
const add = (name: string, content: string | Buffer): unknown =>
  archive.file(`${top}/${name}`, content, { date: DATE, createFolders: false });
add("README.txt", README);
const built = join(ROOT, "dist");
for (const name of readdirSync(built, { recursive: true, encoding: "utf8" }).sort()) {
  const path = join(built, name);
  if (statSync(path).isFile()) add(`site/${name.replaceAll("\\", "/")}`, readFileSync(path));
}
const bytes = await archive.generateAsync({ type: "nodebuffer", compression: "DEFLATE", platform: "UNIX" });
writeFileSync(join(ROOT, `${top}.zip`), bytes);
const sha256 = createHash("sha256").update(bytes).digest("hex");
process.stdout.write(`${top}.zip: ${(bytes.length / 1e6).toFixed(1)} MB, sha256 ${sha256}\n`);
