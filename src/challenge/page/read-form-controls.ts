import type { Frame } from '@playwright/test';
import { evaluateIn } from '../../core/page-script.ts';
import { type FormControlView, readFormControls } from './form-control.ts';
import { pageGeometry } from './page-geometry.ts';
import { pageListBoxes } from './page-list-boxes.ts';
import { pageNames } from './page-names.ts';

const READ_CONTROLS = readFormControls(pageNames, pageGeometry, pageListBoxes);

/** Reads the controls of a frame, by their selectors. A frame that navigates has none. */
export async function controlsOf(frame: Frame): Promise<ReadonlyMap<string, FormControlView>> {
  const json = await evaluateIn<string>(frame, READ_CONTROLS).catch(() => '[]');
  return new Map((JSON.parse(json) as FormControlView[]).map((control) => [control.path, control]));
}
