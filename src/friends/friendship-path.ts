/** Names the row of two people to `Idempotency.forget`. */
export function friendshipPath({ id }: { id: number }): string {
  return `friendship/${id}`;
}
