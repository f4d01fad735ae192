/** Text of others, made harmless where it is shown: what a person, a cluster or an endpoint says may be anything. */

/**
 * Control characters (C0, DEL, C1) and marks that turn the direction of what follows: in a terminal or a chat they
 * are commands, not text (https://trojansource.codes/, https://cwe.mitre.org/data/definitions/150.html).
 */
const commands = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;
const commandsInLines = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** One line: every run of control characters, line breaks among them, becomes a space. */
export function oneLine(text: string): string {
  return text.toWellFormed().replace(commands, ' ').trim();
}

/** Lines as they are, every other control character as the replacement character. */
export function plainLines(text: string): string {
  return text.replace(commandsInLines, '\ufffd');
}

/**
 * One line of Markdown that shows a text as it is: no link behind other words, no image, HTML, heading or other markup
 * (https://spec.commonmark.org/0.31.2/#backslash-escapes). An address that is written out may be a link to itself.
 */
export function markdownText(text: string): string {
  return oneLine(text).replace(/[\\`*_~[\]<>|#!&]/g, '\\$&');
}

/**
 * One line for chats that take incoming webhooks of Slack's kind: no mention (`<!channel>`, `@here`) and no link behind
 * other words (https://docs.slack.dev/messaging/formatting-message-text#escaping).
 */
export function chatText(text: string): string {
  const escaped = oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replaceAll('@', `@${gap}`).replaceAll('](', `]${gap}(`);
}

/** A space of no width, which ends what would be a mention or a link. */
const gap = '\u200b';
