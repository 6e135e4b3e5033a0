// Scripts from the relay, which the page's policy allows already.

/** Fetches and runs it. */
export function fetchScript(url: string, failed?: () => void): void {
  const script = document.createElement("script");
  script.src = url;
  script.onload = () => script.remove();
  if (failed) script.onerror = failed;
  document.head.append(script);
}
