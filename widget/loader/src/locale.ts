// Which of our languages somebody gets; the same rule as in `crates/inbox-text`.

/** The tag of the written language. Traditional and Simplified Chinese are two. */
function written(tag: string): string {
  const parts = tag.toLowerCase().split(/[-_]/);
  if (parts[0] !== "zh") return parts[0];
  const traditional = parts.some((it) => /^(hant|tw|hk|mo)$/.test(it)) && !parts.includes("hans");
  return traditional ? "zh-hant" : "zh-hans";
}

/** The first wanted language that is available. */
export function negotiate(wanted: readonly string[], available: readonly string[]): string | undefined {
  for (const it of wanted) {
    const found = available.find((ours) => written(ours) === written(it));
    if (found) return found;
  }
  return undefined;
}
