/** A tool of Playwright's MCP server, and why an agent gets it or not. */
export interface ToolRule {
  readonly name: string;
  readonly isOn: boolean;
  /** The reason, in a few words. */
  readonly why: string;
  /** True if it makes a picture, whose content no text redaction can clean. @default false */
  readonly isPicture?: boolean;
}

const on = (name: string, why: string): ToolRule => ({ name, isOn: true, why });
const off = (name: string, why: string): ToolRule => ({ name, isOn: false, why });
const picture = (name: string, why: string): ToolRule => ({ name, isOn: true, why, isPicture: true });

/** All tools of Playwright 1.65 with all capabilities. */
export const TOOL_RULES: readonly ToolRule[] = [
  on('browser_click', 'acts on the page as a person does'),
  on('browser_close', 'closes the page'),
  on('browser_console_messages', 'its result is text, which is cleaned'),
  on('browser_drag', 'acts on the page as a person does'),
  on('browser_drop', 'acts on the page; files with secrets are refused'),
  on('browser_emulate_media', 'changes how the page looks'),
  on('browser_file_upload', 'acts on the page; files with secrets are refused'),
  on('browser_fill_form', 'types values that the agent knows'),
  on('browser_find', 'searches only pages without a secret'),
  on('browser_generate_locator', 'its result is text, which is cleaned'),
  on('browser_handle_dialog', 'acts on the page as a person does'),
  on('browser_hide_highlight', 'changes how the page looks'),
  on('browser_highlight', 'changes how the page looks'),
  on('browser_hover', 'acts on the page as a person does'),
  on('browser_mouse_click_xy', 'acts on the page as a person does'),
  on('browser_mouse_down', 'acts on the page as a person does'),
  on('browser_mouse_drag_xy', 'acts on the page as a person does'),
  on('browser_mouse_move_xy', 'acts on the page as a person does'),
  on('browser_mouse_up', 'acts on the page as a person does'),
  on('browser_mouse_wheel', 'acts on the page as a person does'),
  on('browser_navigate', 'opens pages, never files'),
  on('browser_navigate_back', 'opens the previous page'),
  on('browser_network_requests', 'lists addresses without bodies, as text that is cleaned'),
  picture('browser_pdf_save', 'a PDF is made only if the page shows no secret'),
  on('browser_press_key', 'types a key that the agent knows'),
  on('browser_resize', 'changes how the page looks'),
  on('browser_select_option', 'acts on the page as a person does'),
  on('browser_snapshot', 'its result is text, which is cleaned'),
  on('browser_tabs', 'handles pages in the context of the agent'),
  picture('browser_take_screenshot', 'a picture is made only if the page shows no secret'),
  on('browser_type', 'types a text that the agent knows'),
  on('browser_wait_for', 'waits for a text or a time'),

  off('browser_annotate', 'returns a picture of the page, and waits for a person'),
  off('browser_cookie_clear', 'ends the session of the persona'),
  off('browser_cookie_delete', 'ends the session of the persona'),
  off('browser_cookie_get', 'a cookie is a session'),
  off('browser_cookie_list', 'a cookie is a session'),
  off('browser_cookie_set', 'can put another session in place'),
  off('browser_evaluate', 'a script can read any field, and send it away'),
  off('browser_get_config', 'the configuration has the address of the browser'),
  off('browser_localstorage_clear', 'ends the session of the persona'),
  off('browser_localstorage_delete', 'ends the session of the persona'),
  off('browser_localstorage_get', 'sites keep sessions there'),
  off('browser_localstorage_list', 'sites keep sessions there'),
  off('browser_localstorage_set', 'can put another session in place'),
  off('browser_network_request', 'headers and bodies hold sessions and values that were typed'),
  off('browser_network_state_set', 'ends a sign-in that is under way'),
  off('browser_resume', 'continues a paused script, which is for debugging'),
  off('browser_route', 'can answer in place of the site'),
  off('browser_route_list', 'belongs to browser_route'),
  off('browser_run_code_unsafe', 'a script in Playwright can read files and fields'),
  off('browser_sessionstorage_clear', 'ends the session of the persona'),
  off('browser_sessionstorage_delete', 'ends the session of the persona'),
  off('browser_sessionstorage_get', 'sites keep sessions there'),
  off('browser_sessionstorage_list', 'sites keep sessions there'),
  off('browser_sessionstorage_set', 'can put another session in place'),
  off('browser_set_storage_state', 'can put another session in place'),
  off('browser_start_recording', 'records what a person types'),
  off('browser_start_tracing', 'a trace has pictures of the page'),
  off('browser_start_video', 'a video cannot be cleaned'),
  off('browser_stop_recording', 'records what a person types'),
  off('browser_stop_tracing', 'a trace has pictures of the page'),
  off('browser_stop_video', 'a video cannot be cleaned'),
  off('browser_storage_state', 'the storage state is a session'),
  off('browser_unroute', 'belongs to browser_route'),
  off('browser_verify_element_visible', 'confirms guesses of parts of a text'),
  off('browser_verify_list_visible', 'confirms guesses of parts of a text'),
  off('browser_verify_text_visible', 'confirms guesses of parts of a text'),
  off('browser_verify_value', 'confirms guesses of the value of a field'),
  off('browser_video_chapter', 'belongs to browser_start_video'),
  off('browser_video_hide_actions', 'belongs to browser_start_video'),
  off('browser_video_show_actions', 'belongs to browser_start_video'),
];

/** Start of the names of the tools that pages define. */
const OF_PAGES = 'webmcp_';

/** Decides which tools of Playwright an agent gets. */
export class ToolChoice {
  readonly #rules: ReadonlyMap<string, ToolRule> = new Map(TOOL_RULES.map((rule) => [rule.name, rule]));
  readonly #allowed: ReadonlySet<string>;

  /** @param allowed names of tools that are otherwise off */
  constructor(allowed: readonly string[] = []) {
    this.#allowed = new Set(allowed);
  }

  /** True if an agent may get tools that pages define. */
  get hasToolsOfPages(): boolean {
    return [...this.#allowed].some((name) => name.startsWith(OF_PAGES));
  }

  /** Returns true if an agent gets a tool. */
  has(name: string): boolean {
    return this.#allowed.has(name) || this.#rules.get(name)?.isOn === true;
  }

  /** Returns true if the tool is known to make no picture. */
  makesNoPicture(name: string): boolean {
    const rule = this.#rules.get(name);
    return rule?.isOn === true && rule.isPicture !== true;
  }

  /** Returns why a tool is off, for a model. */
  refusal(name: string): string {
    const why = this.#rules.get(name)?.why ?? whyUnknown(name);
    return `The tool "${name}" is off: ${why}. The person who started this server can allow it with --allow ${name}.`;
  }

  /** Returns the allowed names that are not among those of Playwright. */
  unknownIn(names: readonly string[]): readonly string[] {
    return [...this.#allowed].filter((name) => !names.includes(name) && !name.startsWith(OF_PAGES));
  }
}

function whyUnknown(name: string): string {
  if (name.startsWith(OF_PAGES)) return 'a page defines it, and its words are those of the page';
  return 'it is not known to be safe';
}
