/** Reads single variables and collects every complaint, so that an operator sees all of them at once. */
export class Environment {
  readonly complaints: string[] = [];

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** The variable's trimmed text; an empty one counts as absent. */
  text(name: string): string | undefined;
  text(name: string, fallback: string): string;
  text(name: string, fallback?: string): string | undefined {
    return this.env[name]?.trim() || fallback;
  }

  /** A whole number within `min` and `max`, both included. */
  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    this.refuse(name, `must be a whole number from ${min} to ${max}, not "${text}"`);
    return fallback;
  }

  choice<T extends string>(name: string, fallback: T, choices: readonly T[]): T {
    const text = this.text(name, fallback);
    if ((choices as readonly string[]).includes(text)) return text as T;
    this.refuse(name, `must be one of ${choices.join(', ')}, not "${text}"`);
    return fallback;
  }

  /** Comma-separated words. */
  list(name: string): string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean);
  }

  url(name: string, protocols: readonly string[]): URL | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    // The value itself may hold a password: it is not repeated.
    if (!url || !protocols.includes(url.protocol)) {
      this.refuse(name, `must be an address that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    } else if (!canDecode(url.username + url.password + url.pathname)) {
      this.refuse(name, 'has a % that begins no percent-encoded character: write %25 for it');
    } else return url;
    return undefined;
  }

  refuse(name: string, why: string): void {
    this.complaints.push(`${name} ${why}`);
  }
}

function canDecode(text: string): boolean {
  try {
    return typeof decodeURIComponent(text) === 'string';
  } catch {
    return false;
  }
}
