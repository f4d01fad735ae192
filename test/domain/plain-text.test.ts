import { describe, expect, it } from '@jest/globals';
import { chatText, markdownText, oneLine, plainLines } from '../../domain/plain-text.ts';

const hostile = 'a\u001b]8;;https://evil.example\u0007b\u009b31mc\u202ed\u2066e\u007ff\u2028g';

describe('oneLine', () => {
  it('has no character that commands a terminal or turns the text around', () => {
    expect(oneLine(hostile)).toBe('a ]8;;https://evil.example b 31mc d e f g');
  });

  it('is one line, whatever ends lines', () => {
    expect(oneLine(' one\r\ntwo\u0085three\u2029four\n')).toBe('one two three four');
  });

  it('leaves names of all the world as they are, and mends half characters', () => {
    expect(oneLine('Zoë 李 مريم 👩‍🚀')).toBe('Zoë 李 مريم 👩‍🚀');
    expect(oneLine('cut \ud83d')).toBe('cut \ufffd');
  });
});

describe('plainLines', () => {
  it('keeps lines and tabs, and shows where something else was', () => {
    expect(plainLines('one\n\ttwo\r\u001b[2J')).toBe('one\n\ttwo\ufffd\ufffd[2J');
  });
});

describe('markdownText', () => {
  it.each([
    ['[see](https://evil.example)', '\\[see\\](https://evil.example)'],
    ['![x](y) <b>& `c` *d* _e_ ~f~', '\\!\\[x\\](y) \\<b\\>\\& \\`c\\` \\*d\\* \\_e\\_ \\~f\\~'],
    ['# head | cell &lt;', '\\# head \\| cell \\&lt;'],
    ['a\n\n- b\u001b[2J', 'a - b \\[2J'],
    ['plain 1.5 (a/b), c: d', 'plain 1.5 (a/b), c: d'],
  ])('shows %j as it is', (text, shown) => {
    expect(markdownText(text)).toBe(shown);
  });
});

describe('chatText', () => {
  it.each([
    ['<!channel> <!here|x> <@U1>', '&lt;!channel&gt; &lt;!here|x&gt; &lt;@\u200bU1&gt;'],
    ['<https://evil.example|the runbook>', '&lt;https://evil.example|the runbook&gt;'],
    ['@all &amp; [x](y)', '@\u200ball &amp;amp; [x]\u200b(y)'],
    ['a\nb\u202ec', 'a b c'],
  ])('has no command in %j', (text, shown) => {
    expect(chatText(text)).toBe(shown);
  });
});
