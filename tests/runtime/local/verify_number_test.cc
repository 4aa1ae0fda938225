#include "runtime/local/verify_number.h"

#include <gtest/gtest.h>

namespace {

using local::canonical_decimal;

struct Number {
    const char* text;
    const char* canonical;
};

class CanonicalDecimal : public testing::TestWithParam<Number> {};

TEST_P(CanonicalDecimal, IsOneTextForEachNumber) {
    EXPECT_EQ(canonical_decimal(GetParam().text), GetParam().canonical) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(Numbers, CanonicalDecimal,
                         testing::Values(Number{"0", "0"}, Number{"-0", "0"}, Number{"0.000", "0"},
                                         Number{"0e999999999999999999", "0"}, Number{"1", "1"},
                                         Number{"1.0", "1"}, Number{"10E-1", "1"},
                                         Number{"0.1e1", "1"}, Number{"1E2", "100"},
                                         Number{"100", "100"}, Number{"1e+2", "100"},
                                         Number{"-1.50", "-1.5"}, Number{"0.001", "0.001"},
                                         Number{"1e-3", "0.001"}, Number{"12.5e-2", "0.125"},
                                         Number{"1e20", "100000000000000000000"},
                                         Number{"1e21", "1e21"}, Number{"9.99e125", "999e123"},
                                         Number{"1e-130", "1e-130"}, Number{"0.10e-129", "1e-130"},
                                         // 38 digits, which no double holds.
                                         Number{"12345678901234567890123456789012345678",
                                                "12345678901234567890123456789012345678"},
                                         Number{"1.2345678901234567890123456789012345678E37",
                                                "12345678901234567890123456789012345678"},
                                         Number{"0.12345678901234567890123456789012345678",
                                                "0.12345678901234567890123456789012345678"}));

TEST(CanonicalDecimalOf, TellsNumbersApartAtTheir38thDigit) {
    EXPECT_NE(canonical_decimal("12345678901234567890123456789012345678"),
              canonical_decimal("12345678901234567890123456789012345679"));
}

TEST(CanonicalDecimalOf, TakesNoTextThatIsNoNumber) {
    for (const char* text : {"", "-", "1.", ".5", "01", "+1", "1e", "NaN", "Infinity", "0x10", " 1",
                             "1 ", "1,5", "1e9999999999999999"})
        EXPECT_EQ(canonical_decimal(text), std::nullopt) << text;
}

}  // namespace
