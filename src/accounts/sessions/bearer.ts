/** The token in `Authorization: Bearer …` (RFC 6750), or `null` when the header is something else. */
export function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1] ?? null;
}
