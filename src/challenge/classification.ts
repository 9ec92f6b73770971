import type { findCaptcha } from './captcha.ts';
import type { ChallengeKind } from './challenge.ts';
import type { FoundControls } from './control.ts';
import type { FoundFactor } from './factor.ts';
import type { FoundField } from './field.ts';
import type { FoundForm } from './form.ts';
import type { ControlView } from './page/view.ts';
import type { PageSnapshot } from './page-snapshot.ts';

/** Result of one classifier. */
export interface Classification {
  readonly kind: ChallengeKind;
  /** Weight of the evidence. A single feature scores less than 3. */
  readonly score: number;
  readonly evidence: readonly string[];
  readonly factors?: readonly FoundFactor[];
  readonly fields?: readonly FoundField[];
  /** Boxes, buttons or entries of a consent or of a choice of accounts, in page order. */
  readonly options?: readonly ControlView[];
}

/** Features of a page that the classifiers use. */
export interface PageFeatures {
  readonly snapshot: PageSnapshot;
  readonly form: FoundForm | undefined;
  readonly fields: readonly FoundField[];
  readonly offers: readonly FoundFactor[];
  readonly controls: FoundControls;
  readonly captcha: ReturnType<typeof findCaptcha>;
}
