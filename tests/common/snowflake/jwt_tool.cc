// Prints the key-pair JWT of `jwt_tool ACCOUNT USER EPOCH_MS [PASSPHRASE]` for the private key on
// standard input. Driven by tests/e2e/test_snowflake_jwt.py.
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include "common/snowflake/key_pair_jwt.h"
#include "tests/support/fakes.h"

int main(int count, char** arguments) {
    if (count < 4) return 2;
    const base::Secret pem(std::string(std::istreambuf_iterator<char>(std::cin), {}));
    const base::Secret passphrase(std::string(count > 4 ? arguments[4] : ""));
    auto key = codec::RsaPrivateKey::from_pem(pem, passphrase);
    if (!key) {
        std::cerr << key.error().message << '\n';
        return 1;
    }
    const tests::FakeClock clock(std::stoll(arguments[3]));
    snowflake::KeyPairTokens tokens({arguments[1], arguments[2]}, *std::move(key), clock);
    const auto token = tokens.token({});
    if (!token) return 1;
    std::cout << token->value.reveal() << '\n';
    return 0;
}
