import type { FastifyRequest } from 'fastify';

const places = new WeakMap<FastifyRequest, InFlightSlot>();

/** A request's place among those in flight. */
export class InFlightSlot {
  private isHeld = false;

  private constructor(private readonly count: (difference: 1 | -1) => unknown) {}

  static take(request: FastifyRequest, count: (difference: 1 | -1) => unknown): void {
    const place = new InFlightSlot(count);
    places.set(request, place);
    place.hold(true);
  }

  static leave(request: FastifyRequest): void {
    places.get(request)?.hold(false);
    places.delete(request);
  }

  hold(isHeld: boolean): void {
    if (isHeld === this.isHeld) return;
    this.isHeld = isHeld;
    this.count(isHeld ? 1 : -1);
  }
}

/**
 * Gives the request's place to others while it waits for something that takes neither the event loop nor the database.
 * The wait needs a bound of its own.
 */
export async function withoutPlace<T>(request: FastifyRequest, wait: () => Promise<T>): Promise<T> {
  places.get(request)?.hold(false);
  try {
    return await wait();
  } finally {
    places.get(request)?.hold(true);
  }
}
