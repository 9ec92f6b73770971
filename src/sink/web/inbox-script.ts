/**
 * Keeps the page of the web inbox up to date, and lets people use it by keyboard. Without it, the page works by its links.
 *
 * Its source is sent to the browser as it is, so it uses nothing from outside.
 */
export function runInbox(): void {
  const search = document.querySelector<HTMLInputElement>('#search')!;
  const status = document.querySelector('#status')!;
  /** The rows as the sink sent them: what the page adds to a row is not a change of it. */
  const sent = new WeakMap<Element, string>();
  let shownUrl = location.href;
  let request = 0;
  let isUpdating = false;
  let isOwed = false;

  const say = (text: string): void => {
    status.textContent = text;
  };

  const localTimes = (root: ParentNode): void => {
    const today = new Date().toDateString();
    for (const time of root.querySelectorAll('time')) {
      const at = new Date(time.dateTime);
      const clock = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
      time.textContent = at.toDateString() === today ? clock : `${at.toLocaleDateString()} ${clock}`;
      time.title = at.toLocaleString();
    }
  };

  /** Shows codes in the rows that come into view. */
  const inView = new IntersectionObserver((entries) => {
    const rows = entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target as HTMLElement);
    if (rows.length > 0) void showCodes(rows.slice(0, 50));
  });

  const showCodes = async (rows: readonly HTMLElement[]): Promise<void> => {
    for (const row of rows) inView.unobserve(row);
    const ids = rows.map((row) => row.dataset['id']).join(',');
    const response = await fetch(`/inbox/codes?ids=${ids}`).catch(() => undefined);
    if (!response?.ok) return;
    const codes = (await response.json()) as Record<string, string>;
    for (const row of rows) {
      const code = codes[row.dataset['id'] ?? ''];
      if (!code || row.querySelector('.chip')) continue;
      const chip = document.createElement('span');
      chip.className = 'chip';
      chip.textContent = code;
      row.querySelector('.subject')?.after(chip);
    }
  };

  const watchRows = (rows: Iterable<Element>): void => {
    for (const row of rows) if ((row as HTMLElement).dataset['unread'] !== undefined) inView.observe(row);
  };

  /** Replaces the rows that have changed, and keeps the others, with their focus. */
  const replaceList = (old: Element, fresh: Element): void => {
    const oldRows = old.querySelector('ul');
    const freshRows = fresh.querySelector('ul');
    if (!oldRows || !freshRows) return old.replaceWith(fresh);
    const focused = document.activeElement?.closest('li')?.id;
    const known = new Map([...oldRows.children].map((row) => [row.id, row]));
    const rows = [...freshRows.children].map((row) => {
      const html = row.outerHTML;
      const kept = known.get(row.id);
      if (kept && sent.get(kept) === html) return kept;
      sent.set(row, html);
      localTimes(row);
      return row;
    });
    const added = rows.filter((row) => known.get(row.id) !== row);
    const isSame = added.length === 0 && rows.length === oldRows.children.length;
    if (!isSame) oldRows.replaceChildren(...rows);
    watchRows(added);
    for (const part of [...old.children]) if (part !== oldRows) part.remove();
    for (const part of [...fresh.children]) if (part !== freshRows) old.append(part);
    if (focused && !isSame) document.querySelector<HTMLElement>(`#${focused} a`)?.focus({ preventScroll: true });
  };

  const replacePart = (id: string, page: Document): void => {
    const old = document.querySelector(`#${id}`);
    const fresh = page.querySelector(`#${id}`);
    if (!old || !fresh) return;
    if (id === 'list') return replaceList(old, fresh);
    if (sent.get(old) === fresh.innerHTML) return;
    sent.set(old, fresh.innerHTML);
    const focused = document.activeElement as HTMLElement;
    // A code that a person is typing stays.
    for (const field of fresh.querySelectorAll('input[id]'))
      field.replaceWith(old.querySelector(`#${field.id}`) ?? field);
    old.replaceChildren(...fresh.childNodes);
    if (old.contains(focused)) focused.focus({ preventScroll: true });
    const facts = old.querySelector('#facts');
    if (facts) sent.set(facts, facts.innerHTML);
    localTimes(old);
  };

  const ask = async (url: string): Promise<Document | undefined> => {
    const response = await fetch(url).catch(() => undefined);
    if (!response?.ok) return undefined;
    return new DOMParser().parseFromString(await response.text(), 'text/html');
  };

  /** Shows another state of the inbox. */
  const open = async (url: string, isReplaced = false): Promise<void> => {
    const own = ++request;
    const page = await ask(url);
    if (own !== request) return; // another state was asked for meanwhile
    if (!page) return void (location.href = url);
    history[isReplaced ? 'replaceState' : 'pushState'](undefined, '', url);
    show(page);
  };

  const show = (page: Document): void => {
    shownUrl = location.href;
    document.documentElement.dataset['state'] = page.documentElement.dataset['state'] ?? '';
    const columns = document.querySelector('.columns')!;
    const hasList = page.querySelector('#list') !== null;
    if (hasList !== (document.querySelector('#list') !== null)) {
      columns.replaceWith(page.querySelector('.columns')!);
      begin();
    } else for (const id of ['views', 'list', 'pane']) replacePart(id, page);
    for (const hidden of search.form!.querySelectorAll('input[type=hidden]')) hidden.remove();
    search.form!.prepend(...page.querySelectorAll('[role=search] input[type=hidden]'));
    const query = page.querySelector<HTMLInputElement>('#search')?.value ?? '';
    if (document.activeElement !== search) search.value = query;
    document.querySelector('#list [aria-current=true]')?.scrollIntoView({ block: 'nearest' });
    if (document.documentElement.dataset['state'] !== 'list') document.querySelector('#pane')?.scrollTo(0, 0);
  };

  /** Brings the page up to date. The open message stays as it is, but whose it is may change. */
  const update = async (): Promise<void> => {
    if (isUpdating) return void (isOwed = true);
    isUpdating = true;
    do {
      isOwed = false;
      const own = request;
      const url = new URL(location.href);
      url.searchParams.set('update', '1');
      const page = await ask(url.href);
      if (!page || own !== request) continue;
      const newest = document.querySelector('#list li')?.id;
      for (const id of ['views', 'list', 'facts']) replacePart(id, page);
      if (document.documentElement.dataset['state'] === 'side') replacePart('pane', page);
      const row = document.querySelector('#list li');
      if (row && row.id !== newest) say(`New message to ${row.querySelector('.to')?.textContent ?? ''}`);
    } while (isOwed);
    isUpdating = false;
  };

  const copy = async (button: HTMLElement): Promise<void> => {
    const text = button.dataset['copy'] ?? '';
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Over plain HTTP to another machine, browsers have no clipboard but this.
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    const name = button.dataset['name'] ?? button.textContent;
    button.dataset['name'] = name;
    button.textContent = 'Copied';
    say(name.replace('Copy', 'Copied').trim());
    setTimeout(() => (button.textContent = name), 1200);
  };

  const step = (by: 1 | -1): void => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>('#list li a')];
    const at = links.findIndex((link) => link.ariaCurrent === 'true');
    const next = links[at < 0 ? (by > 0 ? 0 : -1) : at + by];
    if (!next) return;
    for (const link of links) link.removeAttribute('aria-current');
    next.ariaCurrent = 'true';
    next.focus();
    void open(next.href, document.documentElement.dataset['state'] === 'message');
  };

  const isPlain = (event: MouseEvent | KeyboardEvent): boolean =>
    !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);

  document.addEventListener('click', (event) => {
    const target = event.target as Element;
    const button = target.closest<HTMLElement>('[data-copy]');
    if (button) return void copy(button);
    const link = target.closest('a');
    if (!link || !isPlain(event) || event.button !== 0 || link.target || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || link.pathname !== '/') return;
    event.preventDefault();
    void open(link.href);
  });

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && event.target === search) return search.blur();
    if (event.target === search && event.key === 'ArrowDown') search.blur();
    else if (event.target instanceof HTMLInputElement) return;
    if (!isPlain(event)) return;
    if (event.key === '/') {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === 'c') document.querySelector<HTMLElement>('[data-copy]:not(.second)')?.click();
    else if (event.key === 'Escape') document.querySelector<HTMLAnchorElement>('.back a')?.click();
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if ((event.target as Element).closest('pre, details, #views')) return;
      event.preventDefault();
      step(event.key === 'ArrowDown' ? 1 : -1);
    }
  });

  const searchNow = (): void => {
    const url = new URL('/', location.href);
    for (const [name, value] of new FormData(search.form!)) if (value) url.searchParams.set(name, value as string);
    void open(url.href, new URL(shownUrl).searchParams.has('q'));
  };
  search.addEventListener('input', searchNow);
  search.form!.addEventListener('submit', (event) => {
    event.preventDefault();
    searchNow();
  });
  addEventListener('popstate', () => void open(location.href, true));

  /** Takes over what the sink has rendered. */
  const begin = (): void => {
    for (const row of document.querySelectorAll('#list li')) sent.set(row, row.outerHTML);
    for (const id of ['views', 'pane', 'facts']) {
      const part = document.querySelector(`#${id}`);
      if (part) sent.set(part, part.innerHTML);
    }
    localTimes(document);
    watchRows(document.querySelectorAll('#list li'));
  };
  begin();

  const events = new EventSource('/inbox/events');
  let wasLost = false;
  events.addEventListener('open', () => {
    document.documentElement.dataset['live'] = '';
    if (wasLost) void update();
    wasLost = false;
    say('Live');
  });
  events.addEventListener('message', () => void update());
  events.addEventListener('error', () => {
    delete document.documentElement.dataset['live'];
    wasLost = true;
    say('Not connected to the sink');
  });
}
