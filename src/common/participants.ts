/**
 * Lets a higher module take part in the work of a lower one, which must not import it. The lower module provides a
 * subclass; the higher one adds itself in its constructor.
 */
export abstract class Participants<Participant> {
  private readonly added: Participant[] = [];

  add(participant: Participant): void {
    this.added.push(participant);
  }

  /** In the order of dependency, the most dependent module first. */
  get all(): Participant[] {
    return [...this.added].reverse();
  }
}
