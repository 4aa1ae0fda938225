// The key-pair JWT as Snowflake's own driver makes it. Reads JSON lines {"account" or "accessUrl",
// "username", "key", "passphrase", "claims"} and writes for each {"account", "header", "claims",
// "signed"}: the account that the driver takes from it, header and claims of the driver's own
// token, and the given claims signed by the driver's library. Driven by test_snowflake_jwt.py:
//
//   node snowflake_jwt_oracle.js <folder of node_modules>
"use strict";
const { createRequire } = require("module");
const folder = require("path").resolve(process.argv[2]) + "/";
const load = createRequire(folder);
const driver = folder + "snowflake-sdk/dist/lib/";
const ConnectionConfig = load(driver + "connection/connection_config");
const AuthKeypair = load(driver + "authentication/auth_keypair");
const jwt = load(folder + "jsonwebtoken");

async function answer(asked) {
  const given = asked.accessUrl ? { accessUrl: asked.accessUrl } : { account: asked.account };
  const key = require("crypto").createPrivateKey({ key: asked.key, passphrase: asked.passphrase });
  // As a text the driver takes PKCS #8 in the clear; Node opens all other forms.
  const config = new ConnectionConfig({
    ...given,
    username: asked.username,
    authenticator: "SNOWFLAKE_JWT",
    privateKey: key.export({ type: "pkcs8", format: "pem" }),
  });
  const driverToken = { data: {} };
  const authenticator = new AuthKeypair(config);
  await authenticator.authenticate("SNOWFLAKE_JWT", "", config.account, asked.username);
  authenticator.updateBody(driverToken);
  const parts = jwt.decode(driverToken.data.TOKEN, { complete: true });
  const signed = asked.claims ? jwt.sign(asked.claims, key, { algorithm: "RS256" }) : null;
  return { account: config.account, header: parts.header, claims: parts.payload, signed };
}

async function main() {
  const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line);
  for (const line of lines) {
    const asked = JSON.parse(line);
    console.log(JSON.stringify(await answer(asked).catch((error) => ({ error: error.message }))));
  }
}

main();
