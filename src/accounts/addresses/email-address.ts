/** Equal for two spellings of one address. */
export function emailKeyOf(email: string): string {
  return email.toLowerCase();
}

/** The address without a `+tag`: all tags of a mailbox have one reader. */
export function mailboxOf(email: string): string {
  return emailKeyOf(email).replace(/\+[^@]*/, '');
}
