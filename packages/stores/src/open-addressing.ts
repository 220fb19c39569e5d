/** The slot where a 32-bit hash is looked for first: as far into the table as it is into all hashes. */
export const firstSlot = (hash: number, slots: number): number => Math.floor((hash / 2 ** 32) * slots);

/** From so many slots on a table grows in small steps: half of a large one would be a lot of room for nothing. */
const large = 1 << 20;

/** Slots of a table that has no room for more. */
export const largerTable = (slots: number): number => (slots < large ? slots * 2 : Math.ceil(slots * 1.25));
