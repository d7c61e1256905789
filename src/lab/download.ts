/**
 * A download: one file, streamed from its host into storage part by part, that goes on where it broke off.
 *
 * This is what the download worker does, as plain functions; workers/download.worker.ts offers it to the page and is the
 * only script that may talk to another site (docs/decisions/0006-downloads.md). It fetches what it is told to and judges
 * sizes only; whether the file is the right one is for shelf.ts to find.
 *
 * Nothing but the address and a byte range is sent: no cookie, no referrer. The rest of a broken download is taken only if
 * the host's ETag or date is still the one that the beginning came with. That is If-Range, asked afterwards: the header
 * itself would cost a preflight request, which hosts of files may not answer.
 */
import { type Fault, GapscopeError } from "../faults/faults.ts";
import { type PartFacts, type PartStore, storageFull } from "./parts.ts";

export interface DownloadProgress {
  /** Bytes that are stored or on their way to it. */
  readonly done: number;
  /** Bytes of the whole file, once the host has said. */
  readonly total?: number;
  /** Bytes a second over the last seconds, once measured. */
  readonly rate?: number;
  readonly secondsLeft?: number;
  /** Requests made so far: they leave this machine, and the page counts them. */
  readonly requests: number;
}

export interface DownloadSurroundings {
  readonly fetch: typeof fetch;
  readonly parts: PartStore;
  /** Bytes that may still be stored, where the browser says. */
  readonly room: () => Promise<number | undefined>;
  /** Whether this script's own policy has stopped a request. */
  readonly blocked: () => Promise<boolean>;
  /** Runs `act` while no other page downloads under this key; rejects where one goes on doing so. */
  readonly alone: (key: string, act: () => Promise<void>) => Promise<void>;
  /** Milliseconds between attempts after a break; as many attempts as there are, as long as nothing comes. */
  readonly pauses?: readonly number[];
  /** Milliseconds without a byte after which a connection is given up. */
  readonly stall?: number;
  /** Bytes of a part. */
  readonly partBytes?: number;
}

export type DownloadApi = ReturnType<typeof downloadApi>;

const PAUSES = [1_000, 3_000, 9_000];
const STALL = 45_000;
const PART = 8 << 20;
/** Milliseconds between reports of progress. */
const REPORT = 150;

export function downloadApi(surroundings: DownloadSurroundings) {
  return {
    /**
     * Brings the file at `url` whole into the part store under `key`, from where an earlier call left it. Rejects with
     * `storage-full`, or with `subject-refused` and one fault: the host refused, or was not reached, or broke off and
     * did not come back. What has arrived stays, and the next call goes on from there.
     */
    async download(key: string, url: string, onProgress: (progress: DownloadProgress) => void): Promise<void> {
      await surroundings.alone(key, () => new Download(surroundings, key, url, onProgress).run());
    },
  };
}

/** Milliseconds in which a worker that was just stopped gives its lock back. */
const LOCK_PATIENCE = 3_000;

/** `alone` by the browser's locks, which are given back when a worker is stopped. */
export async function aloneAmongPages(key: string, act: () => Promise<void>): Promise<void> {
  const patience = AbortSignal.timeout(LOCK_PATIENCE);
  let begun = false;
  try {
    await navigator.locks.request(`gapscope-download-${key}`, { signal: patience }, () => {
      begun = true;
      return act();
    });
  } catch (error) {
    if (begun || !patience.aborted) throw error;
    const message = "Another tab of this browser is downloading this file.";
    const remedy = "Let it finish and open this page anew, or stop it there.";
    throw new GapscopeError("subject-refused", message, { faults: [{ code: "download-elsewhere", message, remedy }] });
  }
}

/** A connection that ended early. It is tried again; everything else is thrown. */
class Break extends Error {}

class Download {
  readonly #around: DownloadSurroundings;
  readonly #key: string;
  readonly #url: string;
  readonly #meter: Meter;
  #facts: PartFacts;
  #requests = 0;

  constructor(
    around: DownloadSurroundings,
    key: string,
    url: string,
    onProgress: (progress: DownloadProgress) => void,
  ) {
    this.#around = around;
    this.#key = key;
    this.#url = url;
    this.#facts = nothing(url);
    this.#meter = new Meter(onProgress);
  }

  async run(): Promise<void> {
    const { parts, pauses = PAUSES } = this.#around;
    const [kept] = await parts.facts([this.#key]);
    if (kept?.url === this.#url) this.#facts = kept;
    else await this.#startOver();
    for (let failures = 0; !this.#facts.complete; ) {
      const before = this.#facts.received;
      try {
        await this.#attempt();
      } catch (error) {
        if (!(error instanceof Break)) throw error;
        failures = this.#facts.received > before ? 0 : failures + 1;
        const pause = pauses[failures];
        if (pause === undefined || this.#facts.received === 0) throw this.#broken(error);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  async #startOver(): Promise<void> {
    await this.#around.parts.forget(this.#key);
    this.#facts = nothing(this.#url);
  }

  /** One request and its body. Throws Break where the connection ends early. */
  async #attempt(): Promise<void> {
    const { stall = STALL } = this.#around;
    if (this.#facts.validator === undefined && this.#facts.received > 0) await this.#startOver();
    const silence = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listen = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), stall);
    };
    try {
      listen();
      const answer = await this.#request(silence.signal);
      if (await this.#accept(answer)) await this.#store(answer, listen, silence.signal);
      else await answer.body?.cancel();
    } catch (error) {
      if (!silence.signal.aborted) throw error;
      throw new Break(`nothing came for ${Math.round(stall / 1000)} s`, { cause: error });
    } finally {
      clearTimeout(timer);
      silence.abort(); // lets go of a connection whose rest is not wanted
    }
  }

  async #request(signal: AbortSignal): Promise<Response> {
    const { received, total } = this.#facts;
    this.#requests += 1;
    this.#meter.begin(received, total, this.#requests);
    try {
      return await this.#around.fetch(this.#url, {
        mode: "cors",
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store", // it is kept here; the browser's cache would keep it twice
        signal,
        ...(received === 0 ? {} : { headers: { Range: `bytes=${received}-` } }),
      });
    } catch (error) {
      if (await this.#around.blocked()) throw this.#blocked();
      throw new Break("no connection", { cause: error });
    }
  }

  /** Whether the answer's body goes on from what is here, after starting over where it has to. */
  async #accept(answer: Response): Promise<boolean> {
    const { received, validator } = this.#facts;
    if (answer.status === 416 && received > 0) {
      await this.#startOver(); // the file is shorter now than what is here of it
      return false;
    }
    if (answer.status === 429 || answer.status >= 500) throw new Break(`the host answered ${answer.status}`);
    if (!answer.ok) throw this.#refused(answer.status);
    const found = validatorOf(answer.headers);
    const rest = answer.status === 206;
    if (rest && received === 0) throw new Break("the host sent a part when it was asked for the whole");
    if (rest && (found !== validator || startOf(answer.headers, received) !== received)) {
      await this.#startOver();
      return false;
    }
    if (!rest && received > 0) await this.#startOver(); // the host gives it whole only
    const length = Number(answer.headers.get("content-length") ?? Number.NaN);
    const total = Number.isSafeInteger(length) && length > 0 ? this.#facts.received + length : undefined;
    this.#facts = {
      ...this.#facts,
      ...(total === undefined ? {} : { total }),
      ...(found === undefined ? {} : { validator: found }),
    };
    const room = await this.#around.room();
    const needed = (total ?? 0) - this.#facts.received;
    if (room !== undefined && needed > room) throw this.#noRoom(needed, room);
    return true;
  }

  async #store(answer: Response, alive: () => void, signal: AbortSignal): Promise<void> {
    const { partBytes = PART } = this.#around;
    const reader = answer.body?.getReader();
    if (reader === undefined) throw new Break("the host sent nothing");
    // A reader does not hear the signal of a request that somebody else answers.
    signal.addEventListener("abort", () => void reader.cancel(signal.reason).catch(() => undefined), { once: true });
    let pending: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    const flush = async (): Promise<void> => {
      if (size === 0) return;
      const { received, parts } = this.#facts;
      const facts = { ...this.#facts, received: received + size, parts: parts + 1 };
      await this.#around.parts.append(this.#key, facts, new Blob(pending));
      this.#facts = facts;
      pending = [];
      size = 0;
    };
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        alive();
        pending.push(value);
        size += value.byteLength;
        const { received, total } = this.#facts;
        if (total !== undefined && received + size > total) throw await this.#overlong(total);
        this.#meter.count(received + size, total, this.#requests);
        if (size >= partBytes) await flush();
      }
    } catch (error) {
      if (error instanceof GapscopeError) throw error;
      await flush();
      throw new Break("the connection was lost", { cause: error });
    }
    await flush();
    const { received, total } = this.#facts;
    if (signal.aborted) throw new Break("nothing came");
    if (total !== undefined && received < total) throw new Break("the file ended early");
    this.#facts = { ...this.#facts, complete: true };
    await this.#around.parts.note(this.#key, this.#facts);
  }

  #trouble(code: string, message: string, remedy: string, found: Partial<Fault> = {}, cause?: unknown): GapscopeError {
    const fault: Fault = { code, file: this.#url, message, remedy, ...found };
    return new GapscopeError("subject-refused", message, {
      faults: [fault],
      ...(cause === undefined ? {} : { cause }),
    });
  }

  #blocked(): GapscopeError {
    return this.#trouble(
      "download-blocked",
      "The policy of the server that this page comes from does not let it download from other sites.",
      "Take the file from the link and drop it here.",
    );
  }

  #refused(status: number): GapscopeError {
    return this.#trouble(
      "download-refused",
      `${this.#host} does not give this file.`,
      "Try another address, or take the file from its authors and drop it here.",
      { value: `HTTP ${status}` },
    );
  }

  #broken(reason: Break): GapscopeError {
    const { received } = this.#facts;
    if (received === 0) {
      return this.#trouble(
        "download-unreachable",
        `${this.#host} could not be reached, or does not let a page fetch this file.`,
        "See that this machine is online and try again, or take the file from the link and drop it here.",
        { value: reason.message },
        reason.cause,
      );
    }
    return this.#trouble(
      "download-broken",
      `The download broke off and ${this.#host} did not take it up again.`,
      "What has arrived is kept: continue when the connection is back.",
      { value: `${received} bytes, then: ${reason.message}` },
      reason.cause,
    );
  }

  async #overlong(total: number): Promise<GapscopeError> {
    await this.#startOver();
    return this.#trouble(
      "download-size",
      `${this.#host} sent more than it announced, so the file cannot be trusted.`,
      "Try again, or take the file from the link and drop it here.",
      { expected: `${total} bytes` },
    );
  }

  #noRoom(needed: number, room: number): GapscopeError {
    return storageFull(
      `${megabytes(needed)} are needed, and the browser has ${megabytes(room)} left for this page.`,
      "Free the weights of a model that you do not need, or space on this machine, and go on.",
    );
  }

  get #host(): string {
    return new URL(this.#url).host;
  }
}

function nothing(url: string): PartFacts {
  return { url, received: 0, parts: 0, complete: false };
}

/** A strong ETag, else the date; hosts let a page see the date always and the ETag if they say so. */
function validatorOf(headers: Headers): string | undefined {
  const tag = headers.get("etag");
  if (tag !== null && !tag.startsWith("W/")) return tag;
  return headers.get("last-modified") ?? undefined;
}

/** Where a partial answer begins. A host that hides Content-Range is taken at its word. */
function startOf(headers: Headers, asked: number): number {
  const [, start] = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "") ?? [];
  return start === undefined ? asked : Number(start);
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString("en-US")} MB`;
}

/** Reports progress now and then, with the rate of the last seconds. */
class Meter {
  static readonly WINDOW = 6_000;
  readonly #report: (progress: DownloadProgress) => void;
  #samples: { readonly at: number; readonly done: number }[] = [];
  #reported = Number.NEGATIVE_INFINITY;

  constructor(report: (progress: DownloadProgress) => void) {
    this.#report = report;
  }

  /** A request starts: what is here already did not come at any rate. */
  begin(done: number, total: number | undefined, requests: number): void {
    this.#samples = [{ at: performance.now(), done }];
    this.#report({ done, requests, ...(total === undefined ? {} : { total }) });
  }

  count(done: number, total: number | undefined, requests: number): void {
    const now = performance.now();
    if (now - this.#reported < REPORT && done !== total) return;
    this.#reported = now;
    this.#samples.push({ at: now, done });
    while (this.#samples.length > 2 && now - (this.#samples[0]?.at ?? now) > Meter.WINDOW) this.#samples.shift();
    const [first] = this.#samples;
    const rate =
      first === undefined || now - first.at < 500 ? undefined : (1000 * (done - first.done)) / (now - first.at);
    this.#report({
      done,
      requests,
      ...(total === undefined ? {} : { total }),
      ...(rate === undefined ? {} : { rate }),
      ...(rate === undefined || rate === 0 || total === undefined ? {} : { secondsLeft: (total - done) / rate }),
    });
  }
}
