import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { documents } from "./documents.ts";
import { HEADERS, hostFiles, POLICY, policyOf, policyRules } from "./hosting.ts";
import { dependencies, licencesText } from "./licences.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

describe("the policies", () => {
  const paths = [
    "",
    "index.html",
    "assets/index-abc.js",
    "docs/guide.html",
    "offline.js",
    "download/download.worker-a.js",
  ];

  it("allow no third party but the hosts of weights, and those to one file alone", () => {
    for (const path of paths) {
      const policy = policyOf(path) ?? "";
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).not.toMatch(/'unsafe-inline'|'unsafe-eval'|http:|data:| \*/);
      expect(/https:/.test(policy), path).toBe(path.startsWith("download/"));
    }
    expect(policyOf("download/download.worker-a.js")).not.toMatch(/connect-src[^;]*'self'/);
    expect(POLICY).toMatch(/connect-src 'self'(;|$)/);
  });

  it("match each file once: hosts differ in what a second rule does", () => {
    for (const path of paths) {
      const matching = policyRules().filter((rule) => policyOf(path, [rule]) !== undefined);
      expect(matching.length, path).toBe(1);
    }
  });

  it("are the same in every host's file", () => {
    const files = hostFiles();
    const all = [policyOf("assets/a.js"), policyOf("offline.js"), policyOf("download/a.js"), ...Object.values(HEADERS)];
    const apache = `${files[".htaccess"]}${files["download/.htaccess"]}`;
    for (const text of [files._headers, files["vercel.json"], apache, files["nginx.conf"]]) {
      for (const value of all) expect(text).toContain(value);
    }
    expect(JSON.parse(files["vercel.json"] ?? "").headers).toHaveLength(1 + policyRules().length);
  });
});

describe("the licences", () => {
  it("are those of every package that the lock file installs for the page", () => {
    const lock = JSON.parse(readFileSync(`${ROOT}/package-lock.json`, "utf8"));
    const wanted = Object.keys(JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8")).dependencies);
    const found = dependencies(ROOT);
    for (const name of wanted) expect(found.map((each) => each.name)).toContain(name);
    for (const { name, version, licence, text } of found) {
      expect(Object.keys(lock.packages).some((path) => path.endsWith(`node_modules/${name}`))).toBe(true);
      expect(version, name).toMatch(/^\d+\./);
      expect(licence, name).not.toBe("");
      expect(text.length, name).toBeGreaterThan(200);
    }
  });

  it("stand in one text, our own first", () => {
    const text = licencesText(ROOT);
    expect(text.indexOf("Gapscope: Apache-2.0")).toBe(0);
    expect(text).toContain("onnxruntime-web 1.30.0: MIT");
  });
});

describe("the documents", () => {
  const pages = documents(`${ROOT}/docs`);

  it("lead to each other: every link has its page, every anchor its heading", () => {
    expect([...pages.keys()]).toContain("docs/hosting.html");
    for (const [path, html] of pages) {
      for (const [, href = ""] of html.matchAll(/href="([^"]*)"/g)) {
        if (href.includes("://")) continue;
        const url = new URL(href, `https://site/${path}`);
        const name = url.pathname.slice(1);
        if (name === "" || name === "icon.svg" || name.startsWith("templates/")) continue;
        expect(pages.has(name), `${path}: ${href}`).toBe(true);
        if (url.hash !== "")
          expect(pages.get(name), `${path}: ${href}`).toContain(`id="${decodeURIComponent(url.hash.slice(1))}"`);
      }
    }
  });

  it("hold code as it was written, and no script", () => {
    expect(pages.get("docs/guide.html")).toContain("&quot;format&quot;: &quot;gapscope-benchmark&quot;");
    for (const html of pages.values()) expect(html).not.toContain("<script");
  });
});
