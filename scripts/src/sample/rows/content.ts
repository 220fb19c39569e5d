import type { SampleRow } from '../dump-chunks.ts';
import { firstGenerated, type Plan, plantedRows } from '../plan.ts';
import { Random } from '../random.ts';
import { markdown, sentence, timestamp, title } from '../words.ts';
import { somebody, stampsOf } from './people.ts';
import { generatedProject } from './projects.ts';

const statuses = ['Published', 'Published', 'Published', 'Published', 'Draft', 'Hidden', 'Deleted'];

export function* postRows(plan: Plan): Generator<SampleRow> {
  yield* plantedRows('content');
  for (let index = 0; index < plan.posts; index++) {
    const random = new Random(plan.seed, 'content', index);
    const name = title(random);
    yield {
      ID: String(firstGenerated + index),
      Class: `Emergence\\CMS\\${random.chance(85) ? 'BlogPost' : 'Page'}`,
      ...stampsOf(plan, random, index / plan.posts, true),
      ContextClass: null,
      ContextID: null,
      Title: name,
      Handle: `${name.toLowerCase().replaceAll(' ', '_')}_${index + 1}`,
      AuthorID: somebody(plan, random),
      Status: random.pick(statuses),
      Published: random.chance(3) ? '2029-05-05 05:05:05' : timestamp(random, index / plan.posts),
      Visibility: random.chance(95) ? 'Public' : 'Private',
      Summary: random.chance(50) ? sentence(random) : null,
      LayoutClass: 'OneColumn',
      LayoutConfig: null,
    };
  }
}

/** Parts of one post: one to three. */
const partsOf = (plan: Plan, post: number): number => 1 + new Random(plan.seed, 'part count', post).below(3);

export function generatedParts(plan: Plan): number {
  let sum = 0;
  for (let post = 0; post < plan.posts; post++) sum += partsOf(plan, post);
  return sum;
}

export function* partRows(plan: Plan): Generator<SampleRow> {
  yield* plantedRows('content_items');
  let id = firstGenerated;
  for (let post = 0; post < plan.posts; post++) {
    const random = new Random(plan.seed, 'parts', post);
    for (let order = 1; order <= partsOf(plan, post); order++) {
      const isMarkdown = random.chance(80);
      const text = isMarkdown ? markdown(random, 2) : `<p>${sentence(random)}</p>`;
      yield {
        ID: String(id++),
        Class: `Emergence\\CMS\\Item\\${isMarkdown ? 'Markdown' : 'RichText'}`,
        ...stampsOf(plan, random, post / plan.posts, true),
        Title: null,
        ContentID: String(firstGenerated + post),
        AuthorID: somebody(plan, random),
        Status: random.chance(90) ? 'Published' : 'Deleted',
        Order: String(order),
        Data: JSON.stringify(text),
      };
    }
  }
}

export function* mediaRows(plan: Plan): Generator<SampleRow> {
  yield* plantedRows('media');
  for (let index = 0; index < plan.media; index++) {
    const random = new Random(plan.seed, 'media', index);
    const onProject = random.chance(40);
    yield {
      ID: String(firstGenerated + index),
      Class: 'PhotoMedia',
      ...stampsOf(plan, random, index / plan.media, false),
      ContextClass: onProject ? 'Laddr\\Project' : 'Emergence\\People\\Person',
      ContextID: onProject ? String(firstGenerated + random.below(plan.projects)) : somebody(plan, random),
      MIMEType: random.pick(['image/jpeg', 'image/png', 'image/gif']),
      Width: String(100 + random.below(1900)),
      Height: String(100 + random.below(1900)),
      Duration: null,
      Caption: random.chance(30) ? sentence(random) : null,
    };
  }
}

export function* commentRows(plan: Plan): Generator<SampleRow> {
  yield* plantedRows('comments');
  for (let index = 0; index < plan.comments; index++) {
    const random = new Random(plan.seed, 'comments', index);
    const isReply = index > 0 && random.chance(30);
    yield {
      ID: String(firstGenerated + index),
      Class: 'Emergence\\Comments\\Comment',
      ...stampsOf(plan, random, index / plan.comments, true),
      ContextClass: 'Laddr\\Project',
      ContextID: String(firstGenerated + random.below(plan.projects)),
      // The number keeps handles apart however many there are.
      Handle: `${random.hex(6)}${(index + 1).toString(16).padStart(6, '0')}`,
      ReplyToID: isReply ? String(firstGenerated + random.below(index)) : null,
      Message: sentence(random),
    };
  }
}

export function* redirectRows(plan: Plan): Generator<SampleRow> {
  yield* plantedRows('redirects');
  for (let index = 0; index < plan.redirects; index++) {
    const random = new Random(plan.seed, 'redirects', index);
    yield {
      ID: String(firstGenerated + index),
      Class: 'Emergence\\Redirects\\Redirect',
      ...stampsOf(plan, random, index / plan.redirects, false),
      From: `short/${index + 1}`,
      To: `projects/${generatedProject(plan, random.below(plan.projects))['Handle']}`,
    };
  }
}
