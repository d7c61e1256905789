import { expect, test } from "@playwright/test";
import { example, give, openPage, score, scored } from "./support.ts";

test("no request leaves the origin, from opening the page to the last export", async ({ page, context, baseURL }) => {
  const origin = new URL(baseURL ?? "").origin;
  const seen: string[] = [];
  context.on("request", (request) => seen.push(request.url()));
  await openPage(page);
  await page.evaluate(() => window.gapscope?.openExample());
  scored(await score(page, { wish: "auto", fresh: true }), "Shapes-accuracy", "shapes-net");
  await give(page, [example("shapes.zip")]);
  const outside = seen.filter(
    (url) => new URL(url).origin !== origin && !url.startsWith("blob:") && !url.startsWith("data:"),
  );
  expect(outside).toEqual([]);
  expect(seen.some((url) => url.endsWith(".wasm"))).toBe(true); // workers' requests are watched too
});

test("the policy stops a request that would leave it, in the page and in its workers", async ({ page, request }) => {
  const answer = await request.get("/");
  expect(answer.headers()["content-security-policy"]).toContain("connect-src 'self'");
  await openPage(page);
  expect(await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content")).toContain(
    "connect-src 'self'",
  );
  const attempt = (): Promise<string> =>
    fetch("http://127.0.0.1:9/").then(
      () => "left",
      () => "stopped",
    );
  const violated = page.evaluate(
    () =>
      new Promise<string>((resolve) =>
        document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective)),
      ),
  );
  expect(await page.evaluate(attempt)).toBe("stopped");
  expect(await violated).toBe("connect-src");
});
