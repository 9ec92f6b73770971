/** Scripts that change built-in objects, as old libraries and hostile pages do. */

/** The parts of prototype.js 1.5 and of its neighbors that changed objects of the language, in modern syntax. */
export const PROTOTYPE_JS = `
  Object.prototype.extend = function (other) { for (const name in other) this[name] = other[name]; return this; };
  Object.defineProperty(Object.prototype, 'kind', { configurable: true, enumerable: true, get: () => 'object' });
  Object.defineProperty(Object.prototype, 'text', { configurable: true, enumerable: true, get: () => '', set: () => {} });
  Array.from = function (iterable) { if (!iterable) return []; const all = []; for (let at = 0; at < iterable.length; at++) all.push(iterable[at]); return all; };
  Array.prototype.toJSON = function () { return '[' + this.join(', ') + ']'; };
  String.prototype.toJSON = Number.prototype.toJSON = function () { return '"' + this + '"'; };
  Array.prototype.each = function (call) { for (let at = 0; at < this.length; at++) call(this[at], at); return this; };
  Array.prototype.map = Array.prototype.collect = function (call) { const all = []; this.each((one, at) => all.push((call || ((it) => it))(one, at))); return all; };
  Array.prototype.filter = Array.prototype.select = function (call) { const all = []; this.each((one, at) => { if (call(one, at)) all.push(one); }); return all; };
  Array.prototype.find = Array.prototype.detect = function (call) { let found; this.each((one, at) => { if (!found && call(one, at)) found = one; }); return found; };
  Array.prototype.includes = Array.prototype.include = function (one) { return this.indexOf(one) >= 0; };
  Array.prototype.reverse = function (inline) { return (inline === false ? this.slice() : this); };
  Array.prototype.entries = function () { return this.map((one) => one); };
  Array.prototype.flatten = Array.prototype.flatMap = function (call) { return this.map(call); };
  String.prototype.startsWith = function (text) { return this.indexOf(text) === 0; };
  String.prototype.trim = String.prototype.strip = function () { return this.replace(/^\\s+/, '').replace(/\\s+$/, ''); };
  Function.prototype.bind = function () { const [call, args] = [this, arguments]; return function () { return call.apply(args[0], arguments); }; };
  window.JSON = { stringify: (value) => String(value), parse: (text) => window.eval('(' + text + ')') };
  document.getElementsByClassName = (name) => Array.from(document.getElementsByTagName('*')).filter((one) => one.className === name);
  Element.prototype.remove = function () { this.style.display = 'none'; return this; };`;

/** Functions that a page may replace, as expressions of the object and the name. */
const TARGETS: readonly (readonly [object: string, names: readonly string[]])[] = [
  ['Array', ['from', 'isArray', 'of']],
  [
    'Array.prototype',
    [
      'map',
      'filter',
      'push',
      'includes',
      'some',
      'every',
      'find',
      'flatMap',
      'join',
      'slice',
      'entries',
      'at',
      'forEach',
    ],
  ],
  ['Array.prototype', ['[Symbol.iterator]']],
  ['NodeList.prototype', ['[Symbol.iterator]', 'item']],
  ['Map.prototype', ['get', 'set', 'has']],
  ['Set.prototype', ['has', 'add']],
  ['WeakMap.prototype', ['get', 'set']],
  ['Promise.prototype', ['then']],
  ['Object', ['keys', 'entries', 'fromEntries', 'assign', 'defineProperty']],
  ['Reflect', ['get', 'apply', 'construct']],
  ['JSON', ['stringify', 'parse']],
  ['Symbol', ['for']],
  ['String.prototype', ['trim', 'replace', 'slice', 'split', 'startsWith', 'includes', 'toLowerCase']],
  ['RegExp.prototype', ['test', 'exec']],
  ['Function.prototype', ['call', 'apply', 'bind', 'toString']],
  ['Document.prototype', ['querySelectorAll', 'querySelector', 'getElementById', 'createTreeWalker', 'execCommand']],
  [
    'Element.prototype',
    [
      'getAttribute',
      'hasAttribute',
      'matches',
      'closest',
      'querySelectorAll',
      'getBoundingClientRect',
      'checkVisibility',
    ],
  ],
  ['Element.prototype', ['getClientRects', 'setAttribute', 'removeAttribute', 'scrollIntoView']],
  ['Node.prototype', ['getRootNode', 'contains', 'appendChild']],
  ['HTMLElement.prototype', ['focus', 'click']],
  ['EventTarget.prototype', ['dispatchEvent', 'addEventListener']],
  ['Storage.prototype', ['getItem', 'setItem', 'key', 'clear']],
  ['IDBFactory.prototype', ['open', 'databases']],
  [
    'window',
    ['getComputedStyle', 'setTimeout', 'requestAnimationFrame', 'requestIdleCallback', 'queueMicrotask', 'eval'],
  ],
];

const GLOBALS = ['Map', 'Set', 'WeakMap', 'Promise', 'MutationObserver', 'InputEvent', 'KeyboardEvent', 'Event'];

/** Scripts by what they replace. Each function that is replaced throws. */
export const HOSTILE: Readonly<Record<string, string>> = Object.fromEntries([
  ...TARGETS.map(([object, names]) => [
    `${object}: ${names.join(', ')}`,
    names
      .map((name) => (name.startsWith('[') ? `${object}${name}` : `${object}[${JSON.stringify(name)}]`))
      .map((place) => `${place} = function hostile() { throw new Error('hostile'); };`)
      .join('\n'),
  ]),
  [
    GLOBALS.join(', '),
    GLOBALS.map((name) => `window.${name} = function () { throw new Error('hostile'); };`).join('\n'),
  ],
  [
    'Object.prototype: getters and setters',
    `for (const name of ['value', 'kind', 'text', 'is', 'items', 'frame', 'get', 'set', 'then', 'mark', 'result'])
      Object.defineProperty(Object.prototype, name, { configurable: true, enumerable: true, get() { return undefined; }, set(value) { if (name !== 'then') Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true }); } });`,
  ],
]) as Readonly<Record<string, string>>;
