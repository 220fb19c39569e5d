import { z } from 'zod';

/** Field types that sheets share. */
export const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
/** A file name and a part of a URL; parts of a joined slug are separated by dots. */
export const slug = z.string().regex(/^[\p{L}\p{M}\p{N}]+(?:[-.][\p{L}\p{M}\p{N}]+)*$/u);
export const timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/);
export const integer = z.int().nonnegative();
export const text = z.string();
export const webUrl = z.url({ protocol: /^https?$/ });

/** Fields of every record: what it was called in the legacy system, and when and by whom it was made. */
export const common = {
  id,
  legacyId: integer.optional(),
  slug,
  createdAt: timestamp.optional(),
  creatorId: id.optional(),
  modifiedAt: timestamp.optional(),
  modifierId: id.optional(),
};

/** What a record belongs to: one of these is set. */
export const context = {
  projectId: id.optional(),
  updateId: id.optional(),
  buzzId: id.optional(),
  personId: id.optional(),
  postId: id.optional(),
  attachmentId: id.optional(),
  commentId: id.optional(),
};

/** Highest to lowest is the order of the legacy ENUM, read from its end. */
export const accountLevels = ['Disabled', 'Contact', 'User', 'Staff', 'Administrator', 'Developer'] as const;

export const stages = [
  'Commenting',
  'Bootstrapping',
  'Prototyping',
  'Testing',
  'Maintaining',
  'Drifting',
  'Hibernating',
] as const;
