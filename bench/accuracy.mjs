// Scores our reader, and two from npm, on a file of messages with their expected answers, one JSON object a line:
//   { channel, from, subject, text, html, expected_code, accept, expected_link, lang, tags }
// npm run -s bench:accuracy -- FILE.jsonl [--json] [--fails]
