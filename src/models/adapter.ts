/** The GPU adapter that this thread gets. Opening a device on it is session.ts's. */

export async function findAdapter(): Promise<GPUAdapter | null> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  return (await gpu?.requestAdapter({ powerPreference: "high-performance" })) ?? null;
}

export function describeAdapter(adapter: GPUAdapter): string {
  const { vendor, architecture, description } = adapter.info;
  return [vendor, architecture].filter((part) => part !== "").join(" ") || description || "unnamed adapter";
}

export interface AdapterFacts {
  readonly name: string;
  /** A software adapter: right, and slower than wasm. */
  readonly fallback: boolean;
}

/** The GPU adapter of this thread, or null. */
export async function adapterFacts(): Promise<AdapterFacts | null> {
  const adapter = await findAdapter();
  return adapter === null ? null : { name: describeAdapter(adapter), fallback: adapter.info.isFallbackAdapter };
}
