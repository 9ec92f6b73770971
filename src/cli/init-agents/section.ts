import type { FileChange } from './project-file.ts';

const START = '<!-- playwright-2fa:start -->';
const END = '<!-- playwright-2fa:end -->';

/** Section of a Markdown file. */
export interface Section {
  readonly body: string;
  /** Text before the section, in a new file. @default '' */
  readonly head?: string;
  /** Name of the section, for the user. */
  readonly note: string;
}

/**
 * Plans the section of a Markdown file between the markers of this package. The text outside of the markers is the
 * user's, and stays as it is.
 */
export function planSection(path: string, text: string | undefined, { body, head = '', note }: Section): FileChange {
  const section = `${START}\n${body.trim()}\n${END}`;
  if (text === undefined) return { path, status: 'created', content: `${head}${section}\n`, note };
  const [starts, ends] = [countOf(text, START), countOf(text, END)];
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (starts === 0 && ends === 0) return { path, status: 'updated', content: appended(text, section), note };
  if (starts !== 1 || ends !== 1 || end < start)
    return { path, status: 'by-hand', note: `its markers are not one pair. Remove ${START} and ${END}, and run again` };
  const content = text.slice(0, start) + section + text.slice(end + END.length);
  return content === text ? { path, status: 'unchanged', note } : { path, status: 'updated', content, note };
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

function appended(text: string, section: string): string {
  const before = text.trim() === '' ? '' : `${text.trimEnd()}\n\n`;
  return `${before}${section}\n`;
}
