/** `npm start`: builds the page if need be, serves it on loopback and prints the address. */
import { ensureBuilt, serveSite } from "./site.ts";

await ensureBuilt();
const site = await serveSite(Number(process.env.PORT ?? 4173));
process.stdout.write(`Gapscope is at ${site.address} (Ctrl+C stops it)\n`);
