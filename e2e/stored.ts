/** What the page has stored, seen from inside it: functions for `page.evaluate`. */

/** How many activations are stored. */
export function storedKeys(): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("gapscope-activations");
    request.onerror = () => reject(request.error);
    request.onupgradeneeded = () => request.result.createObjectStore("activations");
    request.onsuccess = () => {
      const database = request.result;
      const counting = database.transaction("activations").objectStore("activations").count();
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
