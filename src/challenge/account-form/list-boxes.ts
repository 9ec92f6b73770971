import { formMeanings, labels } from '../../language/form/index.ts';
import type { FormControlView } from '../page/form-control.ts';
import type { ListBoxView } from '../page/page-list-boxes.ts';
import { type ControlView, type FrameView, type ItemView, expandView } from '../page/view.ts';

/** Type of a control that opens a list of options by script. */
export const LIST_BOX = 'listbox';

/** True for a control with a list of options, native or scripted. */
export function isList({ type }: Pick<ControlView, 'type'>): boolean {
  return type === 'select' || type === LIST_BOX;
}

/**
 * Returns a view in which scripted list boxes are fields. A sign-in has none: there they are buttons, or text.
 *
 * @param controls the controls of the frame, by their selectors, in document order
 */
export function withListBoxes(view: FrameView, controls: ReadonlyMap<string, FormControlView>): FrameView {
  const order = [...controls.values()];
  if (!order.some(({ listBox }) => listBox)) return view;
  const items = [...view.items];
  const placeOf = (path: string): number => items.findIndex((item) => 'path' in item && item.path === path);
  for (const [index, one] of order.entries()) {
    if (!one.listBox) continue;
    const place = placeOf(one.path);
    if (place >= 0) {
      const item = items[place] as ControlView;
      if (!staysText(one.listBox, item)) items[place] = fieldOf(one, one.listBox, item);
      continue;
    }
    const before = order.slice(0, index).findLast(({ path }) => placeOf(path) >= 0);
    const after = order.slice(index + 1).find(({ path }) => placeOf(path) >= 0);
    const neighbor = [before, after].find((other) => other?.owner === one.owner) ?? before ?? after;
    // A frame without any other control has no form.
    if (!neighbor) continue;
    const at = placeOf(neighbor.path);
    const isBefore = neighbor === before;
    items.splice(isBefore ? at + 1 : at, 0, fieldOf(one, one.listBox, items[at]!));
  }
  return { ...view, items };
}

/** True for an input that offers suggestions, and takes any other text, too. */
function staysText({ isInput, label, placeholder, names, autocomplete }: ListBoxView, item: ControlView): boolean {
  if (!isInput || item.is !== 'field') return false;
  if (/country|region|state|province|month|gender|sex\b|title|lang/i.test(`${names} ${autocomplete}`)) return false;
  const text = label || placeholder || item.textBefore.slice(-60);
  return (
    formMeanings(text).size > 0 && !labels(text, 'country', 'region', 'month', 'gender', 'title', 'language', 'choose')
  );
}

function fieldOf({ path, listBox, row, rowLabel }: FormControlView, box: ListBoxView, place: ItemView): ControlView {
  const { form, dialog, region, frame } = place;
  const known = 'path' in place && place.path === path ? place : undefined;
  const label = box.label || rowLabel;
  const isChosen = listBox !== undefined && !isUnanswered(box, label || row);
  return {
    ...(expandView({ items: [{ is: 'field' }] } as unknown as FrameView).items[0] as ControlView),
    ...{ frame, form, dialog, region, path, tabIndex: 0, maxLength: -1, shown: 'plain' },
    ...{ x: 0, y: 0, width: 0, height: 0 },
    ...known,
    ...{ is: 'field', type: LIST_BOX, label, names: box.names, autocomplete: box.autocomplete },
    textBefore: `${box.groupLabel} ${known?.textBefore ?? ''}`.trim(),
    // A text in place of a choice tells what the box is for.
    placeholder: isChosen ? box.placeholder : `${box.placeholder} ${box.chosen}`.trim(),
    opens: '',
    filled: isChosen,
    disabled: box.disabled,
  };
}

/** True if a list box shows no choice: nothing, a request to choose, or its own label. */
function isUnanswered({ chosen }: ListBoxView, label: string): boolean {
  const text = chosen.trim();
  if (!/[\p{L}\p{N}]/u.test(text)) return true;
  const same = (one: string): string => one.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  return labels(text, 'choose') || same(text) === same(label) || formMeanings(text).size > 0;
}
