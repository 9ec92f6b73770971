/** Variables that programs need to run: folders, language, terminal, display. None of them holds a secret. */
const NEEDED =
  /^(?:PATH|PATHEXT|HOME|USER|LOGNAME|SHELL|USERPROFILE|HOMEDRIVE|HOMEPATH|(?:LOCAL)?APPDATA|PROGRAM(?:DATA|FILES.*)|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|TEMP|TMP|TMPDIR|LANG|LANGUAGE|LC_.*|TZ|TERM|NO_COLOR|FORCE_COLOR|LD_LIBRARY_PATH|NODE_(?:OPTIONS|PATH|EXTRA_CA_CERTS|V8_COVERAGE)|XDG_.*|(?:WAYLAND_)?DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS|FONTCONFIG_.*)$/i;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the part of an environment that a child process gets, without the key of the vault, tokens and the secrets of
 * personas.
 *
 * @param names further variables that this child needs
 */
export function childEnvironment(env: Environment, names: readonly string[] = []): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && (NEEDED.test(entry[0]) || names.includes(entry[0])),
  );
  return Object.fromEntries(kept);
}
