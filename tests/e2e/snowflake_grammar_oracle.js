// Statements before ANTLR's grammar of Snowflake's SQL (antlr/grammars-v4, sql/snowflake), whose parser npm's
// @dbml/core holds ready made. Reads JSON strings, a line each, and writes for each a digest of the parse tree's shape
// (rules and kinds of tokens, no texts), or {"error": "line:column message"}. Driven by test_snowflake_sql.py:
//
//   node snowflake_grammar_oracle.js <folder of node_modules>
"use strict";
const crypto = require("crypto");
const { createRequire } = require("module");
const folder = require("path").resolve(process.argv[2]) + "/";
const load = createRequire(folder);
const antlr4 = load("antlr4");
const parsers = folder + "@dbml/core/lib/parse/ANTLR/parsers/snowflake/";
const Lexer = load(parsers + "SnowflakeLexer.js").default;
const Parser = load(parsers + "SnowflakeParser.js").default;

function shape(node) {
  if (node.symbol) return node.symbol.type;
  return [node.ruleIndex, ...(node.children || []).map(shape)];
}

function judge(statement) {
  const errors = [];
  const listener = {
    syntaxError: (recognizer, symbol, line, column, message) => errors.push(`${line}:${column} ${message}`),
    reportAmbiguity: () => {}, reportAttemptingFullContext: () => {}, reportContextSensitivity: () => {},
  };
  const lexer = new Lexer(new antlr4.InputStream(statement, true));
  const parser = new Parser(new antlr4.CommonTokenStream(lexer));
  for (const each of [lexer, parser]) {
    each.removeErrorListeners();
    each.addErrorListener(listener);
  }
  const tree = parser.snowflake_file();
  if (errors.length > 0) return { error: errors[0].slice(0, 200) };
  return crypto.createHash("sha256").update(JSON.stringify(shape(tree))).digest("hex");
}

for (const line of require("fs").readFileSync(0, "utf8").split("\n")) {
  if (line) console.log(JSON.stringify(judge(JSON.parse(line))));
}
