/** Light, dark, or as the system is: kept in localStorage, put on the root element for theme.css. */

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "gapscope-theme";

export function keptTheme(): Theme {
  const kept = storage()?.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? "auto";
}

export function applyTheme(theme: Theme): void {
  if (theme === "auto") {
    delete document.documentElement.dataset.theme;
    storage()?.removeItem(KEY);
  } else {
    document.documentElement.dataset.theme = theme;
    storage()?.setItem(KEY, theme);
  }
}

/** Reading the property alone throws where the browser keeps nothing for this page. */
function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
