/** Twilio's error resource. @see https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
export interface TwilioProblem {
  readonly code: number;
  readonly message: string;
  readonly more_info: string;
  readonly status: 400 | 404 | 429;
}

/** Returns an error as Twilio sends it. */
export function twilioProblem(code: number, message: string, status: TwilioProblem['status'] = 400): TwilioProblem {
  return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
}
