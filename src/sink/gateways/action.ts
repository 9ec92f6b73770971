import type { GatewayReply, GatewayRequest } from './gateway.ts';

/** Answer of an action: the content of its result, and its messages. */
export interface ActionReply {
  readonly result: string;
  readonly messages: NonNullable<GatewayReply['messages']>;
  readonly refused?: readonly string[];
}

/** An action of a query API. The names of its fields have dots for levels, and numbers for the items of a list. */
export type Action = (fields: URLSearchParams, request: GatewayRequest) => Promise<ActionReply> | ActionReply;
