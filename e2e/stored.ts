/** What the page has stored, seen and changed from inside it: functions for `page.evaluate`. */

/** How many entries a store has. */
export function storedIn(store: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(`gapscope-${store}`);
    request.onerror = () => reject(request.error);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    request.onsuccess = () => {
      const database = request.result;
      const counting = database.transaction(store).objectStore(store).count();
      counting.onsuccess = () => {
        database.close();
        resolve(counting.result);
      };
    };
  });
}

/** A digest of every stored activation, in the order of keys. */
export function digestActivations(): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("gapscope-activations");
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      const entries = database.transaction("activations").objectStore("activations");
      const keys = entries.getAllKeys();
      const values = entries.getAll();
      values.onsuccess = async () => {
        database.close();
        const whole = await new Blob([JSON.stringify(keys.result), ...values.result]).arrayBuffer();
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
        resolve([...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
      };
    };
  });
}

/** Stores so many floats, which cannot be compressed, under `key`. */
export function putActivations({ key, floats }: { readonly key: string; readonly floats: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("gapscope-activations");
    request.onupgradeneeded = () => request.result.createObjectStore("activations");
    request.onsuccess = () => {
      const writing = request.result.transaction("activations", "readwrite");
      const values = Float32Array.from({ length: floats }, Math.random);
      writing.objectStore("activations").put(values, key);
      writing.onabort = () => reject(writing.error);
      writing.oncomplete = () => {
        request.result.close();
        resolve();
      };
    };
  });
}

/** Lets another database of this site take all the room that is left, to a few hundred bytes. */
export async function fillUp(): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open("something-else");
    request.onupgradeneeded = () => request.result.createObjectStore("all");
    request.onsuccess = () => resolve(request.result);
  });
  const fits = (bytes: number): Promise<boolean> =>
    new Promise((resolve) => {
      const writing = database.transaction("all", "readwrite");
      const filling = new Uint8Array(bytes);
      for (let i = 0; i < bytes; i += 65536) crypto.getRandomValues(filling.subarray(i, i + 65536));
      writing.objectStore("all").put(filling, crypto.randomUUID());
      writing.onabort = () => resolve(false);
      writing.oncomplete = () => resolve(true);
    });
  for (let bytes = 1 << 20; bytes >= 256; bytes /= 2) while (await fits(bytes));
  database.close();
}
