import type { findCaptcha } from './captcha.ts';
import type { ChallengeKind } from './challenge.ts';
import type { FoundControls } from './control.ts';
import type { FoundFactor } from './factor.ts';
import type { FoundField } from './field.ts';
import type { FoundForm } from './form.ts';
import type { PageSnapshot } from './page-snapshot.ts';

/** What a page asks for, by one of its signs. */
export interface Classification {
  readonly kind: ChallengeKind;
  /** How much speaks for it; what is told by one sign alone has less than 3. */
  readonly score: number;
  readonly evidence: readonly string[];
  readonly factors?: readonly FoundFactor[];
  readonly fields?: readonly FoundField[];
}

/** Everything that speaks of a page. */
export interface Signs {
  readonly scene: PageSnapshot;
  readonly form: FoundForm | undefined;
  readonly fields: readonly FoundField[];
  readonly offers: readonly FoundFactor[];
  readonly controls: FoundControls;
  readonly captcha: ReturnType<typeof findCaptcha>;
}
