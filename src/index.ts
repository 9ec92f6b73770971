/** The library: the same personas without the test runner. */
export { TwoFactorError, type ErrorCode } from './core/errors.ts';
export type { Logger } from './core/logger.ts';
export type { Message, MessageLink } from './message/message.ts';
export { findCode, type FindCodeOptions } from './codes/find-code.ts';
export { findLink, type FindLinkOptions } from './codes/find-link.ts';
export { openPersona, type OpenPersonaOptions } from './project/open-persona.ts';
export { Vault, type VaultOptions } from './project/vault.ts';
export type { UnconfirmedMembers, VaultChange, VaultPersona, VaultSite } from './persona/vault-entry.ts';
export { personaTools } from './mcp/persona-tools.ts';
export type { AgentResult, AgentTool, ArgumentSchema, ToolCall, ToolSchema } from './mcp/agent-tool.ts';
export { twoFactorHooks, type CrawlerHooks } from './persona/crawler-hooks.ts';
export type { OpenProfileOptions, OpenSessionOptions, Persona } from './persona/persona.ts';
export type { OpenedProfile } from './profile/opened-profile.ts';
export type { OpenedSession } from './profile/requests/opened-session.ts';
export type { SessionToken } from './profile/requests/session-tokens.ts';
export type { PersonaSettings } from './persona/settings.ts';
export type { Inbox, Sms } from './inbox/inbox.ts';
export type {
  ListOptions,
  PendingOptions,
  OpenMessageOptions,
  PeekOptions,
  WaitForCodeOptions,
  WaitForLinkOptions,
  WaitOptions,
} from './inbox/wait-options.ts';
export type { HumanSettings } from './human/settings.ts';
export type { VirtualAuthenticator } from './passkey/virtual-authenticator.ts';
export type { Passkey, StoredPasskey } from './passkey/passkey.ts';
export type { PasskeyFailure } from './passkey/failure.ts';
export type { PasskeySettings } from './passkey/passkey-device.ts';
export type { Passkeys } from './passkey/passkeys.ts';
export type { DeviceCode, OtpDevice } from './otp/otp-device.ts';
export { defineSource, type DefinedSource } from './sources/polling/define-source.ts';
export type {
  SourceMailbox,
  SourceContent,
  SourceMessage,
  PushConnection,
  SourceSighting,
  SourceDriver,
} from './sources/polling/driver.ts';
export { imap, type ImapOptions } from './sources/imap.ts';
export { mailosaur, type MailosaurOptions } from './sources/mailosaur.ts';
export { cognitoLocal, type CognitoLocalOptions } from './sources/cognito-local.ts';
export { firebaseEmulator, type FirebaseEmulatorOptions } from './sources/firebase-emulator.ts';
export { mailpit, type MailpitOptions } from './sources/mailpit.ts';
export { sink, type SinkSourceOptions } from './sources/sink.ts';
export type { SourceArrival, Source, SourceSightings, SourceWatch } from './sources/source.ts';
export { twilio, type TwilioOptions } from './sources/twilio.ts';
export type { RecoveryCodes } from './otp/recovery-codes.ts';
export type { Totp, EnrollSource } from './otp/totp.ts';
export type { EnrollOptions, Enrolled } from './account-pages/enrollment.ts';
export type { ChangedPassword, PasswordOptions } from './account-pages/password-change.ts';
export type { ResetOptions } from './account-pages/password-reset.ts';
export type { EnrollableFactor } from './challenge/authenticator-controls.ts';
export type { AnswerOptions, SignInOptions } from './sign-in/options.ts';
export type { SignUpOptions } from './sign-up/options.ts';
export { Secret } from './secret/secret.ts';
export { fillSecret, type FillOptions } from './secret/fill.ts';
export type { MessageFilter } from './waiting/filter.ts';
export type {
  Challenge,
  ChallengeControl,
  ChallengeFactor,
  ChallengeField,
  ChallengeKind,
  Factor,
  FieldRole,
} from './challenge/challenge.ts';
