/**
 * What a host of the page should send with each file, and the files that tell common hosts so.
 *
 * The policies are what makes "nothing leaves this machine" checkable: the page and its workers may fetch from their own
 * origin only, but for one worker, which may fetch from the hosts of weights only, and runs when a person asks for a
 * download (docs/decisions/0006-downloads.md). `wasm-unsafe-eval` compiles ONNX Runtime's wasm; no script is ever
 * evaluated from text. Isolation gives wasm its threads.
 *
 * Where a host can send none of this, the page has its policy from a meta element, and everything from the service
 * worker once that is installed (docs/decisions/0013-offline.md).
 */

/** The policy of the page, of its workers but one, and of their chunks. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob:",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The hosts of weights that let pages fetch, redirects included. */
export const WEIGHT_HOSTS: readonly string[] = [
  "https://huggingface.co",
  "https://*.huggingface.co",
  "https://*.hf.co",
];

/** The policy of the download worker: the hosts of weights, and not even its own origin. */
const downloadPolicy = (hosts: readonly string[]): string =>
  `default-src 'none'; script-src 'self'; connect-src ${hosts.join(" ")}`;

/** The policy of the service worker, which fetches the site's files and nothing else. */
const OFFLINE_POLICY = "default-src 'none'; connect-src 'self'";

/** The policy of the guide and the other documents: they run nothing. */
export const DOCUMENT_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

/** Where the download worker is built to, apart from the other scripts, so that a rule by path can tell it from them. */
export const DOWNLOAD_FOLDER = "download";
/** The service worker's script lies in the folder that it serves. */
export const OFFLINE_SCRIPT = "offline.js";

export const HEADERS: Readonly<Record<string, string>> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

export interface PolicyRule {
  /** From the site's folder on; a star at the end stands for anything. */
  readonly path: string;
  readonly policy: string;
}

/** Policies by path. No two of them match the same file: hosts differ in what they make of that. */
export function policyRules(weightHosts = WEIGHT_HOSTS): readonly PolicyRule[] {
  const page = `${POLICY}; frame-ancestors 'none'`;
  return [
    { path: "", policy: page },
    { path: "index.html", policy: page },
    { path: "assets/*", policy: page },
    { path: "docs/*", policy: `${DOCUMENT_POLICY}; frame-ancestors 'none'` },
    { path: OFFLINE_SCRIPT, policy: OFFLINE_POLICY },
    { path: `${DOWNLOAD_FOLDER}/*`, policy: downloadPolicy(weightHosts) },
  ];
}

/** The policy of a file, by its path from the site's folder on. */
export function policyOf(path: string, rules = policyRules()): string | undefined {
  return rules.find((rule) => (rule.path.endsWith("*") ? path.startsWith(rule.path.slice(0, -1)) : path === rule.path))
    ?.policy;
}

/** The files that hosts read, by name. docs/hosting.md says which host reads which. */
export function hostFiles(rules = policyRules()): Readonly<Record<string, string>> {
  return {
    _headers: netlify(rules),
    "vercel.json": vercel(rules),
    ".htaccess": apache(policyOf("", rules), policyOf(OFFLINE_SCRIPT, rules)),
    [`${DOWNLOAD_FOLDER}/.htaccess`]: `<IfModule mod_headers.c>\n${apacheHeader(policyOf(`${DOWNLOAD_FOLDER}/`, rules))}\n</IfModule>\n`,
    "nginx.conf": nginx(rules),
  };
}

/** Netlify's and Cloudflare's: the site lies at the root of its host. */
function netlify(rules: readonly PolicyRule[]): string {
  const lines = [
    ["/*", ...Object.entries(HEADERS).map(([name, value]) => `  ${name}: ${value}`)],
    ...rules.map(({ path, policy }) => [`/${path}`, `  Content-Security-Policy: ${policy}`]),
  ];
  return `${lines.flat().join("\n")}\n`;
}

function vercel(rules: readonly PolicyRule[]): string {
  const all = Object.entries(HEADERS).map(([key, value]) => ({ key, value }));
  const headers = [
    { source: "/(.*)", headers: all },
    ...rules.map(({ path, policy }) => ({
      source: `/${path.replace("*", "(.*)")}`,
      headers: [{ key: "Content-Security-Policy", value: policy }],
    })),
  ];
  return `${JSON.stringify({ headers }, null, 2)}\n`;
}

function apache(page = "", offline = ""): string {
  return `AddType text/javascript .js .mjs
AddType application/wasm .wasm
<IfModule mod_headers.c>
${Object.entries(HEADERS)
  .map(([name, value]) => `Header always set ${name} "${value}"`)
  .join("\n")}
${apacheHeader(page)}
<Files "${OFFLINE_SCRIPT}">
${apacheHeader(offline)}
</Files>
</IfModule>
`;
}

const apacheHeader = (policy = ""): string => `Header always set Content-Security-Policy "${policy}"`;

/** For a `server` block. One place sets the policy, because a `location` with headers of its own forgets the others. */
function nginx(rules: readonly PolicyRule[]): string {
  return `# Include this in the server block that serves Gapscope; it has no other headers in its locations.
set $gapscope_policy "${policyOf("", rules)}";
if ($uri ~ "/${OFFLINE_SCRIPT.replace(".", "\\.")}$") {
    set $gapscope_policy "${policyOf(OFFLINE_SCRIPT, rules)}";
}
if ($uri ~ "/${DOWNLOAD_FOLDER}/[^/]+$") {
    set $gapscope_policy "${policyOf(`${DOWNLOAD_FOLDER}/`, rules)}";
}
add_header Content-Security-Policy $gapscope_policy always;
${Object.entries(HEADERS)
  .map(([name, value]) => `add_header ${name} "${value}" always;`)
  .join("\n")}
`;
}
