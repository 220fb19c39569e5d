import { tiny } from './tiny.ts';
import { withFiles } from './with-files.ts';

/** The tiny system where each note has a file. In a module of its own, as threads load the first profile of a name. */
export const noted = withFiles(tiny, 'notes');
