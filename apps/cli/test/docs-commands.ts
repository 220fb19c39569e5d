/** A command of a page's shell blocks. */
export interface DocCommand {
  /** As it stands there, continued lines joined, without its comment. */
  readonly line: string;
  /** The code that the page says it ends with (`# exit 7`); else 0. */
  readonly exit: number;
}

/** All commands of the shell blocks of a page, in order. */
export function shellCommandsIn(text: string): DocCommand[] {
  const blocks = [...text.matchAll(/^```(?:sh|bash|console)\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
  return blocks
    .flatMap((block) => block.replaceAll(/\s*\\\n\s*/g, ' ').split('\n'))
    .map((text) => {
      const [, line = '', comment = ''] = /^(.*?)(?:(?:^|\s+)#\s(.*))?$/.exec(text)!;
      return { line: line.trim(), exit: Number(/exit (\d+)/.exec(comment)?.[1] ?? 0) };
    })
    .filter(({ line }) => line !== '');
}
