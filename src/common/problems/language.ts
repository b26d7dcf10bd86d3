import type { Texts } from './problem.js';

export type Language = keyof Texts;

/** The first of `en` and `ko` by the weights of Accept-Language (RFC 9110, 12.5.4); `en` when neither is asked for. */
export function languageOf(acceptLanguage: string | undefined): Language {
  let best: { language: Language; weight: number } = { language: 'en', weight: 0 };
  for (const part of (acceptLanguage ?? '').slice(0, 200).split(',')) {
    const [tag, ...parameters] = part
      .toLowerCase()
      .split(';')
      .map((word) => word.trim());
    const language = /^(en|ko)(-|$)/.exec(tag)?.[1] as Language | undefined;
    const weight = Number(/^q=([\d.]+)$/.exec(parameters.find((p) => p.startsWith('q=')) ?? '')?.[1] ?? 1);
    if (language && weight > best.weight) best = { language, weight };
  }
  return best.language;
}
