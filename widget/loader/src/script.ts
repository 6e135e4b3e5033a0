// Scripts from the relay, which the page's policy allows already.

type Policy = { createScriptURL(url: string): string };
const page = window as unknown as {
  trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
};
const rules: Policy = { createScriptURL: (it) => it };
let policy: Policy | undefined;

/** Fetches and runs it. */
export function fetchScript(url: string, failed?: () => void): void {
  const script = document.createElement("script");
  script.onload = script.onerror = (event) => {
    script.remove();
    if ((event as Event).type == "error") failed?.();
  };
  try {
    // Pages that demand Trusted Types can allow this one name, and nobody else can use it.
    policy ??= page.trustedTypes?.createPolicy("porchlight", rules) ?? rules;
    script.src = policy.createScriptURL(url);
    document.documentElement.append(script);
  } catch {
    failed?.();
  }
}
